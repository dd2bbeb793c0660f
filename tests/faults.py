"""What goes wrong around a run: fake gits, small disks, and keyscan as a user starts it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from keys import openai_key
from repo import Repo


class Ended(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


def keyscan(*args: str, cwd: Path | None = None, stdin: str = "", **env: str) -> Ended:
    """Run the program; a traceback fails the test, whatever else happens."""
    done = subprocess.run(
        [sys.executable, "-m", "keyscan", *args],
        cwd=cwd,
        env={**os.environ, **env},
        input=stdin,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return Ended(done.returncode, done.stdout, done.stderr)


def line(key: str) -> str:
    return f"key = '{key}'\n"


def small(repo: Repo, commits: int = 4) -> str:
    """A few commits and a key in the second one; the key."""
    key = openai_key()
    for number in range(commits):
        repo.add(f"{number}.py", f"{number}\n")
        repo.commit()
        repo.add("key.py", line(key))
    return key


def fake_git(folder: Path, script: str) -> str:
    """A ``git`` before the real one, which the script may run as ``$REAL``; PATH for it."""
    real = shutil.which("git")
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "git"
    program.write_text(f"#!/bin/sh\nREAL={real}\n{script}\n")
    program.chmod(0o755)
    return os.pathsep.join([str(folder), os.environ["PATH"]])


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own with so much room; skips where nobody may mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("mount") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Use up what room is left there."""
    with (folder / "fill").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(100)):
                pass
        except OSError:
            return
