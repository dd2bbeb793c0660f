"""Runs what is no scan: pre-commit and prek, and git with its hooks switched on for a trial."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which
from typing import NamedTuple

from keyscan.git_safety import find_git

FRAMEWORKS = ("pre-commit", "prek")


class Done(NamedTuple):
    """How a program ended; ``out`` holds both of its streams."""

    code: int
    out: str


def run(
    words: Sequence[str], cwd: str | Path, env: Mapping[str, str], seconds: float = 300
) -> Done:
    """Run to the end. A program that cannot run or takes too long has code 127."""
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Done(127, str(getattr(error, "strerror", "") or "it took too long"))
    return Done(done.returncode, done.stdout.decode(errors="replace"))


def outside(**more: str) -> dict[str, str]:
    """The environment without what ties git to the repository that a hook runs for."""
    kept = ("GIT_CONFIG", "GIT_EXEC_PATH", "GIT_AUTHOR", "GIT_COMMITTER")
    own = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(kept)}
    return {**own, **more}


def git_with_hooks(args: Sequence[str], cwd: str | Path, env: Mapping[str, str]) -> Done:
    """Git as a user runs it. Only for repositories that the user asked us to set up or try."""
    return run([find_git() or "git", *args], cwd, env)


def found(name: str) -> str:
    """The program's path: on PATH, else beside our own; empty where it is not."""
    return which(name) or which(name, path=own_folder()) or ""


def own_folder() -> str:
    """Where our console scripts are, as git's shell writes it; empty if that is not known."""
    beside = Path(sys.argv[0]).absolute().parent
    for folder in (beside, Path(sysconfig.get_path("scripts"))):
        if which("keyscan-hook", path=str(folder)):
            return folder.as_posix()
    return ""
