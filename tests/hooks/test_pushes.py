"""``hooks/pre-push`` and ``hooks/pre-receive``: real pushes to a real bare repository."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from framework import ROOT, Project
from keys import openai_key
from keyscan.sources.pushes import pushed
from repo import ISOLATED, Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the scripts are POSIX shell")
Push = Callable[..., "subprocess.CompletedProcess[str]"]


def line(key: str) -> str:
    return f'client = OpenAI(api_key="{key}")\n'


def pushing(repo: Repo, project: Project, hooks: Path | None) -> Push:
    def push(*args: str, **env: str) -> "subprocess.CompletedProcess[str]":
        path = f"{project.bin}{os.pathsep}{os.environ['PATH']}"
        own = ["-c", f"core.hooksPath={hooks}"] if hooks else []
        return subprocess.run(
            ["git", *own, "push", *args],
            cwd=repo.path,
            env={**os.environ, **ISOLATED, "PATH": path, "KEYSCAN_LANG": "en", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return push


@pytest.fixture
def bare(repo: Repo, tmp_path: Path) -> Path:
    """A bare repository that is ``origin`` and has the first commit."""
    repo.commit(a="one\n")
    folder = tmp_path / "origin.git"
    repo.git("clone", "-q", "--bare", str(repo.path), str(folder))
    repo.git("remote", "add", "origin", str(folder))
    repo.git("fetch", "-q", "origin")
    return folder


@pytest.fixture
def push(repo: Repo, bare: Path, project: Project) -> Push:
    """``git push`` with our hooks on the client."""
    return pushing(repo, project, ROOT / "hooks")


@pytest.fixture
def send(repo: Repo, bare: Path, project: Project) -> Push:
    """``git push`` to a server with our hook, from a client without any."""
    (bare / "hooks").mkdir(exist_ok=True)
    (bare / "hooks" / "pre-receive").symlink_to(ROOT / "hooks" / "pre-receive")
    return pushing(repo, project, None)


def refs(repo: Repo, bare: Path) -> set[str]:
    listing = repo.git("ls-remote", str(bare))
    return {one.split("\t")[1] for one in listing.splitlines()} - {"HEAD"}


def leak_and_remove(repo: Repo, key: str) -> None:
    repo.add("app.py", line(key))
    repo.commit()
    repo.add("app.py", "import os\n")
    repo.commit()


@pytest.fixture(params=["push", "send"])
def either(request: pytest.FixtureRequest) -> Push:
    """The client's hook and the server's must judge alike."""
    made: Push = request.getfixturevalue(request.param)
    return made


def test_a_key_is_blocked_and_not_shown(repo: Repo, either: Push, bare: Path) -> None:
    key = openai_key()
    repo.add("app.py", line(key))
    repo.commit()
    done = either("origin", "main")
    assert done.returncode == 1
    assert "app.py:1:" in done.stdout
    assert f"sk-proj-...{key[-4:]}" in done.stdout
    assert key[:20] not in done.stdout
    assert "then push again" in " ".join(done.stdout.replace("remote:", "").split())
    assert repo.git("rev-parse", "origin/main") == repo.git("rev-parse", "HEAD~1")


def test_a_clean_push_is_silent(repo: Repo, either: Push, bare: Path) -> None:
    repo.commit(b="two\n")
    done = either("-q", "origin", "main")
    assert (done.returncode, done.stdout) == (0, "")
    assert either("-q", "origin", "main").returncode == 0  # everything up to date


def test_a_key_that_is_removed_again_is_blocked(repo: Repo, either: Push) -> None:
    leak_and_remove(repo, openai_key())
    done = either("origin", "main")
    assert done.returncode == 1
    assert "app.py:1:" in done.stdout


def test_the_second_of_two_branches_is_scanned(repo: Repo, either: Push, bare: Path) -> None:
    repo.git("branch", "clean")
    repo.git("checkout", "-q", "-b", "dirty")
    leak_and_remove(repo, openai_key())
    repo.git("checkout", "-q", "main")  # the branch that is pushed is not checked out
    done = either("origin", "clean", "dirty")
    assert done.returncode == 1
    assert refs(repo, bare) == {"refs/heads/main"}
    assert either("origin", "clean").returncode == 0
    assert either("origin", "dirty").returncode == 1


def test_a_branch_without_common_history_is_scanned(repo: Repo, either: Push) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    leak_and_remove(repo, openai_key())
    assert either("origin", "other").returncode == 1


def test_a_deletion_passes_and_does_not_hide_another_ref(
    repo: Repo, either: Push, bare: Path
) -> None:
    assert either("-q", "origin", "main:gone", "main:gone2").returncode == 0
    assert either("origin", ":gone").returncode == 0
    assert refs(repo, bare) == {"refs/heads/main", "refs/heads/gone2"}
    leak_and_remove(repo, openai_key())
    assert either("origin", ":gone2", "main").returncode == 1


def test_a_force_push_is_scanned(repo: Repo, either: Push) -> None:
    repo.commit(b="two\n")
    assert either("-q", "origin", "main").returncode == 0
    repo.add("b", line(openai_key()))
    repo.git("commit", "-q", "--amend", "-m", "Another")
    done = either("--force", "origin", "main")
    assert done.returncode == 1
    assert "b:1:" in done.stdout
    repo.add("b", "clean\n")
    repo.git("commit", "-q", "--amend", "-m", "Another")
    assert either("--force", "origin", "main").returncode == 0


def test_tags_and_messages_are_scanned(repo: Repo, either: Push) -> None:
    repo.git("tag", "-a", "v1", "-m", f"Release with {openai_key()}")
    done = either("origin", "v1")
    assert done.returncode == 1
    assert f"tag {repo.git('rev-parse', 'v1')[:12]}:1:" in done.stdout
    repo.git("tag", "light")
    assert either("origin", "light").returncode == 0
    repo.git("commit", "-q", "--allow-empty", "-m", f"Use {openai_key()}")
    done = either("origin", "HEAD:refs/heads/topic")
    assert done.returncode == 1
    assert f"commit {repo.git('rev-parse', 'HEAD')[:12]}:1:" in done.stdout


def test_what_the_other_side_has_already_does_not_block(
    repo: Repo, either: Push, bare: Path
) -> None:
    key = openai_key()
    repo.add("app.py", line(key))
    repo.commit()
    repo.git(f"--git-dir={bare}", "fetch", "-q", str(repo.path), "main:main")
    repo.git("fetch", "-q", "origin")
    repo.add("app.py", "import openai\n" + line(key))
    repo.commit()
    repo.git("branch", "topic")
    done = either("origin", "topic")
    assert done.returncode == 0, done.stdout
    assert "rotate it" in done.stdout
    repo.add("app.py", "import openai\n" + line(key) + line(openai_key()))
    repo.commit()
    assert either("origin", "main").returncode == 1


def test_a_key_that_was_gone_for_one_commit_does_not_block_either(
    repo: Repo, either: Push, bare: Path
) -> None:
    text = line(openai_key())
    repo.add("app.py", text)
    repo.commit()
    repo.git(f"--git-dir={bare}", "fetch", "-q", str(repo.path), "main:main")
    repo.git("fetch", "-q", "origin")
    for now in ("import os\n", "import os\n" + text):
        repo.add("app.py", now)
        repo.commit()
    done = either("origin", "main")
    assert done.returncode == 0, done.stdout


def advice(told: str) -> list[str]:
    """The git commands that were named, as they are written."""
    return re.findall(r"`(git [^`]+)`", " ".join(told.replace("remote:", "").split()))


def test_a_tag_is_written_anew_as_the_hook_says(repo: Repo, either: Push) -> None:
    repo.git("tag", "-a", "v1", "-m", f"Release with {openai_key()}")
    told = either("origin", "v1").stdout
    assert advice(told) == ["git tag -f -a TAG 'TAG^{}'"]
    command = advice(told)[0].replace("TAG", "v1")
    subprocess.run(["sh", "-c", f"{command} -m Release"], cwd=repo.path, check=True)
    assert either("origin", "v1").returncode == 0
    leak_and_remove(repo, openai_key())  # the commit is what holds it, so the tag is not named
    repo.git("tag", "-a", "v2", "-m", "Release")
    assert advice(either("origin", "v2").stdout) == ["git commit --amend", "git rebase -i"]


def test_a_branch_named_by_a_key_is_pushed_under_another_name_as_the_hook_says(
    repo: Repo, either: Push
) -> None:
    repo.git("branch", f"try-{openai_key()}")
    name = repo.git("branch", "--list", "--format=%(refname:short)", "try-*")
    told = either("origin", name)
    assert told.returncode == 1
    ours = [one for one in told.stdout.splitlines() if "rejected" not in one]  # git's own words
    assert not any(name in one for one in ours)
    assert advice(told.stdout) == ["git push REMOTE OLD:NEW"]
    assert either("origin", f"{name}:refs/heads/try").returncode == 0


@pytest.mark.parametrize("before", [True, False])
def test_notes_are_written_anew_as_the_hook_says(repo: Repo, either: Push, before: bool) -> None:
    if before:
        repo.git("notes", "add", "-m", "Reviewed")
        assert either("-q", "origin", "refs/notes/commits").returncode == 0
    repo.git("notes", "add", "-f", "-m", f"Tried with {openai_key()}")
    told = either("origin", "refs/notes/commits").stdout
    back, drop = advice(told)
    command = (back if before else drop).replace("REF ", "refs/notes/commits ")
    command = command.replace("'REF@", "'refs/notes/commits@").removesuffix(" REF")
    command += "" if before else " refs/notes/commits"
    subprocess.run(["sh", "-c", command], cwd=repo.path, check=True)
    repo.git("notes", "add", "-f", "-m", "Tried with a key")
    assert either("origin", "refs/notes/commits").returncode == 0


def test_a_file_named_as_a_note_is_one_of_a_commit(repo: Repo, either: Push) -> None:
    repo.add("a" * 40, line(openai_key()))
    repo.commit()
    assert advice(either("origin", "main").stdout) == ["git commit --amend", "git rebase -i"]


def test_a_tag_on_a_file_or_a_folder_is_scanned(repo: Repo, either: Push) -> None:
    repo.add("app.py", line(openai_key()))
    blob, tree = repo.git("rev-parse", ":app.py"), repo.git("write-tree")
    repo.git("tag", "file", blob)
    repo.git("tag", "folder", tree)
    done = either("origin", "file")
    assert (done.returncode, f"blob {blob[:12]}:1:" in done.stdout) == (1, True)
    done = either("origin", "folder")
    assert (done.returncode, "app.py:1:" in done.stdout) == (1, True)


def test_a_push_to_an_address_is_scanned_whole(repo: Repo, push: Push, bare: Path) -> None:
    """Of an address without a name nothing is known but the refs that git tells."""
    leak_and_remove(repo, openai_key())
    assert push(str(bare), "main").returncode == 1
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    assert push(str(bare), "main:topic").returncode == 1


def test_remote_tracking_refs_of_another_address_do_not_count(
    repo: Repo, push: Push, bare: Path, tmp_path: Path
) -> None:
    leak_and_remove(repo, openai_key())
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    assert push("origin", "main:topic").returncode == 0  # git believes that origin has it
    repo.git("init", "-q", "--bare", str(tmp_path / "other.git"))
    repo.git("config", "remote.origin.pushurl", str(tmp_path / "other.git"))
    assert push("origin", "main:topic").returncode == 1


@pytest.mark.parametrize("way", ["url", "push-instead-of"])
def test_a_remote_that_is_another_one_now_has_nothing(
    repo: Repo, push: Push, bare: Path, tmp_path: Path, way: str
) -> None:
    """What is known of it was true of the one before: a private one, when a public one is made."""
    leak_and_remove(repo, openai_key())
    repo.git("push", "-q", "--no-verify", "origin", "main")
    other = tmp_path / "public.git"
    repo.git("init", "-q", "--bare", str(other))
    if way == "url":
        repo.git("remote", "set-url", "origin", str(other))
    else:
        repo.git("config", f"url.{other}.pushInsteadOf", str(bare))
    assert push("origin", "main").returncode == 1
    assert not repo.git(f"--git-dir={other}", "for-each-ref")


def test_a_remote_made_anew_has_nothing(repo: Repo, push: Push, bare: Path) -> None:
    leak_and_remove(repo, openai_key())
    repo.git("push", "-q", "--no-verify", "origin", "main")
    repo.git(f"--git-dir={bare}", "update-ref", "-d", "refs/heads/main")
    assert push("origin", "main").returncode == 1


def test_a_branch_that_was_deleted_there_is_no_other_remote(
    repo: Repo, push: Push, bare: Path
) -> None:
    """What its main branch has, it still has; what the deleted one had comes again."""
    leak_and_remove(repo, openai_key())
    repo.git("push", "-q", "--no-verify", "origin", "main", "main:topic")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    repo.git(f"--git-dir={bare}", "update-ref", "-d", "refs/heads/topic")
    assert push("origin", "main:topic").returncode == 0
    repo.git(f"--git-dir={bare}", "update-ref", "-d", "refs/heads/topic")
    leak_and_remove(repo, openai_key())
    repo.git("update-ref", "refs/remotes/origin/topic", "main")
    assert push("origin", "main:topic").returncode == 1


def test_a_remote_below_another_ones_name_is_no_part_of_it(
    repo: Repo, push: Push, bare: Path
) -> None:
    leak_and_remove(repo, openai_key())
    repo.git("remote", "add", "origin/fork", "https://fork.invalid/a.git")
    repo.git("update-ref", "refs/remotes/origin/fork/main", "main")
    assert push("origin", "main").returncode == 1


@pytest.mark.parametrize(
    ("read", "written", "same"),
    [
        ("https://git.invalid/me/a.git", "git@git.invalid:me/a.git", True),
        ("https://git.invalid/me/a", "ssh://git@git.invalid/me/a.git", True),
        ("https://me:word@git.invalid/me/a.git/", "https://GIT.invalid/me/a", True),
        ("https://git.invalid/me/a.git", "git@git.invalid:me/b.git", False),
        ("https://git.invalid/me/a.git", "https://git.invalid:3000/me/a.git", False),
        ("/a/b.git", "file:///a/b", False),
    ],
)
def test_one_repository_may_be_read_and_written_at_two_addresses(
    repo: Repo, read: str, written: str, same: bool
) -> None:
    leak_and_remove(repo, openai_key())
    repo.git("remote", "add", "there", read)
    repo.git("update-ref", "refs/remotes/there/main", "main")
    tip = repo.git("rev-parse", "main")
    line = f"refs/heads/main {tip} refs/heads/topic {'0' * 40}\n".encode()
    (span,) = pushed(line, "there", written, str(repo.path))
    assert span.known == (("--remotes=there",) if same else ())


def test_the_server_works_in_quarantine(repo: Repo, send: Push, bare: Path) -> None:
    repo.git(f"--git-dir={bare}", "config", "receive.unpackLimit", "1")
    leak_and_remove(repo, openai_key())
    head = repo.git("rev-parse", "HEAD")
    assert send("origin", "main").returncode == 1
    words = (f"--git-dir={bare}", "rev-parse", "-q", "--verify", f"{head}^{{commit}}")
    assert repo.git(*words, check=False) == ""
    assert not list((bare / "objects" / "pack").glob("*.pack"))


def test_the_time_limit_refuses_or_lets_pass(repo: Repo, send: Push, bare: Path) -> None:
    for count in range(30):
        repo.commit(b=f"{count}\n")
    short = {"KEYSCAN_PRE_RECEIVE_TIME_LIMIT": "0.000001"}
    done = send("origin", "main", **short)
    assert done.returncode == 1
    assert "time limit" in done.stdout
    done = send("origin", "main", **short, KEYSCAN_PRE_RECEIVE_ON_TIMEOUT="pass")
    assert done.returncode == 0, done.stdout
    assert "time limit" in done.stdout


@pytest.mark.parametrize("name", ["pre-commit", "pre-push", "commit-msg", "pre-receive"])
def test_the_scripts_are_executable_posix_shell(name: str) -> None:
    script = ROOT / "hooks" / name
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
