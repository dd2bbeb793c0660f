"""The index: what the next commit would hold, and what HEAD held already."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from keys import openai_key
from keyscan.errors import IncompleteError, UsageError
from keyscan.model import Blob, Gap
from keyscan.pipeline import scan
from keyscan.sources.staged import already_committed, changes, nothing_staged, staged, tracked
from repo import Repo
from sourced import handed
from unprivileged import give_away


def contents(cwd: str | None = None) -> dict[str, bytes]:
    """Path → staged content; fails on a gap."""
    found = {}
    for one in staged(cwd):
        assert isinstance(one, Blob)
        assert one.source == "index"
        found[one.path] = one.data
    return found


def blocking(repo: Repo) -> list[tuple[str, bool]]:
    """Each place of each staged key, and whether the commit adds it."""
    found = already_committed(scan(staged()).findings, scan)
    places = sorted((place.path, place.commit) for one in found for place in one.locations)
    head = repo.git("rev-parse", "-q", "--verify", "HEAD", check=False)
    assert {commit for _, commit in places} <= {"", head}
    return sorted((path, commit == "") for path, commit in places)


@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_the_first_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hash_name: str) -> None:
    repo = Repo(tmp_path / "repo", f"--object-format={hash_name}")
    monkeypatch.chdir(repo.path)
    assert nothing_staged()
    repo.add("a.py", f"key = '{openai_key()}'")
    assert not nothing_staged()
    assert list(contents()) == ["a.py"]
    assert blocking(repo) == [("a.py", True)]
    repo.commit()
    assert nothing_staged()
    assert list(staged()) == []
    repo.add("b.py", "1")
    assert contents() == {"b.py": b"1"}


def test_the_index_is_read_and_not_the_disk(repo: Repo) -> None:
    repo.add("a.py", "staged")
    repo.write("a.py", "on the disk")
    repo.write("untracked.py", "1")
    assert contents() == {"a.py": b"staged"}


def test_deleted_submodule_and_intent_to_add_have_no_content(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.add("lib.py", "1")
    other.commit()
    repo.add("gone.py", "1")
    repo.commit()
    repo.git("rm", "-q", "gone.py")
    repo.git("submodule", "--quiet", "add", str(other.path), "sub")
    repo.write("later.py", "1")
    repo.git("add", "-N", "later.py")
    assert list(contents()) == [".gitmodules"]


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_link_is_its_target(repo: Repo) -> None:
    (repo.path / "link").symlink_to("some/where")
    repo.git("add", "link")
    assert contents() == {"link": b"some/where"}


def test_intent_to_add_alone_is_nothing_staged(repo: Repo) -> None:
    repo.commit()
    repo.write("later.py", "1")
    repo.git("add", "-N", "later.py")
    assert nothing_staged()


def test_a_key_that_the_commit_adds_blocks_and_one_from_head_does_not(repo: Repo) -> None:
    old, new = openai_key(), openai_key()
    repo.add("a.py", f"key = '{old}'\n")
    repo.commit()
    repo.add("a.py", f"\n\nkey = '{old}'\n")
    repo.add("b.py", f"key = '{new}'\n")
    assert blocking(repo) == [("a.py", False), ("b.py", True)]


def test_a_key_that_head_holds_in_another_file_blocks(repo: Repo) -> None:
    key = f"key = '{openai_key()}'\n"
    repo.add("a.py", key)
    repo.commit()
    repo.add("copy.py", key + "# a copy\n")
    assert blocking(repo) == [("copy.py", True)]


def test_a_renamed_file_keeps_what_it_held(repo: Repo) -> None:
    text = f"key = '{openai_key()}'\n" + "a line of code\n" * 30
    repo.add("a.py", text)
    repo.commit()
    repo.git("mv", "a.py", "b.py")
    assert list(contents()) == ["b.py"]
    assert blocking(repo) == [("b.py", False)]
    repo.add("b.py", text + f"other = '{openai_key()}'\n")
    assert blocking(repo) == [("b.py", False), ("b.py", True)]


@pytest.mark.skipif(os.name == "nt", reason="needs modes")
def test_a_change_of_mode_alone_warns(repo: Repo) -> None:
    repo.add("a.py", f"key = '{openai_key()}'\n")
    repo.commit()
    repo.git("update-index", "--chmod=+x", "a.py")
    assert not nothing_staged()
    assert blocking(repo) == [("a.py", False)]


def test_a_merge_in_progress(repo: Repo) -> None:
    repo.add("a.txt", "base\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.add("a.txt", "theirs\n")
    repo.add("side.py", f"key = '{openai_key()}'\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("a.txt", "ours\n")
    repo.commit()
    repo.git("merge", "-q", "side", check=False)
    sides = [one.data for one in staged() if isinstance(one, Blob) and one.path == "a.txt"]
    assert sides == [b"ours\n", b"theirs\n"]
    repo.add("a.txt", f"key = '{openai_key()}'\n")
    assert blocking(repo) == [("a.txt", True), ("side.py", True)]


def test_another_index_is_honoured(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add("a.py", "a")
    repo.commit()
    repo.add("b.py", "only in the usual index")
    index = str(repo.path / ".git" / "next-index")
    repo.write("a.py", "committed by name")
    repo.git("read-tree", "HEAD", GIT_INDEX_FILE=index)
    repo.git("add", "a.py", GIT_INDEX_FILE=index)
    monkeypatch.setenv("GIT_INDEX_FILE", index)
    assert contents() == {"a.py": b"committed by name"}


def test_a_commit_by_name_and_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    """A real hook: git itself sets GIT_DIR and GIT_INDEX_FILE."""
    seen = tmp_path / "seen"
    hook = repo.write(
        ".git/hooks/pre-commit",
        "#!/bin/sh\n"
        f"exec {python()} -c 'from keyscan.sources.staged import staged; found = list(staged());"
        f' open("{seen.as_posix()}", "w").write(repr([(one.path, one.data) for one in found]))\'\n',
    )
    hook.chmod(0o755)
    repo.add("a.py", "1")
    repo.git("commit", "-q", "-m", "first")
    assert seen.read_text() == repr([("a.py", b"1")])
    repo.write("a.py", "2")
    repo.add("b.py", "not in this commit")
    repo.git("commit", "-q", "-m", "second", "a.py")
    assert seen.read_text() == repr([("a.py", b"2")])
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "linked" / "a.py").write_text("3")
    repo.git("-C", str(tmp_path / "linked"), "commit", "-q", "-a", "-m", "third")
    assert seen.read_text() == repr([("a.py", b"3")])


def python() -> str:
    return shlex.quote(Path(sys.executable).as_posix())


def test_paths_are_relative_to_the_top_wherever_it_runs(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("sub/a.py", f"key = '{openai_key()}'\n")
    repo.commit()
    repo.add("sub/a.py", repo.git("show", ":sub/a.py") + "\n# more\n")
    repo.add("top.py", "1")
    repo.git("config", "diff.relative", "true")
    monkeypatch.chdir(repo.path / "sub")
    assert sorted(contents()) == ["sub/a.py", "top.py"]
    assert sorted(contents(str(repo.path))) == ["sub/a.py", "top.py"]
    assert blocking(repo) == [("sub/a.py", False)]


@pytest.mark.skipif(os.name == "nt", reason="needs names that are any bytes")
def test_names_that_are_not_utf8(repo: Repo) -> None:
    name = os.fsdecode(b"caf\xe9\n\t.py")
    repo.add(name, f"key = '{openai_key()}'\n")
    repo.commit()
    repo.add(name, repo.git("show", f":{name}") + "# more\n")
    assert blocking(repo) == [(name, False)]


def test_many_and_large_contents(repo: Repo) -> None:
    large = os.urandom(9 << 20)
    for number in range(300):
        repo.write(f"f{number:03}", str(number))
    repo.write("large", large)
    repo.git("add", ".")
    blobs = [one for one in staged() if isinstance(one, Blob)]
    assert [one.data for one in blobs[:300]] == [str(number).encode() for number in range(300)]
    parts = blobs[300:]
    assert b"".join(one.data[one.seen :] for one in parts) == large
    whole = parts[0].whole
    assert whole is not None
    assert whole().read() == large


def test_replaced_objects_are_read_as_what_will_be_committed(repo: Repo) -> None:
    repo.add("a.py", "with a key")
    clean = repo.write("clean", "clean")
    new = repo.git("hash-object", "-w", str(clean))
    repo.git("replace", repo.git("rev-parse", ":a.py"), new)
    assert contents() == {"a.py": b"with a key"}


def test_a_missing_object_is_a_gap_and_the_rest_is_scanned(repo: Repo) -> None:
    repo.add("a.py", "1")
    repo.add("b.py", "2")
    oid = repo.git("rev-parse", ":a.py")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    gap, blob = staged()
    assert isinstance(gap, Gap)
    assert (gap.path, gap.reason) == ("a.py", "git-object")
    assert blob == Blob("b.py", b"2", "index")


def test_what_cannot_be_looked_up_blocks(repo: Repo) -> None:
    repo.add("a.py", f"key = '{openai_key()}'\n")
    repo.commit()
    oid = repo.git("rev-parse", ":a.py")
    repo.add("a.py", repo.git("show", ":a.py") + "\n# more\n")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    assert blocking(repo) == [("a.py", True)]


def test_tracked_files_come_from_the_disk_from_anywhere(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("sub/a.py", "1")
    repo.add("gone.py", "1")
    repo.add("top.py", "1")
    repo.write("untracked.py", "1")
    (repo.path / "gone.py").unlink()
    assert sorted(one.path for one in handed(tracked())) == ["sub/a.py", "top.py"]
    monkeypatch.chdir(repo.path / "sub")
    assert sorted(one.path for one in handed(tracked())) == ["../top.py", "a.py"]


def test_tracked_files_that_a_sparse_checkout_leaves_out_come_from_the_index(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("in/a.py", "1")
    repo.add("out/b.py", "2")
    repo.commit()
    repo.git("sparse-checkout", "set", "in")
    monkeypatch.chdir(repo.path / "in")
    given = [one for one in handed(tracked()) if isinstance(one, Blob)]
    assert sorted(given) == [Blob("../out/b.py", b"2", "index"), Blob("a.py", b"1")]


def test_no_repository_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="this folder is not in a git repository"):
        list(staged(str(tmp_path)))
    with pytest.raises(UsageError, match="this folder is not in a git repository"):
        list(tracked(str(tmp_path)))


def test_a_corrupt_index_and_a_broken_head_are_no_empty_result(repo: Repo) -> None:
    repo.add("a.py", "1")
    repo.commit()
    repo.add("b.py", "1")
    index = (repo.path / ".git/index").read_bytes()
    repo.write(".git/index", "not an index, but long enough to look like one")
    with pytest.raises(IncompleteError, match="git cannot read its index"):
        changes()
    repo.write(".git/index", index)
    assert len(changes()) == 1
    repo.write(".git/refs/heads/main", "1" * 40 + "\n")
    with pytest.raises(IncompleteError, match="git failed"):
        changes()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_names_the_remedy(repo: Repo) -> None:
    give_away(repo.path)
    with pytest.raises(UsageError, match=r"git config --global --add safe\.directory /"):
        changes()


def test_outside_of_a_repository_is_a_wrong_call(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "keyscan", "scan", "--staged"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "not in a git repository" in done.stderr) == (2, True)
