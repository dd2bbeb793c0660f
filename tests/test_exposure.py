"""Many found objects are traced in one pass, and every ref that reaches them is named."""

import time
from pathlib import Path

from keyscan.exposure import traces
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
