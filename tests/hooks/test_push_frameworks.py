"""``keyscan-push`` and ``keyscan-msg`` under the real pre-commit and the real prek."""

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from framework import OUTSIDE, ROOT, Project
from keys import openai_key
from repo import ISOLATED, Repo

HOOKS = ("keyscan", "keyscan-push", "keyscan-msg")
CONFIG = """\
repos:
  - repo: {url}
    rev: {rev}
    hooks:
      - id: keyscan
      - id: keyscan-push
        verbose: true
      - id: keyscan-msg
"""


def line(key: str) -> str:
    return f'client = OpenAI(api_key="{key}")\n'


@pytest.fixture(scope="session")
def prek_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """prek installs our hook once for all tests."""
    return tmp_path_factory.mktemp("prek")


@pytest.fixture(params=["pre-commit", "prek"])
def user(
    request: pytest.FixtureRequest,
    repo: Repo,
    project: Project,
    prek_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Repo:
    """A user's repository with our hooks, and ``origin``, which has the first commit."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(project.home))
    monkeypatch.setenv("PREK_HOME", str(prek_home))
    monkeypatch.setenv("KEYSCAN_LANG", "en")
    repo.add(".pre-commit-config.yaml", CONFIG.format(url=project.repo.path, rev=project.rev))
    repo.commit(a="one\n")
    repo.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    repo.git("push", "-q", "origin", "main")
    prek = shutil.which("prek", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    if request.param == "prek" and not prek:
        pytest.skip("prek is not installed")
    tool = [str(prek)] if request.param == "prek" else [sys.executable, "-m", "pre_commit"]
    subprocess.run(
        [*tool, "install", "--install-hooks", "-t", "pre-push", "-t", "commit-msg"],
        cwd=repo.path,
        env={**OUTSIDE, **ISOLATED, **{k: os.environ[k] for k in ("PRE_COMMIT_HOME", "PREK_HOME")}},
        check=True,
        capture_output=True,
    )
    return repo


def git(repo: Repo, *args: str) -> "subprocess.CompletedProcess[str]":
    """Git as a user runs it; both streams are one."""
    return subprocess.run(
        ["git", *args],
        cwd=repo.path,
        env={**os.environ, **ISOLATED},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def leak_and_remove(repo: Repo) -> None:
    """Two commits, of which the first holds a key."""
    for text in (line(openai_key()), "import os\n"):
        repo.add("app.py", text)
        repo.git("commit", "-q", "--no-verify", "-m", "Change")


def test_the_manifest_offers_them() -> None:
    hooks = import_module("yaml").safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    ids = {one["id"]: one for one in hooks}
    push = ids["keyscan-push"]
    assert (push["stages"], push["always_run"], push["pass_filenames"], push["require_serial"]) == (
        ["pre-push"], True, False, True,
    )  # fmt: skip
    assert ids["keyscan-msg"]["stages"] == ["commit-msg"]


def test_a_key_added_and_removed_is_blocked_and_the_limit_is_said(user: Repo) -> None:
    leak_and_remove(user)
    done = git(user, "push", "origin", "main")
    assert done.returncode == 1, done.stdout
    assert "app.py:1:" in done.stdout
    assert "only the first ref" in " ".join(done.stdout.split())


def test_a_clean_push_passes(user: Repo) -> None:
    user.add("b", "two\n")
    user.git("commit", "-q", "--no-verify", "-m", "Change")
    done = git(user, "push", "origin", "main")
    assert done.returncode == 0, done.stdout


def test_a_new_branch_that_is_not_checked_out_is_scanned(user: Repo) -> None:
    user.git("checkout", "-q", "-b", "topic")
    leak_and_remove(user)
    user.git("checkout", "-q", "main")
    done = git(user, "push", "origin", "topic")
    assert done.returncode == 1, done.stdout
    assert "app.py:1:" in done.stdout


def test_a_branch_without_common_history_is_scanned(user: Repo) -> None:
    user.git("checkout", "-q", "--orphan", "other")
    leak_and_remove(user)
    assert git(user, "push", "origin", "other").returncode == 1


def test_a_key_in_a_message_stops_the_commit(user: Repo) -> None:
    head = user.git("rev-parse", "HEAD")
    done = git(user, "commit", "--allow-empty", "-m", f"Use {openai_key()}")
    assert done.returncode == 1, done.stdout
    assert "commit-message:1:" in done.stdout
    assert user.git("rev-parse", "HEAD") == head
    done = git(user, "commit", "--allow-empty", "-m", "A clean message")
    assert done.returncode == 0, done.stdout
