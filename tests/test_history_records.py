"""What happens to a store between two scans, or in the middle of one, is told as it is."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from keys import SHARED_FORMS, openai_key
from keyscan import cache, connected, objects, store
from keyscan.history import Wanted, scan_history
from keyscan.model import Exposure, Report
from keyscan.repository import Repository
from repo import Repo

pytestmark = pytest.mark.usefixtures("own_state")


def scanned(folder: Path, *, cached: bool = True) -> Report:
    wanted = Wanted(processes=1, cache=cached)
    return scan_history(str(folder), wanted, lambda _files, _bytes: None)


def line(key: str) -> str:
    return f"key = '{key}'\n"


def exposure(report: Report, key: str) -> Exposure:
    (found,) = (one for one in report.findings if one.secret.redacted[-4:] == key[-4:])
    assert found.exposure
    return found.exposure


def loose(repo: Repo, oid: str) -> Path:
    return repo.path / ".git/objects" / oid[:2] / oid[2:]


def test_loose_objects_that_are_packed_while_git_lists_are_read(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git has looked for packs before, and for the object after."""
    key = openai_key()
    repo.add("a.py", line(key))
    repo.commit()
    path = loose(repo, repo.git("rev-parse", "HEAD:a.py"))
    listing = objects.every

    @contextmanager
    def packed(*args: str) -> Iterator[objects.Objects]:
        monkeypatch.setattr(objects, "every", listing)
        path.rename(repo.path / "away")
        with listing(*args) as listed:
            (repo.path / "away").rename(path)
            repo.git("repack", "-a", "-d", "-q")
            yield listed

    monkeypatch.setattr(objects, "every", packed)
    assert exposure(scanned(repo.path), key)


def test_what_is_pruned_before_it_is_read_is_not_known_as_clean(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = openai_key()
    repo.commit()
    repo.write("a.py", line(key))
    repo.git("hash-object", "-w", "a.py")
    every = store.every

    def pruned(where: Repository) -> object:
        repo.git("prune", "--expire=now")
        return every(where)

    with monkeypatch.context() as patched:
        patched.setattr(store, "every", pruned)
        assert scanned(repo.path).findings == ()
    repo.add("a.py", line(key))
    repo.commit()
    assert exposure(scanned(repo.path), key)


def test_a_commit_that_comes_while_a_scan_begins_is_not_taken_as_walked(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, tips = openai_key(), connected.tips
    repo.add("b.py", line(openai_key()))
    repo.commit()
    scanned(repo.path)

    def late(where: Repository) -> tuple[str, ...]:
        monkeypatch.setattr(connected, "tips", tips)
        repo.add("a.py", line(key))
        repo.commit()
        return tips(where)

    monkeypatch.setattr(connected, "tips", late)
    scanned(repo.path)
    repo.git("mv", "a.py", "c.py")
    repo.commit()
    told = exposure(scanned(repo.path), key)
    assert told == exposure(scanned(repo.path, cached=False), key)
    assert told.first != told.last


def test_what_a_missing_tree_has_hidden_is_traced_when_it_comes(repo: Repo) -> None:
    key = openai_key()
    repo.commit()
    repo.add("d/a.py", line(key))
    first = repo.commit()
    hidden = [loose(repo, repo.git("rev-parse", one)) for one in ("HEAD:d", "HEAD:d/a.py")]
    for path in hidden:
        path.rename(repo.path / path.name)
    assert [gap.reason for gap in scanned(repo.path).gaps] == ["git-object"]
    for path in hidden:
        (repo.path / path.name).rename(path)
    repo.git("mv", "d/a.py", "b.py")
    repo.commit()
    told = exposure(scanned(repo.path), key)
    assert told.first
    assert told.first.oid == first


def test_what_is_missing_behind_a_head_that_moved_away_is_forgotten(repo: Repo) -> None:
    repo.git("config", "core.logAllRefUpdates", "false")
    repo.commit()
    repo.git("checkout", "-q", "--detach")
    repo.commit(y="1\n")
    loose(repo, repo.git("rev-parse", "HEAD:y")).unlink()
    assert len(scanned(repo.path).gaps) == 1
    repo.git("checkout", "-q", "-f", "main")
    assert scanned(repo.path).gaps == ()


def test_a_pack_that_goes_away_while_packs_are_looked_at(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit()
    repo.git("repack", "-a", "-d", "-q")
    folders = [str(repo.path / ".git/objects")]
    (path,) = cache.packs(folders)
    entries = list(os.scandir(Path(path).parent))
    monkeypatch.setattr(cache, "_entries", lambda _folder: entries)
    Path(path).unlink()
    assert cache.packs(folders) == {}


@pytest.mark.parametrize("filter_", ["blob:none", "tree:0"])
def test_a_partial_clone_is_scanned_again_and_again(
    repo: Repo, tmp_path: Path, filter_: str
) -> None:
    key = openai_key()
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.add("a.py", "1\n")
    repo.commit()
    repo.git("commit", "-q", "--allow-empty", "-m", f"key = {key}")
    repo.add("a.py", "2\n")
    repo.commit()
    clone = tmp_path / "clone"
    repo.git(
        "clone", "-q", "--no-checkout", f"--filter={filter_}", f"file://{repo.path}", str(clone)
    )
    for _ in range(3):
        report = scanned(clone)
        assert exposure(report, key).reachable
        assert "partial-clone" in {gap.reason for gap in report.gaps}


def test_keys_that_change_places_keep_their_own_exposure(repo: Repo) -> None:
    stays, goes = openai_key("proj-74"), openai_key("legacy")
    repo.add("a.py", line(stays))
    repo.add("b.py", line(goes))
    first = repo.commit()
    repo.git("rm", "-q", "b.py")
    repo.git("mv", "a.py", "b.py")
    repo.commit()
    report = scanned(repo.path)
    assert exposure(report, stays).in_head
    assert not exposure(report, goes).in_head
    places = {(one.locations[0].path, one.locations[0].commit) for one in report.findings}
    assert len(places) == 2
    assert ("b.py", first) in places


def test_a_folder_below_tells_what_the_root_tells(repo: Repo) -> None:
    key = openai_key()
    repo.git("config", "diff.relative", "true")
    repo.write("below/x", "1\n")
    repo.add("a.py", line(key))
    repo.commit()
    told = exposure(scanned(repo.path / "below"), key)
    assert told.in_head
    assert told == exposure(scanned(repo.path), key)


def _nested(repo: Repo) -> None:
    repo.git("tag", "-a", "-m", "1", "t1")
    repo.git("tag", "-a", "-m", "2", "t2", "t1")
    repo.git("tag", "-a", "-m", "3", "t3", "t2")
    repo.git("tag", "-d", "t1")
    repo.git("tag", "-d", "t2")


TAGS: dict[str, Callable[[Repo], object]] = {
    "of a tag of a tag": _nested,
    "of a tree": lambda repo: repo.git("tag", "t3", "HEAD^{tree}"),
    "of a tree, annotated": lambda repo: repo.git("tag", "-a", "-m", "3", "t3", "HEAD^{tree}"),
    "of a blob": lambda repo: repo.git("tag", "t3", "HEAD:d/a.py"),
}


@pytest.mark.parametrize("tag", TAGS)
def test_a_key_that_only_a_tag_reaches_is_reachable(repo: Repo, tag: str) -> None:
    key = openai_key()
    repo.commit()
    repo.git("checkout", "-q", "-b", "other")
    repo.add("d/a.py", line(key))
    repo.commit()
    TAGS[tag](repo)
    repo.git("checkout", "-q", "main")
    repo.git("branch", "-q", "-D", "other")
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert exposure(scanned(repo.path), key).refs == ("refs/tags/t3",)


@pytest.mark.skipif(os.name != "posix", reason="a name of any bytes")
def test_a_name_that_is_not_utf_8_stops_nothing(repo: Repo) -> None:
    """Whose key it is is looked for in the file's name, too."""
    key = SHARED_FORMS["deepseek"]()
    try:
        (repo.path / os.fsdecode(b"\xff\xfe.py")).write_text(line(key))
    except OSError:
        pytest.skip("this file system wants UTF-8")
    repo.git("add", ".")
    repo.commit()
    assert exposure(scanned(repo.path), key)
