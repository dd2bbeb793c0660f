"""Lists the files of a folder: git's own list in a repository, every file elsewhere.

Symbolic links are not followed (what they say is read), and ``.git`` folders are not entered.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from keyscan import git
from keyscan.model import Blob, Gap, Message, msg, plural
from keyscan.names import in_names


class Listed(NamedTuple):
    """Paths that can be opened as they are, and nested folders among them.

    ``seen`` says that they were on the disk when they were listed; an index lists deleted
    files too.
    """

    paths: list[str]
    seen: bool


def shown(path: str) -> str:
    """A path as reports show it: POSIX, without ``./``, else as the user typed it."""
    if os.sep != "/":
        path = path.replace(os.sep, "/")
    while path.startswith("./") and len(path) > 2:
        path = path[2:].lstrip("/")
    return path


def prefix_of(folder: str) -> str:
    """What stands before each path in ``folder``: nothing for the current one."""
    text = shown(folder).rstrip("/") if folder.strip("/\\") else "/"
    if text in (".", ""):
        return ""
    return text if text.endswith("/") else text + "/"


def listing(
    folder: str, *, no_ignore: bool = False, named: bool = False
) -> Iterator[Listed | Blob | Gap]:
    """The files below a folder, the content of those that a sparse checkout leaves out, names.

    In a repository: tracked ones and untracked ones that are not ignored. Where git cannot
    tell (no repository, no git, another owner), every file: more than asked, never less.
    ``named``: the user named this very folder, so that its being ignored does not hide it.
    """
    if no_ignore or git.program() is None or _is_git_directory(folder):
        yield from walk(folder, no_ignore=no_ignore)
        if no_ignore:
            yield from _not_checked_out(folder)
        return
    # Two calls: what is tracked is known at once, and is read while git looks for the rest.
    with git.started([*_LIST, "--others", "--exclude-standard"], folder) as others:
        tracked = git.run(TRACKED, folder)
        if tracked.code:
            if git.broken_index(tracked.err):
                yield Gap(shown(folder), "git-index", _index_detail(tracked))
            yield from walk(folder)
            return
        yield from _listed(folder, tracked, others, named)


_LINKS = hasattr(os, "O_NOFOLLOW")
_LIST = ("ls-files", "-z")
TRACKED = (*_LIST, "--cached", "-t")  # with a letter before each: git knows it at no cost


def _listed(
    folder: str, tracked: git.Answer, others: Callable[[], git.Answer], named: bool
) -> Iterator[Listed | Blob | Gap]:
    untracked = None if tracked.out else others()
    if named and _hidden(folder, empty=not tracked.out and not (untracked and untracked.out)):
        yield from walk(folder)
        return
    before = prefix_of(folder)
    paths, absent = present(tracked.out, before)
    yield Listed(_below(before, _not_behind_links(paths, before)), False)
    yield from in_names(paths, before)
    yield from _left_out(folder, before, absent)
    untracked = untracked or others()
    yield Listed(_below(before, _paths(untracked)), True)
    yield from in_names(_paths(untracked), before)
    if untracked.code:
        detail = msg(
            "git could not list the untracked files ({why}); use --no-ignore to scan every file",
            why=git.why(untracked),
        )
        yield Gap(shown(folder), "git-listing", detail)
    elif untracked.err:
        yield from _unopened(folder, before, untracked.err)


def present(out: bytes, before: str) -> tuple[list[str], set[str]]:
    """``TRACKED``'s paths, and those of them that a sparse checkout keeps off the disk.

    ``before`` is what stands before each on the disk. Others that are not there were deleted:
    they are no part of the work tree any more, whether or not that has been committed.
    """
    marked = b"\0" + out
    if marked.find(b"\0S ") < 0 and marked.find(b"\0M ") < 0:  # nearly always: cut off at once
        return os.fsdecode(marked.replace(b"\0H ", b"\0")).split("\0")[1:-1], set()
    # A conflict lists a path once for each side.
    every = dict.fromkeys(os.fsdecode(out).split("\0")[:-1])
    absent = {one[2:] for one in every if one[0] == "S" and not os.path.lexists(before + one[2:])}
    return [path for path in dict.fromkeys(one[2:] for one in every) if path not in absent], absent


def _not_checked_out(folder: str) -> Iterator[Blob | Gap]:
    """What a walk does not meet of a repository."""
    if git.program() is not None:
        before = prefix_of(folder)
        _, absent = present(git.run(TRACKED, folder).out, before)
        yield from _left_out(folder, before, absent)


def _left_out(folder: str, before: str, absent: set[str]) -> Iterator[Blob | Gap]:
    if absent:
        from keyscan.sparse import left_out  # late: few check out a part only

        yield from left_out(folder, before, absent)
        yield from in_names(absent, before)


def _paths(answer: git.Answer) -> list[str]:
    return os.fsdecode(answer.out).split("\0")[:-1]


def _below(before: str, paths: Iterable[str]) -> list[str]:
    return [before + one for one in paths] if before else list(paths)


def _not_behind_links(paths: Iterable[str], before: str) -> Iterable[str]:
    """Without tracked paths whose folder has become a link: they are not there any more."""
    behind = {"": False}

    def is_behind(folder: str) -> bool:
        if folder not in behind:
            above = folder.rpartition("/")[0]
            behind[folder] = is_behind(above) or os.path.islink(before + folder)
        return behind[folder]

    hidden = {one for one in {path.rpartition("/")[0] for path in paths} if is_behind(one)}
    if not hidden:
        return paths
    return [path for path in paths if path.rpartition("/")[0] not in hidden]


def _index_detail(answer: git.Answer) -> Message:
    return msg(
        "git cannot read its index ({why}); every file here was scanned instead;"
        " remove the index file and run `git reset`",
        why=git.why(answer),
    )


def _hidden(folder: str, *, empty: bool) -> bool:
    """Whether the folder itself, not only what is in it, is ignored by the repository above."""
    if os.path.lexists(os.path.join(folder, ".git")):
        return False
    return empty or git.run(["check-ignore", "-q", "--no-index", "."], folder).code == 0


def _unopened(folder: str, before: str, said: bytes) -> Iterator[Gap]:
    """Git leaves out the untracked files of a folder that it cannot open, with a warning only."""
    folders = git.unopened(said)
    if not folders:
        return
    top = os.fsdecode(git.checked(["rev-parse", "--show-prefix"], folder)).rstrip("\n")
    for one in folders:
        path = before + one.removeprefix(top).rstrip("/")
        yield Gap(path, "unreadable", git.warning_of(path))


def walk(folder: str, *, no_ignore: bool = False) -> Iterator[Listed | Blob | Gap]:
    """Every file below a folder; a repository met on the way is listed as one.

    So a file is scanned or not whatever folder the scan starts from.
    """
    todo = [folder]
    told: set[str] = set()  # folders whose packs are one gap, of their git directory
    while todo:
        here = todo.pop()
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=attrgetter("name"))
        except OSError as error:
            yield Gap(shown(here), "unreadable", msg("cannot be read: {why}", why=error.strerror))
            continue
        if here is not folder and ".git" in [one.name for one in found]:
            if not no_ignore:
                yield from nested(here)
                continue
            yield from _not_checked_out(here)
        files, folders = _told_apart(found)
        before = prefix_of(here)
        packs = _packs(here) if "objects" in folders and _is_git_directory(here) else []
        if packs:
            told.add(f"{before}objects/pack")
            yield _unopened_packs(here, packs)
        if here in told:
            files = [name for name in files if not name.endswith(".pack")]
        yield Listed([before + name for name in files], True)
        yield from in_names((*files, *folders), before)
        todo += [before + name for name in reversed(folders) if name != ".git"]


def _is_git_directory(folder: str) -> bool:
    """A bare repository, or a ``.git`` that was named: git has no list of its files."""
    parts = [os.path.join(folder, name) for name in ("HEAD", "objects", "refs", ".git")]
    return all(map(os.path.exists, parts[:3])) and not os.path.lexists(parts[3])


def _packs(folder: str) -> list[str]:
    try:
        names = os.listdir(os.path.join(folder, "objects", "pack"))
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(".pack"))


def _unopened_packs(folder: str, packs: list[str]) -> Gap:
    """Loose objects are compressed files and are read as such; packs are git's to open."""
    detail = plural(
        len(packs),
        "1 pack of this git directory is not opened ({example}); run `keyscan history {folder}`",
        "{count} packs of this git directory are not opened (such as {example});"
        " run `keyscan history {folder}`",
        example=packs[0],
        folder=shown(folder),
    )
    return Gap(shown(folder), "git-pack", detail)


def nested(folder: str) -> Iterator[Listed | Blob | Gap]:
    """A submodule or another repository inside a listed folder, by its own list."""
    if git.program() is not None:
        answer = git.run(["rev-parse", "--show-prefix"], folder)
        if answer.code == 0 and answer.out == b"\n":
            yield from listing(folder)
            return
    # Not set up, or broken: git would answer for the repository around it.
    yield from walk(folder)


def _told_apart(found: Iterable[os.DirEntry[str]]) -> tuple[list[str], list[str]]:
    """The names of files and links, then of folders; what is neither is left out."""
    files: list[str] = []
    folders: list[str] = []
    for one in found:
        try:
            # Not where opening a link would follow it.
            if one.is_file(follow_symlinks=False) or (_LINKS and one.is_symlink()):
                files.append(one.name)
            elif one.is_dir(follow_symlinks=False):
                folders.append(one.name)
        except OSError:
            files.append(one.name)  # opening it tells why
    return files, folders
