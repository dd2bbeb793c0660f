"""What keeps a commit is told: refs, and where there is none, a HEAD or a reflog."""

from pathlib import Path

import pytest

from keys import openai_key
from keyscan.history import Wanted, scan_history
from keyscan.model import Exposure
from repo import Repo


def exposure(folder: Path) -> Exposure:
    wanted = Wanted(processes=1, cache=False)
    (one,) = scan_history(str(folder), wanted, lambda _files, _bytes: None).findings
    assert one.exposure
    return one.exposure


def line(key: str) -> str:
    return f"key = '{key}'\n"


def forget(repo: Repo) -> None:
    repo.git("reflog", "expire", "--expire=now", "--all")


def test_a_detached_head(repo: Repo, tmp_path: Path) -> None:
    """Of this worktree, of a linked one, and of the main one as a linked one sees it."""
    repo.commit()
    repo.git("worktree", "add", "-q", str(tmp_path / "tree"))
    repo.git("checkout", "-q", "--detach")
    repo.add("a.py", line(openai_key()))
    repo.commit()
    told = exposure(repo.path)
    assert (told.refs, told.kept, told.in_head) == ((), ("HEAD",), True)
    assert exposure(tmp_path / "tree").kept == ("main-worktree/HEAD",)
    forget(repo)
    assert exposure(repo.path).kept == ("HEAD",)
    Repo.git(repo, "-C", str(tmp_path / "tree"), "checkout", "-q", "--detach", "HEAD")
    oid = repo.git("rev-parse", "HEAD")
    Repo.git(repo, "-C", str(tmp_path / "tree"), "reset", "-q", "--hard", oid)
    repo.git("checkout", "-q", "main")
    forget(repo)
    assert exposure(repo.path).kept == ("worktrees/tree/HEAD",)
    repo.git("branch", "kept", oid)
    told = exposure(repo.path)
    assert (told.refs, told.kept) == (("refs/heads/kept",), ())


def test_a_stash_and_one_below_it(repo: Repo) -> None:
    repo.commit(a="1\n")
    repo.write("a", line(openai_key()))
    repo.git("stash", "-q")
    assert exposure(repo.path).refs == ("refs/stash",)
    repo.write("a", "2\n")
    repo.git("stash", "-q")
    told = exposure(repo.path)
    assert (told.refs, told.kept) == ((), ("reflog refs/stash",))


def test_a_branch_that_was_reset(repo: Repo) -> None:
    repo.commit()
    repo.add("a.py", line(openai_key()))
    repo.commit()
    repo.git("reset", "-q", "--hard", "HEAD~")
    repo.commit()
    assert exposure(repo.path).kept == ("reflog HEAD", "reflog refs/heads/main")
    forget(repo)
    told = exposure(repo.path)
    assert (told.refs, told.kept) == ((), ())


@pytest.mark.parametrize("signed", [False, True])
def test_a_log_is_read_whatever_the_configuration_shows(repo: Repo, signed: bool) -> None:
    repo.git("config", "log.date", "iso")
    repo.git("config", "log.showSignature", str(signed))
    test_a_branch_that_was_reset(repo)


def test_a_tag_says_its_name(repo: Repo) -> None:
    """Also where a ref calls it otherwise, or none does any more."""
    repo.commit()
    key = openai_key()
    repo.git("tag", "-a", "v1", "-m", f"Release\n\ntag {key}")
    told = exposure(repo.path)
    assert (told.first, told.refs, told.tags) == (None, ("refs/tags/v1",), ("v1",))
    repo.git("update-ref", "refs/tags/other", "v1")
    repo.git("tag", "-a", "v2", "-m", f"Again {key}")
    told = exposure(repo.path)
    assert sorted(told.tags) == ["v1", "v2"]
    assert sorted(told.refs) == ["refs/tags/other", "refs/tags/v1", "refs/tags/v2"]
    for tag in ("v2", "v1", "other"):
        repo.git("tag", "-d", tag)
    told = exposure(repo.path)
    assert (sorted(told.tags), told.refs) == (["v1", "v2"], ())
    repo.add("a.py", line(key))
    first = repo.commit()
    told = exposure(repo.path)
    assert told.first
    assert (told.first.oid, sorted(told.tags)) == (first, ["v1", "v2"])
