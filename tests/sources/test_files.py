"""Files on the disk: what is listed, what is read, and what is said about the rest."""

import os
import shutil
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from keys import openai_key
from keyscan import git
from keyscan.errors import UsageError
from keyscan.model import Blob, Gap, Passed
from keyscan.pipeline import harmless, scan
from keyscan.sources import files as files_module
from keyscan.sources._shared import MANY
from keyscan.sources.files import files
from repo import Repo
from sourced import handed
from unprivileged import give_away, open_folder, unprivileged

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


def shown(blobs: Iterable[Blob | Gap | Passed]) -> list[str]:
    """Paths in order, gaps as ``reason path``."""
    return sorted(
        {f"{one.reason} {one.path}" if isinstance(one, Gap) else one.path for one in handed(blobs)}
    )


def blobs_of(items: Iterable[Blob | Gap | Passed]) -> list[Blob]:
    """The blobs; fails on a gap."""
    given = list(handed(items))
    assert not [one for one in given if isinstance(one, Gap)]
    return [one for one in given if isinstance(one, Blob)]


def test_a_repository_gives_tracked_and_untracked_but_not_ignored_files(repo: Repo) -> None:
    repo.add(".gitignore", "*.log\nbuild/\n")
    repo.add("sub/tracked.py", "1")
    repo.write("untracked.py", "2")
    repo.write("a.log", "3")
    repo.write("build/x", "4")
    assert shown(files([])) == [".gitignore", "sub/tracked.py", "untracked.py"]
    assert shown(files(["."])) == [".gitignore", "sub/tracked.py", "untracked.py"]


def test_a_tracked_file_is_given_even_when_ignored(repo: Repo) -> None:
    repo.add("a.log", "1")
    repo.write(".gitignore", "*.log\n")
    assert shown(files([])) == [".gitignore", "a.log"]


def test_no_ignore_gives_every_file_but_the_git_folder(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\n")
    repo.write("a.log", "3")
    Repo(repo.path / "inner").write("b.log", "4")
    repo.write("inner/.gitignore", "*.log\n")
    expected = [".gitignore", "a.log", "inner/.gitignore", "inner/b.log"]
    assert shown(files([], no_ignore=True)) == expected


def test_a_named_file_is_scanned_even_when_ignored(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\n")
    repo.write("a.log", "3")
    assert list(files(["a.log"])) == [Blob("a.log", b"3")]


@pytest.mark.parametrize("pattern", ["build/", "build/*"])
def test_a_named_folder_that_is_ignored_is_scanned(repo: Repo, pattern: str) -> None:
    repo.write(".gitignore", f"{pattern}\n")
    repo.write("build/x", "4")
    assert shown(files(["build"])) == ["build/x"]


def test_an_ignored_folder_with_one_tracked_file_is_scanned_whole(repo: Repo) -> None:
    repo.write(".gitignore", "build/\n")
    repo.add("build/x", "4")
    repo.write("build/y", "5")
    assert shown(files(["build"])) == ["build/x", "build/y"]


def test_folders_are_shown_as_typed(repo: Repo, tmp_path: Path) -> None:
    repo.write("sub/a.py", "1")
    assert shown(files(["sub"])) == ["sub/a.py"]
    assert shown(files(["./sub/"])) == ["sub/a.py"]
    assert shown(files([str(repo.path / "sub")])) == [(repo.path / "sub/a.py").as_posix()]
    os.chdir(repo.path / "sub")
    assert shown(files([])) == ["a.py"]
    assert shown(files([".."])) == ["../sub/a.py"]


def test_a_folder_outside_any_repository_gives_every_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.log").write_text("1")
    (tmp_path / ".gitignore").write_text("*.log")
    root = tmp_path.as_posix()
    assert shown(files([root])) == [f"{root}/.gitignore", f"{root}/a/b.log"]


def test_paths_that_overlap_are_read_once(repo: Repo) -> None:
    repo.write("sub/a.py", "1")
    assert [one.path for one in handed(files(["sub", ".", "sub/a.py", "./sub"]))] == ["sub/a.py"]


def test_a_deleted_tracked_file_is_no_gap(repo: Repo) -> None:
    repo.add("gone.py", "1")
    repo.add("here.py", "2")
    (repo.path / "gone.py").unlink()
    assert shown(files([])) == ["here.py"]


def test_a_path_in_conflict_is_read_once(repo: Repo) -> None:
    conflict(repo)
    assert [one.path for one in handed(files([]))] == ["a.txt"]


def conflict(repo: Repo) -> None:
    repo.add("a.txt", "base")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.add("a.txt", "theirs")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("a.txt", "ours")
    repo.commit()
    repo.git("merge", "-q", "side", check=False)


def test_submodules_and_nested_repositories_are_entered(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.add("lib.py", "1")
    other.commit()
    repo.git("submodule", "--quiet", "add", str(other.path), "sub")
    repo.write("sub/new.py", "2")
    repo.write("sub/.gitignore", "*.log")
    repo.write("sub/a.log", "3")
    nested = Repo(repo.path / "nested")
    nested.write("free.py", "4")
    assert shown(files([])) == [
        ".gitmodules", "nested/free.py", "sub/.gitignore", "sub/lib.py", "sub/new.py",
    ]  # fmt: skip


def test_a_submodule_without_a_repository_is_walked(repo: Repo) -> None:
    oid = repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{oid},sub")
    assert shown(files([])) == []
    repo.write("sub/left.py", "1")
    assert shown(files([])) == ["sub/left.py"]
    repo.write("sub/.git/broken", "1")
    assert shown(files([])) == ["sub/left.py"]


def test_a_repository_inside_a_plain_folder_is_listed_as_one(tmp_path: Path) -> None:
    inner = Repo(tmp_path / "plain" / "inner")
    inner.write(".gitignore", "*.log\n")
    inner.write("a.log", "1")
    inner.write("b.py", "1")
    root = (tmp_path / "plain").as_posix()
    assert shown(files([root])) == [f"{root}/inner/.gitignore", f"{root}/inner/b.py"]


@posix
def test_links_are_not_followed_unless_named(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("1")
    repo.add("folder/a.py", "1")
    (repo.path / "link.py").symlink_to(outside / "a.py")
    (repo.path / "links").symlink_to(outside)
    (repo.path / "broken").symlink_to("nowhere")
    links = {
        "link.py": str(outside / "a.py").encode(),
        "links": str(outside).encode(),
        "broken": b"nowhere",
    }
    for no_ignore in (False, True):
        given = {one.path: one.data for one in blobs_of(files([], no_ignore=no_ignore))}
        assert given == {"folder/a.py": b"1", **links}
    assert shown(files(["link.py", "links"])) == ["link.py", "links/a.py"]


@posix
@pytest.mark.parametrize("kind", ["tracked", "untracked", "no_ignore", "no repository"])
def test_a_key_that_a_link_points_to_is_found(repo: Repo, kind: str) -> None:
    key = openai_key()
    (repo.path / "link").symlink_to(f"/dev/../{key}")
    if kind == "tracked":
        repo.git("add", "link")
    if kind == "no repository":
        shutil.rmtree(repo.path / ".git")
    report = scan(files([], no_ignore=kind == "no_ignore"))
    (place,) = (place for one in report.findings for place in one.locations)
    assert (place.path, place.line, place.column) == ("link", 1, 9)
    assert key not in str(report)


@posix
def test_a_link_that_a_file_replaces_meanwhile_is_a_gap(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(path: str) -> str:
        raise OSError(22, "Invalid argument", path)

    (repo.path / "link").symlink_to("x")
    monkeypatch.setattr(os, "readlink", replaced)
    assert shown(files([])) == ["vanished link"]


def sparse(repo: Repo, *shown_folders: str) -> None:
    """Two folders and a file at the top are committed, and only some of the folders shown."""
    repo.add("in/a.py", f"k = '{openai_key()}'\n")
    repo.add("out/b.py", f"k = '{openai_key()}'\n")
    repo.add("out/c.py", "")
    repo.commit(top="1")
    repo.git("sparse-checkout", "set", *shown_folders)


@pytest.mark.parametrize("no_ignore", [False, True])
@pytest.mark.parametrize("count", [0, MANY])
def test_what_a_sparse_checkout_leaves_out_is_read_from_the_index(
    repo: Repo, no_ignore: bool, count: int
) -> None:
    for number in range(count):  # so many that other processes read them, too
        repo.write(f"in/{number}", "x")
    repo.git("add", ".")
    sparse(repo, "in")
    assert not (repo.path / "out").exists()
    report = scan(files([], no_ignore=no_ignore, harmless=harmless))
    places = sorted((at.path, at.source) for one in report.findings for at in one.locations)
    assert places == [("in/a.py", "file"), ("out/b.py", "index")]
    assert report.gaps == ()
    if not count:
        found = scan(files([".."], no_ignore=no_ignore)).findings
        assert "../repo/out/b.py" in {at.path for one in found for at in one.locations}
        assert shown(files(["in"])) == ["in/a.py"]


def test_what_a_user_deleted_is_not_read_from_the_index(repo: Repo) -> None:
    sparse(repo, "in")
    (repo.path / "in/a.py").unlink()
    assert shown(files([])) == ["out/b.py", "out/c.py", "top"]


def test_a_skipped_file_that_is_there_is_read_from_the_disk(repo: Repo) -> None:
    repo.add("a b\n", "1")
    repo.add("S b", "1")
    repo.git("update-index", "--skip-worktree", "a b\n")
    repo.write("a b\n", "2")
    given = [(one.path, one.data, one.source) for one in blobs_of(files([]))]
    assert sorted(given) == [("S b", b"1", "file"), ("a b\n", b"2", "file")]


@pytest.mark.parametrize("names", [["H a", "H H b"], ["M a", "S b"], ["S a", "M b"]])
def test_names_that_look_like_git_s_letters_are_names(repo: Repo, names: list[str]) -> None:
    for name in names:
        repo.add(name, "1")
    assert shown(files([])) == sorted(names)
    conflict(repo)
    assert shown(files([])) == sorted([*names, "a.txt"])


def test_a_sparse_partial_clone_has_one_gap(repo: Repo, tmp_path: Path) -> None:
    sparse(repo, "in")
    repo.git("config", "uploadpack.allowFilter", "true")
    args = ("clone", "-q", "--filter=blob:none", "--sparse", f"file://{repo.path}", "../part")
    repo.git(*args)
    os.chdir(tmp_path / "part")
    report = scan(files([]))
    (gap,) = report.gaps
    assert (gap.path, gap.reason, report.findings) == (".", "sparse-checkout", ())
    assert str(gap.detail).startswith("3 files that a sparse checkout leaves out")
    assert "`git sparse-checkout disable`" in str(gap.detail)
    assert scan(files([])).gaps == report.gaps  # nothing was fetched


@posix
def test_a_tracked_folder_that_became_a_link_is_not_followed(repo: Repo, tmp_path: Path) -> None:
    repo.add("x/y/a.py", "1")
    (repo.path / "x/y/a.py").unlink()
    (repo.path / "x/y").rmdir()
    (tmp_path / "a.py").write_text("secret")
    (repo.path / "x/y").symlink_to(tmp_path)
    assert [one.data for one in blobs_of(files([]))] == [str(tmp_path).encode()]


def test_the_only_path_missing_is_a_usage_error(repo: Repo) -> None:
    with pytest.raises(UsageError, match="no such file or folder: nowhere"):
        list(files(["nowhere"]))


def test_a_missing_path_among_others_is_a_gap(repo: Repo) -> None:
    repo.write("a.py", "1")
    assert shown(files(["nowhere", "a.py", "a.py/b"])) == [
        "a.py", "missing-path a.py/b", "missing-path nowhere",
    ]  # fmt: skip


@posix
def test_what_is_not_a_file_is_a_gap_and_never_opened(repo: Repo) -> None:
    repo.write("a.py", "1")
    os.mkfifo("fifo")
    (repo.path / "broken").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        found = shown(files(["fifo", "socket", "/dev/zero", "broken", "a.py"]))
    assert found == [
        "a.py",
        "broken-symlink broken",
        "not-a-regular-file /dev/zero",
        "not-a-regular-file fifo",
        "not-a-regular-file socket",
    ]
    assert shown(files([])) == ["a.py", "broken"]


@posix
def test_a_tracked_file_that_became_a_pipe_is_a_gap(repo: Repo) -> None:
    repo.add("a.py", "1")
    (repo.path / "a.py").unlink()
    os.mkfifo("a.py")
    assert shown(files([])) == ["not-a-regular-file a.py"]


@posix
@pytest.mark.parametrize("in_repository", [True, False])
def test_unreadable_files_and_folders_are_gaps(in_repository: bool) -> None:
    with open_folder() as folder:
        (folder / "sub" / "closed").mkdir(parents=True)
        (folder / "sub" / "closed" / "in.py").write_text("1")
        (folder / "sub" / "open.py").write_text("1")
        (folder / "sub" / "secret.py").write_text("1")
        if in_repository:
            Repo(folder)
        give_away(folder)
        (folder / "sub" / "secret.py").chmod(0)
        (folder / "sub" / "closed").chmod(0)
        git.program()
        whole = unprivileged(lambda: list(files([f"{folder}"])))
        part = unprivileged(lambda: list(files([f"{folder}/sub"])))
        (folder / "sub" / "closed").chmod(0o700)
    sub = f"{folder}/sub"
    expected = [f"{sub}/open.py", f"unreadable {sub}/closed", f"unreadable {sub}/secret.py"]
    assert shown(whole) == expected
    assert shown(part) == expected
    assert {str(one.detail) for one in whole if isinstance(one, Gap)} == {
        "cannot be read: Permission denied"
    }


def test_a_file_that_vanishes_after_it_was_seen_is_a_gap(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text("1")
    found = []
    for one in files([str(tmp_path)]):
        found.append(one)
        (tmp_path / "b").unlink(missing_ok=True)
    root = tmp_path.as_posix()
    assert shown(found) == [f"{root}/a", f"{root}/c", f"vanished {root}/b"]


def test_a_file_that_grows_while_read_ends(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * (9 << 20))
    total = 0
    with path.open("ab") as log:
        for blob in files([str(path)]):
            assert isinstance(blob, Blob)
            total += len(blob.data) - blob.seen
            log.write(b"y" * (5 << 20))
            log.flush()
    assert total == 14 << 20  # its size at the start, and what one more look found


def test_a_file_that_shrinks_while_read_ends(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * (9 << 20))
    for blob in files([str(path)]):
        assert isinstance(blob, Blob)
        os.truncate(path, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_file_that_says_it_is_empty_is_read_all_the_same() -> None:
    (blob,) = files(["/proc/self/status"])
    assert isinstance(blob, Blob)
    assert blob.data.startswith(b"Name:")


def test_an_endless_file_without_a_size_is_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "_UNSIZED", 1000)
    path = tmp_path / "log"
    path.write_bytes(b"x" * 2000)
    with path.open("rb") as file:
        found = list(files_module._large("log", file.fileno(), 0))
    assert shown(found) == ["endless log", "log"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs names that are any bytes")
@pytest.mark.parametrize("no_ignore", [True, False])
def test_names_that_are_not_utf8(repo: Repo, no_ignore: bool) -> None:
    name = os.fsdecode(b"caf\xe9\n\t\"'.py")
    repo.write(name, "1")
    assert list(files([], no_ignore=no_ignore)) == [Blob(name, b"1")]
    assert list(files([name])) == [Blob(name, b"1")]


def test_empty_files_are_blobs(repo: Repo) -> None:
    repo.write("empty", "")
    assert list(files([])) == [Blob("empty", b"")]


@pytest.mark.parametrize("size", [1, 65535, 65536, 65537, 4 << 20, (4 << 20) + 1, 9 << 20])
def test_files_of_any_size_come_whole(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "file"
    path.write_bytes(content)
    parts = [one for one in files([str(path)]) if isinstance(one, Blob)]
    assert b"".join(one.data[one.seen :] for one in parts) == content
    assert [one.final for one in parts] == [False] * (len(parts) - 1) + [True]
    for one in parts:
        assert one.data == content[one.offset : one.offset + len(one.data)]
        if len(parts) > 1:
            assert one.whole is not None
            with one.whole() as stream:
                assert stream.read() == content


def test_a_key_over_a_block_cut_is_found_once_at_its_place(tmp_path: Path) -> None:
    key = openai_key()
    line = "鑰匙 and words\n"
    for shift in (-200, -100, -1, 0, 1):
        size = (4 << 20) + shift
        text = (line * (size // len(line.encode()) + 1)).encode()[:size].decode(errors="ignore")
        (tmp_path / "big").write_text(f'{text}"{key}" {line * 6000}', encoding="utf-8")
        report = scan(files([str(tmp_path / "big")]))
        places = [(one.line, one.column) for one in report.findings[0].locations]
        lines = text.split("\n")
        assert places == [(len(lines), len(lines[-1]) + 2)], shift


def test_columns_are_characters_in_one_line_longer_than_a_block(tmp_path: Path) -> None:
    key = openai_key()
    text = "鑰" * ((4 << 20) // 3 + 50_000)
    (tmp_path / "big").write_text(f'{text}"{key}"', encoding="utf-8")
    report = scan(files([str(tmp_path / "big")]))
    assert [(one.line, one.column) for one in report.findings[0].locations] == [(1, len(text) + 2)]


@pytest.mark.parametrize("no_ignore", [False, True])
def test_the_packs_of_a_bare_repository_are_one_gap(repo: Repo, no_ignore: bool) -> None:
    repo.commit(a=openai_key())
    repo.git("clone", "-q", "--bare", ".", "../plain/bare.git")
    bare, plain = Repo.__new__(Repo), repo.path.parent / "plain"
    bare.path = plain / "bare.git"
    assert scan(files([str(plain)])).gaps == ()  # loose objects are compressed files
    assert len(scan(files([str(plain)])).findings) == 1
    bare.git("repack", "-adq")
    for folder in (plain, bare.path):
        report = scan(files([str(folder)], no_ignore=no_ignore))
        (gap,) = report.gaps
        assert (gap.path, gap.reason) == (bare.path.as_posix(), "git-pack")
        assert f"run `keyscan history {bare.path.as_posix()}`" in str(gap.detail)
        assert str(gap.detail).startswith("1 pack of this git directory")
        assert report.stats.blobs > 5  # its configuration and hooks are files like others


def test_the_git_folder_is_read_where_it_is_named_and_only_there(repo: Repo) -> None:
    repo.commit(a=openai_key())
    (repo.path / "a").unlink()
    assert len(scan(files([".git"])).findings) == 1
    repo.git("repack", "-adq")
    assert [(one.path, one.reason) for one in scan(files([".git"])).gaps] == [(".git", "git-pack")]
    assert scan(files([])).gaps == ()


def test_a_work_tree_that_looks_like_a_git_directory_is_none(repo: Repo) -> None:
    repo.write("HEAD", "1")
    repo.write("refs/a", "2")
    repo.write("objects/pack/a.pack", "3")
    repo.write(".gitignore", "/refs\n")
    assert shown(files([])) == [".gitignore", "HEAD", "objects/pack/a.pack"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_is_no_column(tmp_path: Path, encoding: str, mark: str) -> None:
    """Editors do not count it; elsewhere it is a character like others."""
    key = openai_key()
    for before, place in {"": (1, 1), "鑰 = ": (1, 5), "\n": (2, 1), "\n\ufeff": (2, 2)}.items():
        (tmp_path / "a").write_bytes(f"{mark}{before}{key}\n".encode(encoding))
        (finding,) = scan(files([str(tmp_path / "a")])).findings
        assert [(one.line, one.column) for one in finding.locations] == [place], before


def test_a_byte_order_mark_is_no_column_behind_a_block(tmp_path: Path) -> None:
    key = openai_key()
    text = "a " * ((4 << 20) // 2 + 50_000)
    (tmp_path / "big").write_bytes(f'\ufeff"{text}{key}"'.encode())
    report = scan(files([str(tmp_path / "big")]))
    assert [(one.line, one.column) for one in report.findings[0].locations] == [(1, len(text) + 2)]


def test_without_git_every_file_is_scanned(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(".gitignore", "*.log\n")
    repo.write("a.log", "1")
    monkeypatch.setenv("PATH", "")
    git.program.cache_clear()
    found = shown(files([]))
    git.program.cache_clear()
    assert found == [".gitignore", "a.log"]


def test_a_corrupt_index_is_a_gap_and_every_file_is_scanned(repo: Repo) -> None:
    repo.add("a.py", "1")
    repo.write(".git/index", "not an index, but long enough to look like one")
    assert shown(files([])) == ["a.py", "git-index ."]
    assert shown(files(["."])) == ["a.py", "git-index ."]


@posix
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_is_walked(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\n")
    repo.write("a.log", "1")
    give_away(repo.path)
    assert shown(files([])) == [".gitignore", "a.log"]


def test_the_index_of_a_hook_is_not_that_of_other_repositories(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("a.py", "1")
    other = Repo(tmp_path / "other")
    other.add("b.py", "1")
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    assert shown(files([])) == ["a.py"]
