"""The record: a second scan reads only what is new, and is never wrong for it."""

import gzip
import os
import random
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from keys import openai_key
from keyscan import cache, objects
from keyscan.history import Wanted, scan_history
from keyscan.model import Report
from repo import Repo

RECORD = ".git/keyscan/history"


pytestmark = pytest.mark.usefixtures("own_state")


def scanned(repo: Repo) -> Report:
    report = scan_history(str(repo.path), Wanted(processes=1), lambda _files, _bytes: None)
    assert report.gaps == ()
    return report


def found(report: Report) -> set[str]:
    return {one.secret.redacted[-4:] for one in report.findings}


def line(key: str) -> str:
    return f"key = '{key}'\n"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_a_second_scan_reads_what_is_new_and_tells_all(
    tmp_path: Path, packed: bool, hash_name: str
) -> None:
    repo = Repo(tmp_path / "repo", f"--object-format={hash_name}")
    old, new, dangling = (openai_key() for _ in range(3))
    for number in range(20):
        repo.add(f"{number}.py", f"{number}\n")
    repo.add("a.py", line(old))
    repo.commit()
    if packed:
        repo.git("repack", "-a", "-d", "-q")
    assert scanned(repo).stats.blobs == 22
    again = scanned(repo)
    assert (again.stats.blobs, found(again)) == (0, {old[-4:]})
    assert again.findings[0].exposure
    repo.add("b.py", line(new))
    repo.commit()
    repo.write("c.py", line(dangling))
    repo.git("hash-object", "-w", "c.py")
    third = scanned(repo)
    assert third.stats.blobs == 3
    assert found(third) == {key[-4:] for key in (old, new, dangling)}
    repo.git("gc", "-q", "--prune=now")
    assert found(scanned(repo)) == {old[-4:], new[-4:]}


def test_the_record_is_for_its_owner_and_holds_no_key(repo: Repo) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    repo.commit()
    scanned(repo)
    record = repo.path / RECORD
    if os.name != "nt":
        assert record.stat().st_mode & 0o777 == 0o600
    assert key[-20:].encode() not in record.read_bytes()
    assert sorted(path.name for path in record.parent.iterdir()) == ["history"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "another user's", "elsewhere"])
def test_a_record_that_is_not_whole_or_not_ours_clears_nothing(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    repo.add("a.py", "1\n")
    repo.commit()
    scanned(repo)
    assert scanned(repo).stats.blobs == 0
    record = repo.path / RECORD
    data = record.read_bytes()
    if damage == "cut":
        record.write_bytes(data[:-5])
    elif damage == "flipped":
        record.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    elif damage == "empty":
        record.write_bytes(b"")
    elif damage == "another user's":
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
    else:
        repo.path.rename(tmp_path / "moved")
        repo.path = tmp_path / "moved"
    assert scanned(repo).stats.blobs == 2


def test_other_rules_drop_the_record(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add("a.py", "1\n")
    repo.commit()
    scanned(repo)
    monkeypatch.setattr(cache, "rules", lambda: b"others")
    assert scanned(repo).stats.blobs == 2


def test_a_record_that_cannot_be_written_is_one_warning(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("a.py", line(openai_key()))
    repo.commit()

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    report = scanned(repo)
    assert len(report.notices) == 1
    assert len(report.findings) == 1
    assert not (repo.path / RECORD).exists()
    assert list((repo.path / ".git/keyscan").iterdir()) == []


def test_no_cache_leaves_nothing(repo: Repo) -> None:
    repo.commit()
    scan_history(str(repo.path), Wanted(cache=False), lambda _files, _bytes: None)
    assert not (repo.path / ".git/keyscan").exists()


STEPS = (
    "checkout -q -b {new}",
    "checkout -q {branch}",
    "merge -q --no-edit -X ours {branch}",
    "merge -q --no-edit -X theirs {branch}",
    "reset -q --hard HEAD~1",
    "commit -q --amend --allow-empty -m amended",
    "branch -q -D {branch}",
    "tag -a -f -m tag {new}",
    "tag -d {new}",
    "mv -f a.py b.py",
    "mv -f b.py c.py",
    "rm -q -f a.py",
    "commit -q --allow-empty -m again",
    "reflog expire --expire=now --all",
    "gc -q --prune=now",
    "repack -q -a -d",
)


def _step(repo: Repo, chance: random.Random, some: list[str]) -> None:
    """Something that people do to a repository, whether it can be done just now or not."""
    text = "".join(map(line, chance.sample(some, chance.randrange(3))))
    if chance.random() < 0.4:
        repo.add(chance.choice(["a.py", "b.py", "c.py"]), text)
        repo.commit()
    elif chance.random() < 0.1:
        repo.write("lost.py", text)
        repo.git("hash-object", "-w", "lost.py")
        (repo.path / "lost.py").unlink()
    else:
        branch = chance.choice(repo.git("branch", "--format=%(refname:short)").split())
        step = chance.choice(STEPS).format(branch=branch, new=chance.choice("xyz"))
        repo.git(*step.split(), check=False)
        if "UU" in repo.git("status", "--porcelain"):
            repo.git("merge", "--abort", check=False)


@pytest.mark.parametrize("seed", range(6))
def test_a_second_scan_tells_where_keys_have_been_as_a_first_one_does(
    repo: Repo, seed: int
) -> None:
    chance = random.Random(seed)
    some = [openai_key() for _ in range(4)]
    repo.commit()
    for _ in range(12):
        for _ in range(chance.randrange(1, 5)):
            _step(repo, chance, some)
        again = scanned(repo)
        whole = scan_history(
            str(repo.path), Wanted(processes=1, cache=False), lambda _files, _bytes: None
        )
        assert sorted(map(repr, again.findings)) == sorted(map(repr, whole.findings))


def test_what_was_looked_up_in_head_alone_is_traced_when_it_has_left(repo: Repo) -> None:
    """A damaged archive, which holds nothing but a gap."""
    repo.add("a.gz", gzip.compress(os.urandom(1000))[:-100])
    repo.commit()
    told = []
    for _ in range(2):
        for cache_ in (True, False):
            wanted = Wanted(processes=1, cache=cache_)
            report = scan_history(str(repo.path), wanted, lambda _files, _bytes: None)
            told.append([gap.path for gap in report.gaps])
        repo.git("rm", "-q", "--ignore-unmatch", "a.gz")
        repo.commit()
    assert [path for paths in told for path in paths] == ["a.gz!content"] * 4


def test_what_no_scan_has_traced_is_traced_in_all_commits(repo: Repo) -> None:
    repo.add("a.py", line(openai_key()))
    first = repo.commit()
    repo.commit(other="1\n")
    before = scanned(repo).findings
    common = str(repo.path / ".git")
    record = cache.load(common)
    assert record
    assert record.touched == {first}
    cache.save(common, replace(record, traced=frozenset(), touched=frozenset()))
    repo.git("mv", "a.py", "b.py")
    repo.commit()
    after = scanned(repo).findings
    assert after[0].locations[0].path == "b.py"
    assert after[0].exposure
    assert before[0].exposure
    assert after[0].exposure.first == before[0].exposure.first


def test_a_pack_that_is_replaced_while_git_lists_is_read(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git says nothing of it: of a repack it may see neither the old pack nor the new one."""
    key = openai_key()
    repo.add("a.py", line(key))
    repo.commit()
    repo.git("repack", "-a", "-d", "-q")
    packs = repo.path / ".git/objects/pack"
    listing, away = objects.every, repo.path / "away"

    @contextmanager
    def replaced(*args: str) -> Iterator[objects.Objects]:
        monkeypatch.setattr(objects, "every", listing)
        packs.rename(away)
        packs.mkdir()
        with listing(*args) as listed:
            packs.rmdir()
            away.rename(packs)
            for path in packs.iterdir():
                path.rename(packs / f"pack-{'0' * 40}{path.suffix}")
            assert not len(listed)
            yield listed

    monkeypatch.setattr(objects, "every", replaced)
    assert found(scanned(repo)) == {key[-4:]}


@pytest.mark.parametrize("step", ["gc -q --prune=now", "unpack"])
def test_what_is_packed_or_unpacked_while_the_store_is_looked_at_is_read(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    repo.commit()
    scanned(repo)
    key = openai_key()
    repo.add("a.py", line(key))
    repo.commit()
    if step == "unpack":
        repo.git("repack", "-a", "-d", "-q")
    looked = cache.packs

    def packs(folders: Iterable[str]) -> dict[str, tuple[int, int]]:
        monkeypatch.setattr(cache, "packs", looked)
        before = looked(folders)
        if step != "unpack":
            repo.git(*step.split())
            return before
        for path in before:
            moved = repo.path / "moved.pack"
            Path(path).rename(moved)
            Path(path).with_suffix(".idx").unlink()
            with moved.open("rb") as file:
                subprocess.run(["git", "unpack-objects", "-q"], stdin=file, check=True)
        return looked(folders)

    monkeypatch.setattr(cache, "packs", packs)
    assert found(scanned(repo)) == {key[-4:]}
