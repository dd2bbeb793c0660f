"""Whoever follows what doctor and install say, word for word, ends with hooks that fire."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from hookable import run, shims
from parts import node_package
from repo import Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the shims are POSIX shell")


@pytest.fixture
def user(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A user's repository; keyscan is on PATH, the home folder is empty."""
    monkeypatch.setenv("PATH", f"{shims(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "home").mkdir()
    repo.commit(a="one\n")
    return repo


@pytest.fixture
def everywhere(tmp_path: Path) -> dict[str, str]:
    """The environment with a global configuration of git's."""
    return {"GIT_CONFIG_GLOBAL": str(tmp_path / "home" / ".gitconfig")}


def package(repo: Repo, name: str) -> None:
    """An npm package as `npm install` leaves it in a repository, without its network."""
    installed = node_package(name).parent
    (repo.path / "node_modules").mkdir(exist_ok=True)
    for one in (".bin", *(one.name for one in installed.glob(f"{name}*"))):
        (repo.path / "node_modules" / one).symlink_to(installed / one)
    (repo.path / ".git" / "info" / "exclude").write_text("node_modules\n")


def doctor(repo: Repo, **env: str) -> str:
    return run(repo, sys.executable, "-m", "keyscan", "doctor", **env).stdout


def followed(repo: Repo, **env: str) -> list[str]:
    """The commands that were run until the three hooks fire; doctor first, then what was said."""
    done: list[str] = []
    for _ in range(4):
        told = doctor(repo, **env)
        if "NOT stopped" not in told:
            assert len(re.findall(r"^ok .* was stopped$", told, re.M)) == 3, told
            return done
        commands = re.findall(r"NOT stopped: run `([^`]+)`", told)[:1]
        while commands:
            command = commands.pop()
            assert command not in done, f"in a circle: {done} {told}"
            said = run(repo, "sh", "-c", command, **env).stdout
            done.append(command)
            commands = re.findall(r"^run `([^`]+)`", said, re.M)
    raise AssertionError(f"no end of advice: {done}")


def in_use(repo: Repo) -> None:
    """husky as its documentation sets it up, and keyscan in its scripts; all committed."""
    package(repo, "husky")
    repo.write("package.json", "{}")
    assert run(repo, "npx", "husky", "init").returncode == 0
    repo.write(".husky/pre-commit", "echo theirs\n")
    run(repo, sys.executable, "-m", "keyscan", "install")
    repo.git("add", ".")
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Husky")


@pytest.mark.external
@pytest.mark.parametrize("left", ["nothing", "an empty folder", "no setting"])
def test_husky_that_git_does_not_call(user: Repo, left: str) -> None:
    in_use(user)
    assert followed(user) == []
    shutil.rmtree(user.path / ".husky" / "_")
    if left == "an empty folder":
        (user.path / ".husky" / "_").mkdir()
    if left == "no setting":
        user.git("config", "--unset", "core.hooksPath")
    assert followed(user) == ["npx husky"]


@pytest.mark.external
def test_husky_without_keyscan_that_git_does_not_call(user: Repo) -> None:
    in_use(user)
    user.git("config", "--unset", "core.hooksPath")
    run(user, sys.executable, "-m", "keyscan", "uninstall")
    assert followed(user) == ["keyscan install", "npx husky"]


def test_husky_of_old_is_set_up_by_its_own_command(user: Repo) -> None:
    user.write(".husky/pre-commit", '#!/bin/sh\n. "$(dirname "$0")/_/husky.sh"\n')
    told = run(user, sys.executable, "-m", "keyscan", "install").stdout
    assert "run `npx husky install` to set up git's hooks" in told
    assert doctor(user).count("run `npx husky install`") == 3


@pytest.mark.external
@pytest.mark.parametrize("on_path", [True, False])
def test_lefthook_that_is_not_installed(
    user: Repo, on_path: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = "npx lefthook install"
    if on_path:
        command = "lefthook install"
        folder = node_package("lefthook").parent / ".bin"
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    elif shutil.which("lefthook"):
        pytest.skip("lefthook is on PATH")
    else:
        package(user, "lefthook")
    user.write("lefthook.yml", "colors: false\n")
    assert doctor(user).count("run `keyscan install`") == 3
    told = run(user, sys.executable, "-m", "keyscan", "install").stdout
    assert f"then run `{command}`" in told
    user.write("lefthook.yml", told[told.index("pre-commit:\n") :])
    assert followed(user) == [command]
    assert "already" in run(user, sys.executable, "-m", "keyscan", "install").stdout
    shutil.rmtree(user.path / ".git" / "hooks")
    told = run(user, sys.executable, "-m", "keyscan", "install").stdout
    assert f"run `{command}` to set up git's hooks" in told


def test_lefthook_with_lines_for_one_hook_alone(user: Repo) -> None:
    user.write("lefthook.yml", "pre-commit:\n  commands:\n    k:\n      run: keyscan-hook\n")
    told = doctor(user)
    assert "commit with a key was NOT stopped: run `lefthook install`" in told
    assert "push with a key was NOT stopped: run `keyscan install`" in told


@pytest.mark.external
def test_husky_after_hooks_for_all_repositories(user: Repo, everywhere: dict[str, str]) -> None:
    in_use(user)
    user.git("config", "--unset", "core.hooksPath")
    for words in (["install", "--global"], ["uninstall", "--global"]):
        run(user, sys.executable, "-m", "keyscan", *words, **everywhere)
    assert followed(user, **everywhere) == ["npx husky"]


def test_the_framework_after_hooks_for_all_repositories(
    user: Repo, everywhere: dict[str, str]
) -> None:
    user.write(".pre-commit-config.yaml", "repos:\n")
    run(user, sys.executable, "-m", "keyscan", "install", "--global", **everywhere)
    told = run(user, sys.executable, "-m", "keyscan", "install", **everywhere).stdout
    assert "in all repositories" in told
    assert "pre-commit install" not in told  # refused as long as there is a core.hooksPath
    assert followed(user, **everywhere) == []
    run(user, sys.executable, "-m", "keyscan", "uninstall", "--global", **everywhere)
    assert followed(user, **everywhere) == ["keyscan install"]


@pytest.mark.parametrize("fix", ["doctor", "uninstall"])
def test_the_scripts_for_all_repositories_are_gone(
    user: Repo, everywhere: dict[str, str], tmp_path: Path, fix: str
) -> None:
    run(user, sys.executable, "-m", "keyscan", "install", "--global", **everywhere)
    shutil.rmtree(tmp_path / "home" / ".config")
    if fix == "doctor":
        assert followed(user, **everywhere) == ["keyscan install --global"]
        return
    told = run(user, sys.executable, "-m", "keyscan", "uninstall", "--global", **everywhere).stdout
    assert "are taken out" in told
    assert followed(user, **everywhere) == ["keyscan install"]


def test_a_worktree_beside_a_folder_of_somebody_else(
    user: Repo, everywhere: dict[str, str], tmp_path: Path
) -> None:
    """.git is a file there, so that the advice names the folder that all worktrees share."""
    (tmp_path / "home" / ".gitconfig").write_text("[core]\n\thooksPath = /opt/hooks\n")
    user.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "a side"))
    side = Repo.__new__(Repo)
    side.path = tmp_path / "a side"
    told = run(side, sys.executable, "-m", "keyscan", "install", **everywhere).stdout
    command = re.findall(r"`(git config [^`]+)`", told)[-1]
    assert run(side, "sh", "-c", command, **everywhere).returncode == 0
    assert followed(side, **everywhere) == ["keyscan install"]
