"""``hooks/pre-commit`` for ``core.hooksPath``: git alone, without a framework."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from framework import ROOT, Project
from keys import openai_key
from repo import ISOLATED, Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="PATH is composed of POSIX programs")


def commit(repo: Repo, path: str) -> "subprocess.CompletedProcess[str]":
    """``git commit`` with this PATH."""
    return subprocess.run(
        ["git", "-c", f"core.hooksPath={ROOT / 'hooks'}", "commit", "-m", "Change"],
        cwd=repo.path,
        env={**os.environ, **ISOLATED, "PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH with git and what the script needs, and no keyscan."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "cat"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return str(folder)


def test_the_script_is_executable_posix_shell() -> None:
    script = ROOT / "hooks" / "pre-commit"
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").startswith("#!/bin/sh\n")


def test_a_key_is_blocked_and_a_clean_commit_is_silent(
    repo: Repo, project: Project, bare_path: str
) -> None:
    path = f"{project.bin}{os.pathsep}{bare_path}"
    repo.commit(a="one\n")
    repo.add("app.py", f'key = "{openai_key()}"\n')
    done = commit(repo, path)
    assert done.returncode == 1
    assert "app.py:1" in done.stdout + done.stderr
    repo.add("app.py", "print('hello')\n")
    done = commit(repo, path)
    assert done.returncode == 0, done.stderr
    assert "keyscan" not in done.stdout + done.stderr


def test_without_keyscan_the_commit_stops_and_says_what_to_do(repo: Repo, bare_path: str) -> None:
    repo.add("app.py", "print('hello')\n")
    done = commit(repo, bare_path)
    assert done.returncode != 0
    assert "nothing was scanned" in done.stderr
    assert "install" in done.stderr.lower()
    assert repo.git("rev-parse", "-q", "--verify", "HEAD", check=False) == ""
