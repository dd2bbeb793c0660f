"""install and uninstall in real repositories: what is there goes on, and nothing is left."""

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from framework import pre_commit
from hookable import run, shims, snapshot
from keys import openai_key
from parts import node_package
from repo import ISOLATED, Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the shims are POSIX shell")
HOOKS = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")


@pytest.fixture
def user(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A user's repository with ``origin``; keyscan is on PATH, the home folder is empty."""
    monkeypatch.setenv("PATH", f"{shims(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    repo.commit(a="one\n")
    repo.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    repo.git("push", "-q", "origin", "main")
    return repo


def keyscan(repo: Repo, *args: str, **env: str) -> str:
    """The output of a keyscan that succeeds."""
    done = run(repo, sys.executable, "-m", "keyscan", *args, **env)
    assert done.returncode == 0, done.stdout
    return done.stdout


def refused(repo: Repo, *args: str, **env: str) -> str:
    """The output of a keyscan that calls it a wrong call."""
    done = run(repo, sys.executable, "-m", "keyscan", *args, **env)
    assert done.returncode == 2, done.stdout
    return done.stdout


def blocked(repo: Repo, **env: str) -> tuple[bool, bool, bool]:
    """Whether a key is stopped in a commit, in a message, and in a push."""
    head = repo.git("rev-parse", "HEAD")
    repo.add("app.py", f'client = OpenAI(api_key="{openai_key()}")\n')
    commit = run(repo, "git", "commit", "-q", "-m", "Try", **env).returncode != 0
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "Leak")
    push = run(repo, "git", "push", "-q", "origin", "HEAD:refs/heads/x", **env).returncode != 0
    repo.git("reset", "-q", "--hard", head)
    words = ("git", "commit", "-q", "--allow-empty", "-m", openai_key())
    message = run(repo, *words, **env).returncode != 0
    repo.git("reset", "-q", "--hard", head)
    return commit, message, push


def script(path: Path, text: str, mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def test_gits_own_hooks(user: Repo) -> None:
    before = snapshot(user.path)
    assert blocked(user) == (False, False, False)
    user.git("push", "-q", "origin", ":x")
    before = snapshot(user.path / ".git" / "hooks")
    keyscan(user, "install")
    assert blocked(user) == (True, True, True)
    once = snapshot(user.path / ".git" / "hooks")
    assert "already" in keyscan(user, "install")
    assert snapshot(user.path / ".git" / "hooks") == once
    keyscan(user, "uninstall")
    assert snapshot(user.path / ".git" / "hooks") == before
    assert "nothing" in keyscan(user, "uninstall")


def test_a_key_in_a_folders_name_is_not_shown(user: Repo) -> None:
    key = openai_key()
    user.git("config", "core.hooksPath", f"hooks-{key}")
    told = [keyscan(user, "install", "--git")]
    told.append(run(user, sys.executable, "-m", "keyscan", "doctor").stdout)
    told.append(keyscan(user, "uninstall"))
    assert all(key[12:40] not in one for one in told)
    assert all(f"sk-proj-...{key[-4:]}" in one for one in (told[0], told[-1]))


@pytest.mark.parametrize(
    "first",
    ["#!/bin/sh", "#!/usr/bin/env bash", "#!/bin/bash -eu", f"#!{sys.executable}"],
)
def test_hooks_that_are_there_go_on_and_read_the_same(user: Repo, first: str) -> None:
    hooks, out = user.path / ".git" / "hooks", user.path / ".git" / "out"
    if "python" in first:
        body = f"import sys\nopen({str(out)!r}, 'a').write(sys.argv[1] + sys.stdin.read())\n"
    else:
        body = f'printf "%s" "$1" >>{out}; cat >>{out}\n'
    script(hooks / "pre-push", f"{first}\n{body}")
    before = snapshot(hooks)
    run(user, "git", "push", "-q", "origin", "HEAD:refs/heads/one")
    expected = out.read_text()
    assert expected.startswith("origin")
    assert "refs/heads/one" in expected
    out.unlink()
    user.git("push", "-q", "--no-verify", "origin", ":one")
    keyscan(user, "install")
    assert run(user, "git", "push", "-q", "origin", "HEAD:refs/heads/one").returncode == 0
    assert out.read_text() == expected
    out.unlink()
    assert blocked(user)[2]
    assert not out.exists()
    assert "already" in keyscan(user, "install")
    keyscan(user, "uninstall")
    assert snapshot(hooks) == before


def test_the_exit_code_of_a_hook_that_was_there_counts(user: Repo) -> None:
    script(user.path / ".git" / "hooks" / "pre-commit", "#!/bin/sh\necho theirs\nexit 5\n")
    keyscan(user, "install")
    done = run(user, "git", "commit", "-q", "--allow-empty", "-m", "Try")
    assert (done.returncode != 0, "theirs" in done.stdout) == (True, True)


def test_a_hook_that_is_switched_off_stays_off_and_comes_back(user: Repo) -> None:
    hooks = user.path / ".git" / "hooks"
    script(hooks / "pre-commit", "#!/bin/sh\nexit 5\n", 0o644)
    target = hooks / "theirs.py"
    script(target, "#!/bin/sh\nexit 0\n")
    (hooks / "commit-msg").symlink_to("theirs.py")
    before = snapshot(hooks)
    keyscan(user, "install")
    assert target.read_text() == "#!/bin/sh\nexit 0\n"
    assert blocked(user) == (True, True, True)
    assert run(user, "git", "commit", "-q", "--allow-empty", "-m", "Try").returncode == 0
    keyscan(user, "uninstall")
    assert snapshot(hooks) == before


def test_lines_that_a_user_adds_to_our_hook_stay(user: Repo) -> None:
    hook = user.path / ".git" / "hooks" / "pre-commit"
    keyscan(user, "install")
    hook.write_text(hook.read_text() + "echo more\n")
    keyscan(user, "install")
    assert hook.read_text().endswith("echo more\n")
    keyscan(user, "uninstall")
    assert hook.read_text() == "#!/bin/sh\necho more\n"
    assert os.access(hook, os.X_OK)


def test_a_hooks_path_of_the_repository_is_honoured(user: Repo) -> None:
    user.git("config", "core.hooksPath", "tools/hooks")
    keyscan(user, "install")
    assert {one.name for one in (user.path / "tools" / "hooks").iterdir()} == set(HOOKS)
    # such a folder is committed: it names nothing of this machine
    assert sys.prefix not in (user.path / "tools" / "hooks" / "pre-commit").read_text()
    assert blocked(user)[1:] == (True, True)
    keyscan(user, "uninstall")
    assert not (user.path / "tools" / "hooks").exists()


def test_a_worktree_uses_the_hooks_of_its_repository(user: Repo, tmp_path: Path) -> None:
    user.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repo.__new__(Repo)
    side.path = tmp_path / "side"
    keyscan(side, "install")
    assert blocked(side) == (True, True, True)
    assert blocked(user) == (True, True, True)


def test_without_keyscan_git_is_stopped(user: Repo, tmp_path: Path) -> None:
    user.git("config", "core.hooksPath", "hooks")
    keyscan(user, "install")
    folder = tmp_path / "only"
    folder.mkdir()
    for name in ("git", "sh", "cat"):
        (folder / name).symlink_to(shutil.which(name) or name)
    done = run(user, "git", "commit", "--allow-empty", "-m", "Try", PATH=str(folder))
    assert done.returncode != 0
    assert "nothing was scanned" in done.stdout


@pytest.mark.parametrize("old", [False, True])
def test_husky(user: Repo, old: bool) -> None:
    """Version 9 runs its scripts by ``sh -e``; before, each script sourced ``_/husky.sh``."""
    husky = user.path / ".husky"
    if old:
        user.git("config", "core.hooksPath", ".husky")
        script(husky / "_" / "husky.sh", 'if [ -z "$again" ]; then\n  export again=1\n'
               '  sh -e "$0" "$@"\n  exit $?\nfi\n')  # fmt: skip
        text = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\necho theirs\n'
        script(husky / "pre-commit", text)
    else:
        user.git("config", "core.hooksPath", ".husky/_")
        for hook in HOOKS:
            call = 'file="$(dirname "$(dirname "$0")")/$(basename "$0")"\n'
            call += '[ ! -f "$file" ] || exec sh -e "$file" "$@"\n'
            script(husky / "_" / hook, f"#!/bin/sh\n{call}")
        script(husky / "pre-commit", "echo theirs\n", 0o644)
    before = snapshot(husky)
    assert "commit this file" in keyscan(user, "install")
    assert blocked(user) == (True, True, True)
    done = run(user, "git", "commit", "--allow-empty", "-m", "Clean")
    assert (done.returncode, done.stdout.count("theirs")) == (0, 1)
    assert "already" in keyscan(user, "install")
    keyscan(user, "uninstall")
    assert snapshot(husky) == before


@pytest.mark.external
def test_husky_itself(user: Repo) -> None:
    """The real program, as its documentation sets it up."""
    program = node_package("husky") / "bin.js"
    user.write("package.json", "{}")
    assert run(user, "node", str(program), "init").returncode == 0
    user.write(".husky/pre-commit", "echo theirs\n")
    user.add("package.json", "{}")
    user.git("add", ".husky")
    user.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Husky")
    before = snapshot(user.path / ".husky")

    assert "commit this file" in keyscan(user, "install")
    user.git("add", ".husky")
    user.git("commit", "-q", "-m", "Keyscan")
    assert blocked(user) == (True, True, True)
    done = run(user, "git", "commit", "--allow-empty", "-m", "Clean")
    assert (done.returncode, done.stdout.count("theirs")) == (0, 1)
    assert keyscan(user, "doctor").count("was stopped") == 3
    keyscan(user, "uninstall")
    assert snapshot(user.path / ".husky") == before


@pytest.mark.external
def test_lefthook_itself(user: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines that install prints are what lefthook needs, and doctor sees them work."""
    folder = node_package("lefthook").parent / ".bin"  # its hooks do nothing where it is not found
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    user.add("lefthook.yml", "pre-commit:\n  commands:\n    theirs:\n      run: echo theirs\n")
    user.commit()
    told = refused(user, "install")
    lines = told[told.index("pre-commit:\n") :]
    merged = lines.replace("  commands:\n", "  commands:\n    theirs:\n      run: echo theirs\n", 1)
    user.add("lefthook.yml", merged)
    user.commit()
    assert run(user, "lefthook", "install").returncode == 0

    assert blocked(user) == (True, True, True)
    done = run(user, "git", "commit", "--allow-empty", "-m", "Clean")
    assert done.returncode == 0
    assert "theirs" in done.stdout
    assert keyscan(user, "doctor").count("was stopped") == 3


def test_lefthook_gets_lines_to_add(user: Repo) -> None:
    user.write("lefthook.yml", "pre-commit: {}\n")
    before = snapshot(user.path)
    assert "use_stdin: true" in refused(user, "install")
    assert snapshot(user.path) == before


def test_the_pre_commit_framework(user: Repo, tmp_path: Path) -> None:
    config = "# ours\nrepos:\n  - repo: meta\n    hooks: [{id: identity}]  # all\n"
    user.add(".pre-commit-config.yaml", config)
    user.commit()
    home = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    before = snapshot(user.path)
    told = keyscan(user, "install", **home)
    assert "commit this file" in told
    user.git("add", ".pre-commit-config.yaml")
    user.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Config")
    assert blocked(user, **home) == (True, True, True)
    assert run(user, "git", "commit", "--allow-empty", "-m", "Clean", **home).returncode == 0
    assert "already" in keyscan(user, "install", **home)
    keyscan(user, "uninstall", **home)
    assert user.path.joinpath(".pre-commit-config.yaml").read_text() == config
    user.git("reset", "-q", "--hard", "HEAD~2")
    hooks = {k: v for k, v in before.items() if "hooks" in k or "keyscan" in k}
    after = {k: v for k, v in snapshot(user.path).items() if "hooks" in k or "keyscan" in k}
    assert after == hooks


def test_the_framework_set_up_by_hand_is_recognised(user: Repo, tmp_path: Path) -> None:
    hook = "{id: keyscan, name: k, entry: keyscan-hook, language: system}"
    user.add(".pre-commit-config.yaml", f"repos:\n  - repo: local\n    hooks:\n      - {hook}\n")
    env = {**os.environ, **ISOLATED, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    types = [word for hook in HOOKS for word in ("-t", hook)]
    pre_commit(user.path, "install", *types, check=True, env=env)
    before = snapshot(user.path)
    assert "already" in keyscan(user, "install")
    keyscan(user, "uninstall")
    assert snapshot(user.path) == before


def test_a_new_configuration_goes_away_again(user: Repo, tmp_path: Path) -> None:
    before = snapshot(user.path)
    keyscan(user, "install", "--pre-commit", PRE_COMMIT_HOME=str(tmp_path / "cache"))
    assert (user.path / ".pre-commit-config.yaml").exists()
    keyscan(user, "uninstall", PRE_COMMIT_HOME=str(tmp_path / "cache"))
    assert snapshot(user.path) == before


def test_without_the_framework_uninstall_says_what_is_left(user: Repo, tmp_path: Path) -> None:
    home = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    before = snapshot(user.path)
    keyscan(user, "install", "--pre-commit", **home)
    folder = tmp_path / "only"
    folder.mkdir()
    for name in ("git", "sh"):
        (folder / name).symlink_to(shutil.which(name) or name)
    # a tool of that name that fails, since the real one is beside the tests' Python
    script(folder / "pre-commit", "#!/bin/sh\nexit 1\n")
    told = keyscan(user, "uninstall", PATH=str(folder), **home)
    assert "run `pre-commit uninstall -t pre-commit" in told
    keyscan(user, "uninstall", **home)
    assert snapshot(user.path) == before


def test_all_repositories(user: Repo, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    before = snapshot(tmp_path / "home")
    env = {"GIT_CONFIG_GLOBAL": str(tmp_path / "home" / ".gitconfig")}
    script(user.path / ".git" / "hooks" / "pre-commit", "#!/bin/sh\necho theirs\n")
    script(user.path / ".git" / "hooks" / "post-commit", "#!/bin/sh\necho afterwards\n")
    keyscan(user, "install", "--global", **env)
    assert blocked(user, **env) == (True, True, True)
    done = run(user, "git", "commit", "--allow-empty", "-m", "Clean", **env)
    assert done.returncode == 0
    assert "theirs" in done.stdout
    assert "afterwards" in done.stdout
    assert "already" in keyscan(user, "install", "--global", **env)
    assert "--global" in refused(user, "install", "--git", **env)
    # What serves all repositories is not this one's to take out.
    assert "--global" in keyscan(user, "uninstall", **env)
    assert "already" in keyscan(user, "install", "--global", **env)
    keyscan(user, "uninstall", "--global", **env)
    assert snapshot(tmp_path / "home") == before


def test_a_global_folder_of_somebody_else_is_kept(user: Repo, tmp_path: Path) -> None:
    config = tmp_path / "gitconfig"
    config.write_text("[core]\n\thooksPath = /opt/hooks\n")
    env = {"GIT_CONFIG_GLOBAL": str(config)}
    assert "/opt/hooks" in refused(user, "install", "--global", **env)
    assert "/opt/hooks" in refused(user, "install", **env)
    assert config.read_text() == "[core]\n\thooksPath = /opt/hooks\n"
    assert not (tmp_path / "home" / ".config").exists()


def test_a_folder_that_cannot_be_written_is_one_line(user: Repo) -> None:
    hooks = user.path / ".git" / "hooks"
    shutil.rmtree(hooks, ignore_errors=True)
    hooks.write_text("a file\n")
    told = refused(user, "install")
    assert told.count("\n") == 1
    assert stat.S_ISREG(hooks.stat().st_mode)


def test_outside_of_a_repository(tmp_path: Path) -> None:
    nowhere = Repo.__new__(Repo)
    nowhere.path = tmp_path
    for command in ("install", "uninstall", "doctor"):
        assert "not in a git repository" in refused(nowhere, command)
