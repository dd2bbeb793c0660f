"""A whole store: everything that git holds is found, and what cannot be read is said."""

import gzip
import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from keys import openai_key
from keyscan import history, objects
from keyscan.errors import KeyscanError, UsageError
from keyscan.exposure import traces
from keyscan.history import Wanted, scan_history
from keyscan.model import Finding, Report
from keyscan.sources import history as sources
from keyscan.touched import Trace
from repo import Repo


def scanned(folder: Path, wanted: Wanted | None = None) -> Report:
    """The report on a repository, in one process unless told otherwise, nothing remembered."""
    return scan_history(
        str(folder), wanted or Wanted(processes=1, cache=False), lambda _files, _bytes: None
    )


def keys_of(report: Report) -> set[str]:
    """The redacted keys; their last four characters tell them apart."""
    return {one.secret.redacted for one in report.findings}


def tails(*keys: str) -> set[str]:
    return {key[-4:] for key in keys}


def found(folder: Path, wanted: Wanted | None = None) -> set[str]:
    """Last four characters of each key; fails on a gap."""
    report = scanned(folder, wanted)
    assert report.gaps == ()
    return {one[-4:] for one in keys_of(report)}


def only(report: Report) -> Finding:
    (one,) = report.findings
    return one


def line(key: str) -> str:
    return f"key = '{key}'\n"


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_everything_that_is_stored_is_found(
    tmp_path: Path, processes: int, packed: bool, hash_name: str
) -> None:
    repo = Repo(tmp_path / "repo", f"--object-format={hash_name}")
    keys = {name: openai_key() for name in ("deleted", "stash", "note", "tag", "amended", "loose")}
    message = openai_key()
    repo.add("a.py", line(keys["deleted"]))
    repo.commit()
    repo.git("rm", "-q", "a.py")
    repo.git("commit", "-q", "-m", f"gone\n\nwas {message}")
    repo.add("b.py", line(keys["amended"]))
    repo.commit()
    repo.add("b.py", "clean\n")
    repo.git("commit", "-q", "--amend", "-m", "clean")
    repo.git("notes", "add", "-m", keys["note"])
    repo.git("tag", "-a", "v1", "-m", keys["tag"])
    repo.write("b.py", line(keys["stash"]))
    repo.git("stash", "-q")
    if packed:
        repo.git("repack", "-a", "-d", "-q")
    repo.write("c.py", line(keys["loose"]))
    repo.git("hash-object", "-w", "c.py")
    wanted = Wanted(processes=processes, cache=False)
    assert found(repo.path, wanted) == tails(message, *keys.values())


def test_a_bare_repository_a_git_file_and_a_folder_below(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    key = openai_key()
    repo.add("deep/a.py", line(key))
    repo.commit()
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    repo.git("worktree", "add", "-q", str(tmp_path / "tree"))
    for folder in ("bare.git", "tree", "repo/deep", "repo/.git"):
        assert found(tmp_path / folder) == tails(key)


def test_what_alternates_lend_is_found(tmp_path: Path) -> None:
    lender = Repo(tmp_path / "lender")
    key = openai_key()
    lender.add("a.py", line(key))
    lender.commit()
    lender.git("clone", "-q", "--shared", ".", str(tmp_path / "borrower"))
    assert found(tmp_path / "borrower") == tails(key)


def test_no_repository_is_a_wrong_call(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError):
            scanned(folder)


def test_an_empty_repository_is_clean(repo: Repo) -> None:
    report = scanned(repo.path)
    assert (report.findings, report.gaps, report.stats.blobs) == ((), (), 0)


def test_paths_commits_refs_and_head(repo: Repo) -> None:
    key = openai_key()
    repo.add("old.py", "\n" + line(key))
    first = repo.commit()
    repo.git("mv", "old.py", "new.py")
    moved = repo.commit()
    repo.git("branch", "kept")
    place = only(scanned(repo.path)).locations[0]
    assert (place.path, place.line, place.column) == ("new.py", 2, 8)
    exposure = only(scanned(repo.path)).exposure
    assert exposure
    assert exposure.first
    assert exposure.last
    assert (exposure.first.oid, exposure.last.oid) == (first, moved)
    assert exposure.first.author == "A U Thor"
    assert exposure.refs == ("refs/heads/kept", "refs/heads/main")
    assert exposure.in_head
    repo.git("rm", "-q", "new.py")
    gone = repo.commit()
    exposure = only(scanned(repo.path)).exposure
    assert exposure
    assert exposure.last
    assert (exposure.last.oid, exposure.in_head) == (gone, False)


def test_a_key_that_a_merge_brought_in(repo: Repo) -> None:
    key = openai_key()
    repo.add("a.py", "base\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.add("a.py", "side\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("a.py", "main\n")
    repo.commit()
    repo.git("merge", "-q", "side", check=False)
    repo.add("a.py", line(key))
    merge = repo.commit()
    exposure = only(scanned(repo.path)).exposure
    assert exposure
    assert exposure.first
    assert exposure.first.oid == merge


def test_what_nothing_reaches_is_said_so(repo: Repo) -> None:
    repo.commit()
    repo.write("a.py", line(openai_key()))
    oid = repo.git("hash-object", "-w", "a.py")
    one = only(scanned(repo.path))
    assert one.exposure
    assert (one.exposure.first, one.exposure.refs) == (None, ())
    assert one.locations[0].path == f"blob {oid[:12]}"


def test_a_commit_that_no_ref_and_no_reflog_reaches(repo: Repo) -> None:
    repo.add("a.py", line(openai_key()))
    lost = repo.commit()
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("rm", "-q", "-f", "a.py")
    repo.commit()
    repo.git("branch", "-D", "main")
    repo.git("reflog", "expire", "--expire=now", "--all")
    one = only(scanned(repo.path))
    assert one.exposure
    assert one.exposure.first
    assert one.exposure.first.oid == lost
    assert one.exposure.refs == ()
    assert one.locations[0].path == "a.py"


def test_messages_have_lines_of_their_own(repo: Repo) -> None:
    key = openai_key()
    repo.git("commit", "-q", "--allow-empty", "-m", f"First\n\nuses {key}")
    oid = repo.git("rev-parse", "HEAD")
    one = only(scanned(repo.path))
    place = one.locations[0]
    assert (place.path, place.line, place.column) == (f"commit {oid[:12]}", 3, 6)
    assert (place.source, place.commit) == ("message", oid)
    assert one.exposure
    assert (one.exposure.refs, one.exposure.in_head) == (("refs/heads/main",), True)


def test_narrowed_scans(repo: Repo) -> None:
    on_main, on_side, dangling = (openai_key() for _ in range(3))
    repo.add("a.py", line(on_main))
    repo.commit()
    repo.git("checkout", "-q", "--orphan", "side")
    repo.add("a.py", line(on_side))
    repo.commit()
    repo.write("b.py", line(dangling))
    repo.git("hash-object", "-w", "b.py")
    assert found(repo.path, Wanted(reachable=True)) == tails(on_main, on_side)
    assert found(repo.path, Wanted(branches=("side",))) == tails(on_side)
    assert found(repo.path, Wanted(since="2001-01-01")) == tails(on_main, on_side)


def test_a_shallow_clone_is_a_gap(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    repo.commit()
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    assert [gap.reason for gap in scanned(tmp_path / "shallow").gaps] == ["shallow-clone"]


def test_a_partial_clone_is_a_gap_and_nothing_is_fetched(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.add("a.py", "old\n")
    repo.commit()
    clone = tmp_path / "partial"
    args = ("clone", "-q", "--bare", "--filter=blob:none", f"file://{repo.path}", str(clone))
    repo.git(*args)
    before = sorted(path.name for path in clone.rglob("*"))
    assert [gap.reason for gap in scanned(clone).gaps] == ["partial-clone"]
    assert sorted(path.name for path in clone.rglob("*")) == before


def test_lfs_pointers_grafts_and_replaced_objects_are_gaps(repo: Repo) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    repo.add("big.bin", pointer)
    first = repo.commit()
    second = repo.commit()
    repo.git("replace", second, first)
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/grafts").write_text(f"{second}\n")
    reasons = {gap.reason for gap in scanned(repo.path).gaps}
    assert reasons == {"lfs-pointer", "grafts", "replaced-objects"}


def _loose(repo: Repo, oid: str) -> Path:
    return repo.path / ".git/objects" / oid[:2] / oid[2:]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("damage", [b"", b"garbage", None])
def test_a_corrupt_loose_object_is_a_gap_and_the_rest_is_scanned(
    repo: Repo, damage: bytes | None, processes: int
) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    for number in range(20):
        repo.add(f"{number}.py", f"{number}\n" * 50)
    repo.commit()
    path = _loose(repo, repo.git("rev-parse", "HEAD:7.py"))
    path.chmod(0o644)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if damage is None else damage)
    report = scanned(repo.path, Wanted(processes=processes, cache=False))
    assert {one[-4:] for one in keys_of(report)} == tails(key)
    assert "git-object" in {gap.reason for gap in report.gaps}


@pytest.mark.parametrize("processes", [1, 2])
def test_what_holds_nothing_after_all_is_no_suspect(repo: Repo, processes: int) -> None:
    """Settled where it is read, beside git; what is still suspected is read again afterwards."""
    repo.add("a.js", 'if (token.startsWith("sess-")) return\n')
    repo.add("b.txt", b64encode(line(openai_key()).encode()))
    repo.add("c.gz", gzip.compress(os.urandom(5000))[:-900])
    repo.commit()
    names = {repo.git("rev-parse", f"HEAD:{name}"): name for name in ("a.js", "b.txt", "c.gz")}

    def suspects(*dull: Callable[[str, bytes], bool]) -> set[str]:
        folder = str(repo.path)
        with objects.every(folder) as listed:
            seen = sources.read(listed, folder, lambda _files, _bytes: None, processes, *dull)
        return {names[one.oid] for one in seen.suspects}

    assert suspects() == {"a.js", "b.txt", "c.gz"}
    assert suspects(history._is_dull) == {"b.txt", "c.gz"}


@pytest.mark.parametrize("kept", [True, False])
def test_a_gap_in_a_file_names_its_path(
    repo: Repo, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of HEAD's tree or the newest change: to walk all commits takes as long as the scan."""
    walked: list[int] = []

    def counted(blobs: Collection[str], *more: Any) -> dict[str, Trace]:
        walked.append(len(blobs))
        return traces(blobs, *more)

    monkeypatch.setattr(history, "traces", counted)
    repo.add("packed/a.gz", gzip.compress(os.urandom(5000))[:-900])
    repo.commit()
    if not kept:
        repo.git("rm", "-q", "packed/a.gz")
        repo.commit(other="content\n")
    for cache in (False, True, True):  # the last one remembers the second
        (gap,) = scanned(repo.path, Wanted(processes=1, cache=cache)).gaps
        assert gap.path == "packed/a.gz!content"
        assert walked.pop() == 0
    repo.add("a.env", line(openai_key()))
    repo.commit()
    report = scanned(repo.path, Wanted(processes=1, cache=True))
    assert [gap.path for gap in report.gaps] == ["packed/a.gz!content"]
    assert [one.locations[0].path for one in report.findings] == ["a.env"]
    assert walked.pop() > 0


def test_a_corrupt_pack_is_a_gap_and_the_rest_is_scanned(repo: Repo) -> None:
    key = openai_key()
    for number in range(50):
        repo.add(f"{number}.bin", os.urandom(2000))
    repo.commit()
    repo.git("repack", "-a", "-d", "-q")
    repo.add("a.py", line(key))
    repo.commit()
    (pack,) = (repo.path / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o644)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    pack.write_bytes(bytes(data))
    report = scanned(repo.path)
    assert {one[-4:] for one in keys_of(report)} == tails(key)
    assert {gap.reason for gap in report.gaps} == {"git-object"}
    assert report.stats.blobs >= 50


def test_hostile_names_are_data(repo: Repo) -> None:
    keys = [openai_key() for _ in range(4)]
    names = ["a\nb.py", "%s\x1b[31m.py", "a:100644 000000 x", os.fsdecode(b"\xff.py")]
    for name, key in zip(names, keys, strict=True):
        repo.add(name, line(key))
    repo.commit()
    report = scanned(repo.path)
    assert {place.path for one in report.findings for place in one.locations} == set(names)


def test_hostile_configuration_runs_nothing(repo: Repo, tmp_path: Path) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    repo.write(".git/info/attributes", "* diff=evil filter=evil\n")
    repo.commit()
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.askPass",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.smudge",
        "gpg.program",
        "core.alternateRefsCommand",
        "uploadpack.packObjectsHook",
        "credential.helper",
    ):
        repo.git("config", name, str(trap))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "diff.orderFile", "/does/not/exist")
    report = scanned(repo.path)
    assert {one[-4:] for one in keys_of(report)} == tails(key)
    assert only(report).exposure
    assert not (tmp_path / "sprung").exists()


def test_a_blob_larger_than_a_window_is_read_in_pieces(repo: Repo) -> None:
    first, middle, last = (openai_key() for _ in range(3))
    filler = b"0123456789 filler\n" * 330_000  # 5.9 MB
    big = line(first).encode() + filler + line(middle).encode() + filler + line(last).encode()
    repo.add("big.txt", big)
    repo.add("after.py", "1\n")
    repo.commit()
    report = scanned(repo.path)
    assert {one[-4:] for one in keys_of(report)} == tails(first, middle, last)
    assert report.stats.blobs == 3
    places = {place.line for one in report.findings for place in one.locations}
    assert places == {1, 330_002, 660_003}


def test_archives_in_the_history_are_opened(repo: Repo, tmp_path: Path) -> None:
    import zipfile

    key = openai_key()
    with zipfile.ZipFile(repo.path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.py", line(key))
    repo.git("add", "a.zip")
    commit = repo.commit()
    one = only(scanned(repo.path))
    assert one.locations[0].path == "a.zip!inner.py"
    assert one.exposure
    assert one.exposure.first
    assert one.exposure.first.oid == commit


def test_a_bundle_in_the_history_is_a_gap_with_its_path(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a=openai_key())
    repo.git("bundle", "create", "-q", str(tmp_path / "all.bundle"), "--all")
    other = Repo(tmp_path / "other")
    other.add("old/all.bundle", (tmp_path / "all.bundle").read_bytes())
    other.commit()
    other.git("rm", "-q", "old/all.bundle")
    other.commit()
    (gap,) = scanned(other.path).gaps
    assert (gap.path, gap.reason) == ("old/all.bundle", "git-bundle")
    assert "`keyscan history FOLDER`" in str(gap.detail)


def test_git_that_is_killed_is_no_clean_scan(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        repo.add(f"{number}.py", f"{number}\n")
    repo.commit()
    real = shutil.which("git")
    fake = repo.path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in *\'--batch --buffer\'*) kill -9 $$;; esac\nexec {real} "$@"\n'
    )
    fake.chmod(0o755)
    from keyscan import git

    monkeypatch.setattr(git, "program", lambda: str(fake))
    report = scanned(repo.path)
    assert {gap.reason for gap in report.gaps} == {"git-object"}


def test_a_repack_while_the_scan_runs_loses_nothing(repo: Repo) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    for number in range(30):
        repo.add(f"{number}.py", f"{number}\n")
    repo.commit()
    done: list[object] = []

    def repack(_files: int, _bytes: int) -> None:
        if not done:
            done.append(
                subprocess.run(["git", "gc", "-q", "--prune=now"], cwd=repo.path, check=True)
            )

    report = scan_history(str(repo.path), Wanted(processes=1, cache=False), repack)
    assert done
    assert {one[-4:] for one in keys_of(report)} == tails(key)
    assert report.gaps == ()


def test_requests_that_only_the_remote_has(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    pull, merge, here = (openai_key() for _ in range(3))
    repo.add("a.py", line(here))
    repo.commit()
    host = tmp_path / "host.git"
    repo.git("clone", "-q", "--bare", ".", str(host))
    for key, ref in ((pull, "refs/pull/7/head"), (merge, "refs/merge-requests/3/head")):
        repo.git("checkout", "-q", "--detach", "main")
        repo.add("b.py", line(key))
        repo.commit()
        repo.git("push", "-q", str(host), f"HEAD:{ref}")
    clone = tmp_path / "clone"
    repo.git("clone", "-q", f"file://{host}", str(clone))
    assert found(clone) == tails(here)
    before = sorted(str(path) for path in clone.rglob("*"))
    report = scanned(clone, Wanted(cache=False, requests="origin"))
    assert report.gaps == ()
    refs = {one.secret.redacted[-4:]: one.exposure.refs for one in report.findings if one.exposure}
    assert refs[pull[-4:]] == ("origin refs/pull/7/head",)
    assert refs[merge[-4:]] == ("origin refs/merge-requests/3/head",)
    assert set(refs) == tails(pull, merge, here)
    assert sorted(str(path) for path in clone.rglob("*")) == before
    assert list(temporary.iterdir()) == []
    with pytest.raises(UsageError):
        scanned(clone, Wanted(cache=False, requests="nowhere"))


def test_requests_of_a_shallow_clone(repo: Repo, tmp_path: Path) -> None:
    """Which of them serve a key is known, also of those that began before the clone does."""
    old, new = openai_key(), openai_key()
    repo.add("old.py", line(old))
    root = repo.commit()
    repo.git("rm", "-q", "old.py")
    repo.commit()
    host = tmp_path / "host.git"
    repo.git("clone", "-q", "--bare", ".", str(host))
    for start, name, key, ref in (("main", "b.py", old, "7"), (root, "c.py", new, "8")):
        repo.git("checkout", "-q", "--detach", start)
        repo.add(name, line(key))
        repo.commit()
        repo.git("push", "-q", str(host), f"HEAD:refs/pull/{ref}/head")
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth=1", f"file://{host}", str(clone))
    report = scanned(clone, Wanted(cache=False, requests="origin"))
    assert [(one.path, one.reason) for one in report.gaps] == [(str(clone), "shallow-clone")]
    refs = {one.secret.redacted[-4:]: one.exposure for one in report.findings}
    assert {name: one and (one.refs, one.whole) for name, one in refs.items()} == {
        old[-4:]: (("origin refs/pull/7/head", "origin refs/pull/8/head"), False),
        new[-4:]: (("origin refs/pull/8/head",), False),
    }


def test_a_remote_is_data(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    sprung = tmp_path / "sprung"
    for address in (f"ext::sh -c 'touch {sprung}'", f"--upload-pack=touch {sprung}"):
        repo.git("config", "remote.origin.url", address)
        with pytest.raises(KeyscanError):
            scanned(repo.path, Wanted(cache=False, requests="origin"))
    assert not sprung.exists()


def test_a_submodule_that_is_not_checked_out_is_a_gap(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.add("a.py", line(openai_key()))
    other.commit()
    repo.git("submodule", "--quiet", "add", "--name", "named", str(other.path), "sub/one")
    repo.commit()
    clone = tmp_path / "clone"
    repo.git("clone", "-q", str(repo.path), str(clone))
    assert scanned(clone).gaps == ()
    (gap,) = scanned(clone, Wanted(submodules=True)).gaps
    assert gap.reason == "submodule"
    assert "sub/one" in str(gap.detail)
    Repo.git(repo, "-C", str(clone), "submodule", "--quiet", "update", "--init")
    report = scanned(clone, Wanted(submodules=True))
    assert (len(report.findings), report.gaps) == (1, ())


def leaking(repo: Repo) -> str:
    """A key in a commit of this repository."""
    key = openai_key()
    repo.add("lib.py", line(key))
    repo.commit()
    return key


@pytest.mark.parametrize("how", ["added", "without a name", "a worktree's", "in a subfolder"])
def test_a_submodule_with_a_git_folder_of_its_own_is_scanned(
    repo: Repo, tmp_path: Path, how: str
) -> None:
    """A clone that was there before `git submodule add`, and what old gits made."""
    if how == "a worktree's":
        other = Repo(tmp_path / "other")
        leaking(other)
        repo.git("submodule", "--quiet", "add", str(other.path), "sub")
        repo.commit()
        side = tmp_path / "side"
        repo.git("worktree", "add", "-q", str(side), "-b", "side")
        repo.git("-C", str(side), "submodule", "--quiet", "update", "--init")
        shutil.rmtree(repo.path / ".git" / "modules")
        report = scanned(side, Wanted(cache=False, submodules=True))
    else:
        inner = Repo(repo.path / "libs" / "sub")
        leaking(inner)
        if how == "without a name":
            repo.git("-c", "advice.addEmbeddedRepo=false", "add", "libs/sub")
        else:
            repo.git("submodule", "--quiet", "add", "./libs/sub", "libs/sub")
        repo.commit()
        folder = repo.path / "libs" if how == "in a subfolder" else repo.path
        assert (inner.path / ".git").is_dir()
        report = scanned(folder, Wanted(cache=False, submodules=True))
    assert report.gaps == ()
    assert only(report).locations[0].path == ("sub" if "work" in how else "libs/sub") + "/lib.py"


def test_submodules_in_submodules_with_git_folders_are_scanned_once(repo: Repo) -> None:
    outer = Repo(repo.path / "outer")
    inner = Repo(outer.path / "inner")
    keys = {leaking(inner), leaking(outer)}
    for one, name in ((outer, "inner"), (repo, "outer")):
        one.git("-c", "advice.addEmbeddedRepo=false", "add", name)
        one.commit()
    report = scanned(repo.path, Wanted(cache=False, submodules=True))
    assert report.gaps == ()
    assert {one.secret.reveal() for one in report.findings} == keys
    places = sorted(place.path for one in report.findings for place in one.locations)
    assert places == ["outer/inner/lib.py", "outer/lib.py"]


def test_a_submodule_that_names_its_own_parent_is_scanned_once(repo: Repo) -> None:
    inner = Repo(repo.path / "sub")
    leaking(inner)
    repo.git("-c", "advice.addEmbeddedRepo=false", "add", "sub")
    repo.commit()
    shutil.rmtree(inner.path / ".git")
    (inner.path / ".git").write_text(f"gitdir: {repo.path / '.git'}\n")
    (gap,) = scanned(repo.path, Wanted(cache=False, submodules=True)).gaps
    assert gap.reason == "submodule"


def test_a_submodule_whose_git_folder_is_broken_is_a_gap(repo: Repo) -> None:
    inner = Repo(repo.path / "sub")
    leaking(inner)
    repo.git("-c", "advice.addEmbeddedRepo=false", "add", "sub")
    repo.commit()
    (inner.path / ".git" / "HEAD").unlink()
    (gap,) = scanned(repo.path, Wanted(cache=False, submodules=True)).gaps
    assert gap.reason == "submodule"


def test_submodules_when_asked(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    key = openai_key()
    other.add("lib.py", line(key))
    other.commit()
    repo.git("submodule", "--quiet", "add", str(other.path), "sub")
    repo.commit()
    assert found(repo.path) == set()
    report = scanned(repo.path, Wanted(cache=False, submodules=True))
    assert [place.path for place in only(report).locations] == ["sub/lib.py"]
