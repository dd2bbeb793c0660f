"""doctor tries the hooks for real, says what is wrong, and leaves nothing behind."""

import os
import sys
from pathlib import Path

import pytest

from hookable import run, shims, snapshot
from repo import Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the shims are POSIX shell")


@pytest.fixture
def user(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A user's repository; keyscan is on PATH, temporary files are in a folder of their own."""
    monkeypatch.setenv("PATH", f"{shims(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    repo.commit(a="one\n")
    return repo


def keyscan(repo: Repo, *args: str, **env: str) -> None:
    done = run(repo, sys.executable, "-m", "keyscan", *args, **env)
    assert done.returncode == 0, done.stdout


def doctor(repo: Repo, code: int) -> str:
    """The lines that are not ok, of a doctor that ends with this code and changes nothing."""
    temporary = Path(os.environ["TMPDIR"])
    before = snapshot(repo.path)
    done = run(repo, sys.executable, "-m", "keyscan", "doctor")
    assert done.returncode == code, done.stdout
    assert snapshot(repo.path) == before
    assert [one.name for one in temporary.iterdir() if one.name.startswith("keyscan")] == []
    assert "sk-proj-" not in done.stdout.replace("sk-proj-...", "")
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("ok "))


def test_without_hooks_nothing_is_stopped(user: Repo) -> None:
    assert doctor(user, 1).count("NOT stopped: run `keyscan install`") == 3


@pytest.mark.parametrize("how", ["--git", "--pre-commit"])
def test_hooks_that_were_set_up_fire(user: Repo, how: str) -> None:
    keyscan(user, "install", how)
    assert doctor(user, 0) == ""


def test_a_repository_without_commits(tmp_path: Path, user: Repo) -> None:
    new = Repo(tmp_path / "new")
    keyscan(new, "install")
    assert doctor(new, 0) == ""


def test_a_hook_that_is_not_executable(user: Repo) -> None:
    keyscan(user, "install")
    (user.path / ".git" / "hooks" / "pre-commit").chmod(0o644)
    told = doctor(user, 1)
    assert "chmod +x" in told
    assert "a commit with a key was NOT stopped" in told
    assert "push" not in told


def test_hooks_that_another_folder_shadows(user: Repo) -> None:
    keyscan(user, "install")
    user.git("config", "core.hooksPath", "elsewhere")
    told = doctor(user, 1)
    assert "never runs these hooks" in told
    assert "pre-push" in told
    assert told.count("NOT stopped") == 3


def test_another_hook_that_stops_first_leaves_it_open(user: Repo) -> None:
    for name in ("pre-commit", "commit-msg", "pre-push"):
        path = user.path / ".git" / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\necho theirs\nexit 1\n")
        path.chmod(0o755)
    assert doctor(user, 3).count("but not by keyscan") == 3


def test_keyscan_that_is_not_on_path(user: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    keyscan(user, "install", "--pre-commit")
    entries = os.environ["PATH"].split(os.pathsep)
    kept = [one for one in entries if not os.path.exists(os.path.join(one, "keyscan"))]
    monkeypatch.setenv("PATH", os.pathsep.join(kept))
    assert "is not on PATH" in doctor(user, 3)


WORKFLOW = """\
on: [push]
jobs:
  keys:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
{depth}
      - run: keyscan scan --since-ref origin/main
"""


@pytest.mark.parametrize(
    ("depth", "code"),
    [("", 1), ("        with: {fetch-depth: 0}", 0), ("        with: {fetch-depth: 2}", 1)],
)
def test_a_shallow_checkout_in_ci(user: Repo, depth: str, code: int) -> None:
    keyscan(user, "install")
    user.write(".github/workflows/keys.yml", WORKFLOW.format(depth=depth))
    user.write(".github/workflows/other.yml", WORKFLOW.format(depth="").replace("keyscan", "x"))
    told = doctor(user, code)
    assert ("keys.yml" in told and "fetch-depth: 0" in told) is bool(code)
    assert "other.yml" not in told
    user.write(".github/workflows/broken.yml", "a: [\n")
    assert "broken.yml" in doctor(user, 3)
