"""Our hooks under the real pre-commit, in real repositories: what is blocked and what is not."""

import os
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from framework import OUTSIDE, ROOT, Project, pre_commit
from keys import openai_key
from repo import ISOLATED, Repo


def commit(repo: Repo, *args: str) -> "subprocess.CompletedProcess[str]":
    """``git commit`` as a user does it."""
    return subprocess.run(
        ["git", "commit", "-m", "Change", *args],
        cwd=repo.path,
        env={**os.environ, **ISOLATED},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def line(key: str) -> str:
    """A line of code with a hard-coded key."""
    return f'client = OpenAI(api_key="{key}")\n'


def test_manifest_offers_the_hooks() -> None:
    hooks = import_module("yaml").safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    ids = {one["id"]: one for one in hooks}
    assert set(ids) == {"keyscan", "keyscan-files", "keyscan-push", "keyscan-msg"}
    index = ids["keyscan"]
    assert (index["pass_filenames"], index["always_run"], index["require_serial"]) == (
        False,
        True,
        True,
    )
    assert pre_commit(ROOT, "validate-manifest", ".pre-commit-hooks.yaml").returncode == 0


def test_a_key_is_blocked_and_not_shown(hooked: Repo) -> None:
    key = openai_key()
    hooked.add("app.py", line(key))
    done = commit(hooked)
    assert done.returncode == 1
    assert "app.py:1" in done.stdout
    assert f"sk-proj-...{key[-4:]}" in done.stdout
    assert key[:20] not in done.stdout
    assert hooked.git("rev-list", "--count", "HEAD") == "1"


def test_a_clean_commit_passes(hooked: Repo) -> None:
    hooked.add("app.py", "print('hello')\n")
    done = commit(hooked)
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_the_first_commit_of_a_repository_is_scanned(
    repo: Repo, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(project.home))
    repo.add(".pre-commit-config.yaml", project.config())
    pre_commit(repo.path, "install", check=True)
    repo.add("app.py", line(openai_key()))
    assert commit(repo).returncode == 1
    repo.add("app.py", "print('hello')\n")
    done = commit(repo)
    assert done.returncode == 0, done.stdout


def test_a_key_staged_and_then_removed_on_disk_is_blocked(hooked: Repo) -> None:
    hooked.add("app.py", line(openai_key()))
    hooked.write("app.py", "print('hello')\n")
    done = commit(hooked)
    assert done.returncode == 1
    assert "app.py:1" in done.stdout


def test_a_key_on_disk_that_is_not_staged_passes(hooked: Repo) -> None:
    hooked.add("app.py", "print('hello')\n")
    hooked.write("app.py", line(openai_key()))
    done = commit(hooked)
    assert done.returncode == 0, done.stdout


def test_commit_of_a_named_file_scans_what_git_will_commit(hooked: Repo) -> None:
    """``git commit FILE`` makes an index of its own and names it in GIT_INDEX_FILE."""
    hooked.add("leak.py", line(openai_key()))
    hooked.write("a", "two\n")
    done = commit(hooked, "a")
    assert done.returncode == 0, done.stdout
    hooked.write("a", line(openai_key()))
    done = commit(hooked, "a")
    assert done.returncode == 1
    assert "a:1" in done.stdout
    assert "leak.py" not in done.stdout


def test_a_key_that_is_already_committed_warns_without_blocking(
    hooked: Repo, project: Project
) -> None:
    key = openai_key()
    hooked.add("app.py", line(key))
    hooked.git("commit", "-q", "--no-verify", "-m", "Leak")
    hooked.add(".pre-commit-config.yaml", project.config(verbose=True))
    hooked.add("app.py", "import openai\n" + line(key))
    done = commit(hooked)
    assert done.returncode == 0, done.stdout
    assert "already committed" in done.stdout
    hooked.add("app.py", line(key) + line(openai_key()))
    assert commit(hooked).returncode == 1


def test_a_renamed_file_warns_and_a_copied_key_blocks(hooked: Repo) -> None:
    key = openai_key()
    hooked.add("app.py", line(key) + "# a line\n" * 20)
    hooked.git("commit", "-q", "--no-verify", "-m", "Leak")
    hooked.git("mv", "app.py", "moved.py")
    done = commit(hooked)
    assert done.returncode == 0, done.stdout
    hooked.add("copy.py", line(key))
    assert commit(hooked).returncode == 1


def test_a_merge_that_brings_a_key_is_blocked(hooked: Repo) -> None:
    hooked.git("checkout", "-q", "-b", "other")
    hooked.add("leak.py", line(openai_key()))
    hooked.git("commit", "-q", "--no-verify", "-m", "Leak")
    hooked.git("checkout", "-q", "main")
    hooked.add("b", "two\n")
    hooked.git("commit", "-q", "--no-verify", "-m", "Meanwhile")
    head = hooked.git("rev-parse", "HEAD")
    hooked.git("merge", "-q", "--no-edit", "other", check=False)
    assert hooked.git("rev-parse", "HEAD") == head
    done = commit(hooked)  # as the user would go on by hand
    assert done.returncode == 1
    assert "leak.py:1" in done.stdout


def test_a_clean_merge_passes(hooked: Repo) -> None:
    hooked.git("checkout", "-q", "-b", "other")
    hooked.commit(b="two\n")
    hooked.git("checkout", "-q", "main")
    hooked.commit(c="three\n")
    hooked.git("merge", "-q", "--no-edit", "other")
    assert hooked.git("rev-list", "--count", "--merges", "HEAD") == "1"


@pytest.mark.parametrize("hook", ["keyscan", "keyscan-files"])
def test_all_files_scans_what_is_tracked(hooked: Repo, project: Project, hook: str) -> None:
    hooked.add(".pre-commit-config.yaml", project.config(hook))
    hooked.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "Config")
    assert pre_commit(hooked.path, "run", "--all-files").returncode == 0
    hooked.add("app.py", line(openai_key()))
    hooked.git("commit", "-q", "--no-verify", "-m", "Leak")
    done = pre_commit(hooked.path, "run", "--all-files")
    assert done.returncode == 1
    assert "app.py:1" in done.stdout


def test_the_files_hook_honours_the_list(hooked: Repo, project: Project) -> None:
    hooked.add(".pre-commit-config.yaml", project.config("keyscan-files"))
    hooked.write("here.py", line(openai_key()))
    hooked.write("there.py", line(openai_key()))
    done = pre_commit(hooked.path, "run", "--files", "here.py", "a")
    assert done.returncode == 1
    assert "here.py:1" in done.stdout
    assert "there.py" not in done.stdout
    assert pre_commit(hooked.path, "run", "--files", "a").returncode == 0


def test_the_files_hook_blocks_a_commit(hooked: Repo, project: Project) -> None:
    hooked.add(".pre-commit-config.yaml", project.config("keyscan-files"))
    hooked.add("app.py", line(openai_key()))
    assert commit(hooked).returncode == 1


def test_try_repo(repo: Repo, project: Project, tmp_path: Path) -> None:
    repo.add("app.py", line(openai_key()))
    env = {**OUTSIDE, **ISOLATED, "PRE_COMMIT_HOME": str(tmp_path / "home")}
    words = ("try-repo", str(project.repo.path), "keyscan", "--ref", project.rev)
    done = pre_commit(repo.path, *words, env=env)
    assert done.returncode == 1, done.stdout
    assert "app.py:1" in done.stdout
