"""Many found objects are traced in one pass, and every ref that reaches them is named."""

import random
import time
from pathlib import Path
from typing import IO

import pytest

from keyscan import git, reach, touched
from keyscan.exposure import somewhere, traces
from keyscan.touched import Earlier
from repo import Repo


def test_many_blobs_in_one_pass(repo: Repo) -> None:
    for number in range(300):
        repo.write(f"{number}.py", f"{number}\n")
    repo.git("add", ".")
    commit = repo.commit()
    listed = repo.git("ls-tree", "-r", "HEAD").splitlines()
    oids = [line.split()[2] for line in listed]
    started = time.process_time()
    found = traces(oids, cwd=str(repo.path))
    assert time.process_time() - started < 5
    assert {one.path for one in found.values()} == {f"{number}.py" for number in range(300)}
    assert {tuple(one.adders) for one in found.values()} == {(commit,)}
    assert all(one.in_head for one in found.values())


def test_every_ref_that_reaches_a_commit(repo: Repo) -> None:
    repo.add("a.py", "1\n")
    repo.commit()
    repo.git("tag", "-a", "v1", "-m", "tag")
    repo.git("branch", "one")
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("rm", "-q", "-f", "a.py")
    repo.commit()
    oid = repo.git("rev-parse", "one:a.py")
    trace = traces([oid], cwd=str(repo.path))[oid]
    assert trace.refs == ("refs/heads/main", "refs/heads/one", "refs/tags/v1")
    assert not trace.in_head


def test_two_processes_tell_the_same_in_the_same_order(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changed, moved, taken out, brought back, and merged from a branch."""
    for number in range(12):
        repo.add("a.py" if number % 5 else "b.py", f"{number % 3}\n")
        repo.commit(other=f"{number}\n")
        if number == 6:
            repo.git("branch", "side", "HEAD~3")
    repo.git("checkout", "-q", "side")
    repo.commit(**{"c.py": "1\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side")
    oids = [
        repo.git("hash-object", "a.py"),
        *(repo.git("rev-parse", f"HEAD:{one}.py") for one in "bc"),
    ]
    told = []
    for alone in (1_000, 0):
        monkeypatch.setattr(touched, "_ALONE", alone)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        told.append(traces(oids, cwd=str(repo.path)))
    assert told[0] == told[1]
    assert all(one.commits and one.refs and one.paths for one in told[0].values())


def test_a_moved_file_has_its_new_path_first(repo: Repo) -> None:
    repo.add("a.env", "1\n")
    repo.commit()
    repo.git("mv", "a.env", "b.env")
    repo.commit()
    oid = repo.git("rev-parse", "HEAD:b.env")
    assert list(traces([oid], cwd=str(repo.path))[oid].paths) == ["b.env", "a.env"]


def test_one_path_is_told_without_walking_to_the_first_commit(repo: Repo) -> None:
    """Of what a branch, a reflog, a merge or nothing reaches; of an object in no tree, none."""
    repo.add("first.env", "1\n")
    root = repo.commit()
    first = repo.git("rev-parse", "HEAD:first.env")
    repo.git("mv", "first.env", "second.env")
    moved = repo.commit(**{"lost.env": "2\n"})
    lost = repo.git("rev-parse", "HEAD:lost.env")
    repo.git("rm", "-q", "second.env", "lost.env")
    gone = repo.commit(**{"a.py": "3\n"})
    alone = repo.git("hash-object", "-w", "a.py")
    repo.write("b.py", "nowhere\n")
    nowhere = repo.git("hash-object", "-w", "b.py")
    failures: list[git.Answer] = []

    def told(*blobs: str, earlier: Earlier | None = None) -> dict[str, list[str]]:
        found = somewhere(blobs, str(repo.path), failures, earlier)
        return {oid: list(one.paths) for oid, one in found.items()}

    assert told(first, lost) == {first: ["second.env"], lost: ["lost.env"]}
    repo.git("update-ref", "refs/heads/topic", moved)
    repo.git("checkout", "-q", "topic")
    repo.git("branch", "-q", "-D", "main")
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert told(first) == {first: ["second.env", "first.env"]}  # it was moved, not deleted
    repo.git("checkout", "-q", "-b", "main", gone)
    repo.git("branch", "-q", "-D", "topic")
    for commit, path in ((root, "first.env"), (gone, "second.env"), ("0" * 40, "second.env")):
        earlier = Earlier((gone,), frozenset((commit,)), frozenset())
        assert told(first, earlier=earlier) == {first: [path]}
    repo.git("reset", "-q", "--hard", root)
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert told(first, lost, alone, nowhere) == {
        first: ["first.env"],
        lost: ["lost.env"],
        alone: ["a.py"],
        nowhere: [],
    }
    assert not failures


def test_one_path_in_a_tree_that_only_a_tag_names(repo: Repo) -> None:
    repo.add("a.py", "1\n")
    repo.commit()
    repo.write("inner.env", "2\n")
    repo.git("add", "inner.env")
    tree = repo.git("write-tree")
    repo.git("rm", "-q", "-f", "--cached", "inner.env")
    repo.git("tag", "tree", tree)
    oid = repo.git("rev-parse", f"{tree}:inner.env")
    failures: list[git.Answer] = []
    assert list(somewhere([oid], str(repo.path), failures)[oid].paths) == ["inner.env"]
    assert not failures


def test_no_path_of_a_broken_history_is_a_failure(repo: Repo) -> None:
    repo.add("a.env", "1\n")
    root = repo.commit()
    oid = repo.git("rev-parse", "HEAD:a.env")
    repo.git("rm", "-q", "a.env")
    repo.commit(**{"a.py": "3\n"})
    tree = repo.git("rev-parse", f"{root}^{{tree}}")
    (repo.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    failures: list[git.Answer] = []
    assert not somewhere([oid], str(repo.path), failures)[oid].paths
    assert failures


def test_an_unborn_head(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("a.py", "1\n")
    oid = repo.git("hash-object", "-w", "a.py")
    trace = traces([oid], cwd=str(repo.path))[oid]
    assert (trace.path, trace.commits, trace.refs, trace.in_head) == ("", [], (), False)


def test_names_of_authors_are_data(repo: Repo) -> None:
    repo.add("a.py", "1\n")
    repo.git("commit", "-q", "-m", "x", GIT_AUTHOR_NAME="A\x1b[31m:100644 %H")
    oid = repo.git("rev-parse", "HEAD:a.py")
    trace = traces([oid], cwd=str(repo.path))[oid]
    assert trace.commits[0].author == "A\x1b[31m:100644 %H"
    assert len(trace.commits) == 1


def test_a_change_between_two_blobs_is_told_once_of_each(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where no git is asked about both, or where no ref reaches the change."""
    oids = []
    for number in range(3):
        repo.add("a.py", f"{number}\n")
        oids.append(repo.git("hash-object", "a.py"))
        repo.commit()
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("reflog", "expire", "--expire=now", "--all")
    whole = traces(oids, cwd=str(repo.path))
    assert [len(whole[oid].commits) for oid in oids] == [2, 1, 1]
    assert [bool(whole[oid].refs) for oid in oids] == [True, True, False]
    monkeypatch.setattr(touched, "_AT_ONCE", 1)
    assert traces(oids, cwd=str(repo.path)) == whole


def test_commits_that_were_walked_before_are_not_walked_again(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        repo.add("a.py", f"{number % 7}\n")
        repo.commit()
    old, tip = repo.git("hash-object", "a.py"), repo.git("rev-parse", "HEAD")
    before = traces([old], cwd=str(repo.path))
    seen = frozenset(commit.oid for commit in before[old].commits)
    repo.git("checkout", "-q", "-b", "side", "HEAD~3")
    repo.add("b.py", f"{19 % 7}\n")
    repo.add("b.py", "new\n")
    new = repo.git("hash-object", "b.py")
    repo.commit()
    walked: list[bytes] = []

    def counted(graph: IO[bytes], earlier: Earlier) -> list[bytes]:
        walked.extend(recent(graph, earlier))
        return walked

    recent = touched._recent
    monkeypatch.setattr(touched, "_recent", counted)
    earlier = Earlier((tip,), seen, frozenset())
    told = traces([old, new], cwd=str(repo.path), earlier=earlier)
    assert len(walked) == len(seen) + 1
    assert told == traces([old, new], cwd=str(repo.path))
    untold = Earlier((tip,), frozenset(), frozenset([old]))
    assert traces([old, new], cwd=str(repo.path), earlier=untold) == told


def test_refs_are_those_that_git_says_contain_a_commit(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Branches, merges and tags at random; the list of commits is read in small pieces."""
    chance = random.Random(7)
    repo.commit()
    for number in range(60):
        branches = repo.git("branch", "--format=%(refname:short)").split()
        if chance.random() < 0.3:
            repo.git("checkout", "-q", "-b", f"b{number}", chance.choice(branches))
        elif chance.random() < 0.4:
            repo.git("checkout", "-q", chance.choice(branches))
            repo.git("merge", "-q", "--no-edit", chance.choice(branches))
        elif chance.random() < 0.2:
            repo.git("tag", *chance.choice([[], ["-a", "-m", "a tag"]]), f"t{number}")
        repo.add(f"{number}.txt", f"{number}\n")
        repo.commit()
    names = [f"{number}.txt" for number in range(60)]
    for name in names:
        repo.write(name, f"{name[:-4]}\n")
    blobs = [repo.git("hash-object", name) for name in names]
    monkeypatch.setattr(reach, "_PIECE", 150)
    for name, oid, trace in zip(
        names, blobs, traces(blobs, cwd=str(repo.path)).values(), strict=True
    ):
        assert list(trace.paths) == [name], oid
        said = repo.git("for-each-ref", "--format=%(refname)", f"--contains={trace.adders[0]}")
        assert trace.refs == tuple(sorted(said.split()))
