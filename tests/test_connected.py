"""An object that the history names and the store has not is a gap, in the first scan and later."""

import subprocess
from pathlib import Path

import pytest

from keys import openai_key
from keyscan import connected
from keyscan.history import Wanted, scan_history
from keyscan.model import Report
from repo import Repo

pytestmark = pytest.mark.usefixtures("own_state")


def scanned(repo: Repo, *, cache: bool = True, reachable: bool = False) -> Report:
    options = Wanted(reachable, processes=1, cache=cache)
    return scan_history(str(repo.path), options, lambda _files, _bytes: None)


def lose(repo: Repo, name: str, objects: str = ".git/objects") -> str:
    """Take a loose object away; its name."""
    oid = repo.git("rev-parse", name)
    path = repo.path / objects / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.unlink()
    return oid


def committed(repo: Repo) -> Repo:
    for number in range(3):
        repo.add(f"{number}/a.py", f"{number}\n")
        repo.commit()
    return repo


@pytest.mark.parametrize("name", ["HEAD:1/a.py", "HEAD:1", "HEAD~1^{tree}", "HEAD~1"])
@pytest.mark.parametrize("known", [False, True])
def test_what_is_gone_is_a_gap_and_the_rest_is_scanned(repo: Repo, name: str, known: bool) -> None:
    key = openai_key()
    repo.add("key.py", f"key = '{key}'\n")
    committed(repo)
    if known:
        assert scanned(repo).gaps == ()
    oid = lose(repo, name)
    for _ in range(2):
        report = scanned(repo)
        assert {"git-object"} == {gap.reason for gap in report.gaps}
        assert [key[-4:]] == [one.secret.redacted[-4:] for one in report.findings]
        assert oid[:10] in " ".join(str(gap.detail) for gap in report.gaps)


def test_what_is_there_is_read_once_although_something_is_missing(repo: Repo) -> None:
    committed(repo)
    oid = lose(repo, "HEAD:1/a.py")
    first, second = scanned(repo), scanned(repo)
    assert (first.stats.blobs > 0, second.stats.blobs) == (True, 0)
    assert first.gaps == second.gaps
    repo.git("hash-object", "-w", "1/a.py")
    third = scanned(repo)
    assert oid == repo.git("rev-parse", "HEAD:1/a.py")
    assert (third.gaps, third.stats.blobs) == ((), 1)


def test_a_suspect_that_is_gone_is_a_gap_although_it_was_recorded(repo: Repo) -> None:
    repo.add("key.py", f"key = '{openai_key()}'\n")
    repo.commit()
    assert scanned(repo).gaps == ()
    lose(repo, "HEAD:key.py")
    report = scanned(repo)
    assert [gap.reason for gap in report.gaps] == ["git-object"]


def test_a_commit_graph_vouches_for_nothing(repo: Repo) -> None:
    committed(repo)
    repo.git("commit-graph", "write", "--reachable")
    lose(repo, "HEAD~1")
    assert {"git-object"} == {gap.reason for gap in scanned(repo).gaps}


def test_a_later_scan_walks_what_came_since(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(repo)
    asked: list[tuple[str, ...]] = []
    real = connected.walked

    def spied(where: object, tips: object, known: tuple[str, ...], missing: object) -> object:
        asked.append(tuple(known[:1]))
        return real(where, tips, known, missing)  # type: ignore[arg-type]

    monkeypatch.setattr("keyscan.history.walked", spied)
    scanned(repo)
    first = repo.git("rev-parse", "HEAD")
    repo.add("new/b.py", "new\n")
    repo.commit()
    scanned(repo)
    scanned(repo)
    assert [(), (first,), (repo.git("rev-parse", "HEAD"),)] == asked
    repo.add("later/b.py", "later\n")
    repo.commit()
    lose(repo, "HEAD:later/b.py")
    assert [gap.reason for gap in scanned(repo).gaps] == ["git-object"]


def test_what_is_missing_is_told_again_without_a_walk_over_the_whole_history(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(repo)
    lost = lose(repo, "HEAD:1/a.py")
    asked: list[tuple[object, ...]] = []
    real = connected.walked

    def spied(*args: object) -> object:
        asked.append(args[2:])
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("keyscan.history.walked", spied)
    first = scanned(repo).gaps
    assert [gap.reason for gap in first] == ["git-object"]
    tip = repo.git("rev-parse", "HEAD")
    repo.add("new/b.py", "new\n")
    repo.commit()
    assert (scanned(repo).gaps, scanned(repo).gaps) == (first, first)
    assert [(), (lost,), (lost,)] == [missing for _, missing in asked]
    assert tip in asked[1][0]  # type: ignore[operator]
    repo.add("later/b.py", "later\n")
    repo.commit()
    lose(repo, "HEAD:later/b.py")
    assert [str(dict(gap.detail.values)["count"]) for gap in scanned(repo).gaps] == ["2"]


@pytest.mark.parametrize("reflog", [False, True])
def test_what_nothing_names_any_more_is_not_missing(repo: Repo, reflog: bool) -> None:
    committed(repo)
    repo.git("checkout", "-q", "-b", "side")
    repo.add("side/b.py", "side\n")
    repo.commit()
    lose(repo, "HEAD:side/b.py")
    repo.git("checkout", "-q", "-f", "main")
    if reflog:
        repo.git("branch", "-q", "-D", "side")
    assert [gap.reason for gap in scanned(repo).gaps] == ["git-object"]
    if not reflog:
        repo.git("branch", "-q", "-D", "side")
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert scanned(repo).gaps == ()


def test_what_came_back_may_lack_what_is_behind_it(repo: Repo) -> None:
    committed(repo)
    repo.write("new/deep/a.py", "new\n")
    repo.git("add", ".")
    repo.commit()
    tree = repo.git("ls-tree", "HEAD:new/deep")
    blob, deep = lose(repo, "HEAD:new/deep/a.py"), lose(repo, "HEAD:new/deep")
    assert deep[:10] in str(scanned(repo).gaps[0].detail)
    made = repo.path / "tree"
    made.write_bytes(b"100644 a.py\0" + bytes.fromhex(blob))
    assert blob in tree
    assert deep == repo.git("hash-object", "-w", "-t", "tree", "--literally", "tree")
    assert blob[:10] in str(scanned(repo).gaps[0].detail)


def test_what_gc_moved_is_walked_anew_and_whole(repo: Repo) -> None:
    committed(repo)
    scanned(repo)
    repo.git("gc", "-q", "--prune=now")
    assert scanned(repo).gaps == ()
    assert scanned(repo).gaps == ()


def test_a_narrowed_scan_tells_what_it_needed_and_has_not(repo: Repo) -> None:
    committed(repo)
    lose(repo, "HEAD:1/a.py")
    report = scanned(repo, cache=False, reachable=True)
    assert [gap.reason for gap in report.gaps] == ["git-object"]


def test_a_reflog_that_names_what_was_pruned_is_no_gap(repo: Repo) -> None:
    committed(repo)
    repo.git("commit", "-q", "--amend", "-m", "another")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("reflog", "expire", "--expire-unreachable=now", "--all")
    repo.git("prune", "--expire=now")
    assert scanned(repo).gaps == ()


def test_a_ref_to_nothing_is_a_gap(repo: Repo) -> None:
    committed(repo)
    (repo.path / ".git/refs/heads/gone").write_text("1" * 40 + "\n")
    assert "git-object" in {gap.reason for gap in scanned(repo).gaps}


def test_what_lay_behind_a_cut_is_walked_once_it_is_there(repo: Repo, tmp_path: Path) -> None:
    committed(repo)
    clone = Repo(tmp_path / "clone", "--bare")
    clone.git("fetch", "-q", "--depth=1", f"file://{repo.path}", "main:refs/heads/main")
    assert [gap.reason for gap in scanned(clone).gaps] == ["shallow-clone"]
    clone.git("fetch", "-q", "--unshallow", f"file://{repo.path}")
    for pack in (clone.path / "objects/pack").glob("*.pack"):
        moved = pack.rename(tmp_path / pack.name)
        pack.with_suffix(".idx").unlink()
        with moved.open("rb") as data:
            subprocess.run(["git", "unpack-objects", "-q"], cwd=clone.path, stdin=data, check=True)
    lose(clone, "main~2:0/a.py", "objects")
    assert [gap.reason for gap in scanned(clone).gaps] == ["git-object"]


def test_a_ref_to_nothing_hides_no_finding(repo: Repo) -> None:
    key = openai_key()
    repo.add("key.py", f"key = '{key}'\n")
    committed(repo)
    for name in ("a", "z"):
        (repo.path / f".git/refs/heads/{name}").write_text("1" * 40 + "\n")
    report = scanned(repo)
    assert [key[-4:]] == [one.secret.redacted[-4:] for one in report.findings]
    assert {"git-object"} == {gap.reason for gap in report.gaps}
