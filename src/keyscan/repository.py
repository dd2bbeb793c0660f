"""What kind of repository this is, and what is known to be missing from it."""

import os
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from keyscan import git
from keyscan.errors import IncompleteError, KeyscanError, UsageError
from keyscan.model import Gap, msg, plural

_WRITTEN = 0.3  # seconds between a pack and its index, at most


class Repository(NamedTuple):
    """``folder`` is given to git; ``common`` is the git directory that all worktrees share."""

    folder: str
    common: str
    shallow: bool


def repository(folder: str) -> Repository:
    """The repository that a folder, a work tree or a git directory belongs to.

    Raises UsageError where there is none, or where git refuses it.
    """
    if not os.path.isdir(folder):
        raise UsageError(msg("no such folder: {path}; check the spelling", path=folder))
    answer = git.run(["rev-parse", "--git-common-dir", "--is-shallow-repository"], folder)
    if answer.code and b"ot a git repository" in answer.err:
        if os.path.lexists(os.path.join(folder, ".git")):
            raise IncompleteError(
                msg(
                    "git cannot use the repository in {path} ({why}); check the permissions of"
                    " .git and, if that is a file, the folder that it names",
                    path=folder,
                    why=git.why(answer),
                )
            )
        raise UsageError(
            msg("{path} is not in a git repository; name a folder that is", path=folder)
        )
    if answer.code:
        raise git.failure(answer)
    common, _, shallow = os.fsdecode(answer.out).rstrip("\n").rpartition("\n")
    if shallow not in ("true", "false"):  # an old git repeats what it does not know
        raise git.too_old(git.Answer(129, b"", b"no --is-shallow-repository"))
    return Repository(folder, os.path.join(os.path.abspath(folder), common), shallow == "true")


def submodules(where: Repository) -> Iterator[tuple[str, Repository]]:
    """Name and store of every submodule that was ever checked out here, nested ones too."""
    return _submodules(where, "", {os.path.realpath(where.common)}, set())


def _submodules(
    where: Repository, lead: str, told: set[str], walked: set[str]
) -> Iterator[tuple[str, Repository]]:
    """Each store once; a broken ``.git`` leads git to the repository around it."""
    walked.add(os.path.realpath(where.common))
    for name, one in (*_absorbed(where), *_with_own_folder(where)):
        store = os.path.realpath(one.common)
        if store not in told:
            told.add(store)
            yield f"{lead}{name}", one
        if one.folder != one.common and store not in walked:
            yield from _submodules(one, f"{lead}{name}/", told, walked)


def _with_own_folder(where: Repository) -> Iterator[tuple[str, Repository]]:
    """Those with a work tree here, whose ``.git`` may be a folder: then ``modules`` lacks it."""
    answer = git.run(["rev-parse", "--show-toplevel"], where.folder)
    top = os.path.realpath(os.fsdecode(answer.out).rstrip("\n"))
    for path, name in _links(where).items() if not answer.code else ():
        folder = os.path.realpath(os.path.join(top, path))
        if os.path.commonpath((top, folder)) == top and os.path.lexists(f"{folder}/.git"):
            try:
                yield name, repository(folder)
            except KeyscanError:
                continue  # ``absent`` tells


def _absorbed(where: Repository) -> Iterator[tuple[str, Repository]]:
    """Those whose stores git keeps in its own folder."""
    root = os.path.join(where.common, "modules")
    for folder, names, _ in os.walk(root):
        if "objects" in names and "refs" in names:
            yield os.path.relpath(folder, root).replace(os.sep, "/"), _bare(folder)
            names[:] = [one for one in names if one == "modules"]


def absent(where: Repository, there: Iterable[str]) -> Iterator[Gap]:
    """One gap for the submodules of HEAD whose stores are not ``there`` (by name)."""
    names = set(there)
    lost = sorted(path for path, name in _links(where).items() if name not in names)
    if lost:
        detail = plural(
            len(lost),
            "1 submodule is not checked out ({example}), so its store was not scanned;"
            " run `git submodule update --init --recursive`",
            "{count} submodules are not checked out (such as {example}), so their stores were not"
            " scanned; run `git submodule update --init --recursive`",
            example=lost[0],
        )
        yield Gap(where.folder, "submodule", detail)


def _links(where: Repository) -> dict[str, str]:
    """The names of HEAD's submodules by their paths; one that .gitmodules lacks has its path."""
    tree = git.run(["ls-tree", "-r", "-z", "--full-tree", "HEAD"], where.folder)
    entries = (entry.partition(b"\t") for entry in tree.out.split(b"\0"))
    paths = [os.fsdecode(path) for head, _, path in entries if head.startswith(b"160000 ")]
    if not paths:
        return {}
    args = ["config", "-z", "--blob", "HEAD:.gitmodules", "--get-regexp", r"^submodule\..*\.path$"]
    said = os.fsdecode(git.run(args, where.folder).out).split("\0")
    named = {path: key[len("submodule.") : -len(".path")] for key, _, path in map(_line, said)}
    return {path: named.get(path, path) for path in paths}


def _line(said: str) -> tuple[str, str, str]:
    return said.partition("\n")


def _bare(folder: str) -> Repository:
    shallow = os.path.exists(os.path.join(folder, "shallow"))
    return Repository(folder, os.path.abspath(folder), shallow)


def incomplete(where: Repository) -> Iterator[Gap]:
    """One gap for each reason why the store does not hold the whole history."""
    yield from _shallow(where)
    yield from _replaced(where)
    yield from _torn_packs(where)


def complaint(where: Repository, said: bytes) -> Iterator[Gap]:
    """What git said while it listed the objects: a pack or an alternate that it cannot read."""
    # Of partial clones, ``connected`` tells the number of objects; a reflog outlives what it names.
    harmless = (b"promisor remotes", b"references pruned commits", b"hint: ")
    lines = [line for line in said.splitlines() if line and not any(h in line for h in harmless)]
    if lines:
        why = git.why(git.Answer(1, b"", b"\n".join(lines)))
        detail = msg("git complains: {why}; run `git fsck` to see what is broken", why=why)
        yield Gap(where.folder, "git-object", detail)


def untraced(where: Repository, failures: list[git.Answer]) -> Iterator[Gap]:
    """That git did not come to the end of tracing where found keys have been."""
    if failures:
        detail = msg(
            "git could not trace the found keys to the end ({why}): the paths, commits and refs"
            " shown may not be all; run `git fsck` to see what is broken",
            why=git.why(failures[0]),
        )
        yield Gap(where.folder, "git-object", detail)


def _shallow(where: Repository) -> Iterator[Gap]:
    if not where.shallow:
        return
    cut = _lines(os.path.join(where.common, "shallow"))
    detail = plural(
        len(cut),
        "a shallow clone: the history before 1 commit is not here ({example});"
        " run `git fetch --unshallow`",
        "a shallow clone: the history before {count} commits is not here (such as {example});"
        " run `git fetch --unshallow`",
        example=cut[0][:12] if cut else "?",
    )
    yield Gap(where.folder, "shallow-clone", detail)


def _replaced(where: Repository) -> Iterator[Gap]:
    grafts = [one for one in _lines(os.path.join(where.common, "info", "grafts")) if one[:1] != "#"]
    if grafts:
        detail = plural(
            len(grafts),
            "1 grafted commit ({example}): what git shows as its history is not"
            " what is stored; remove info/grafts and scan again",
            "{count} grafted commits (such as {example}): what git shows as their history is not"
            " what is stored; remove info/grafts and scan again",
            example=grafts[0][:12],
        )
        yield Gap(where.folder, "grafts", detail)
    refs = git.checked(["for-each-ref", "--format=%(refname)", "refs/replace/"], where.folder)
    names = os.fsdecode(refs).split()
    if names:
        detail = plural(
            len(names),
            "1 object is replaced when git shows it ({example}); both were"
            " scanned, but paths and commits are those of the original",
            "{count} objects are replaced when git shows them (such as {example}); both were"
            " scanned, but paths and commits are those of the originals",
            example=names[0].rpartition("/")[2][:12],
        )
        yield Gap(where.folder, "replaced-objects", detail)


def _torn_packs(where: Repository) -> Iterator[Gap]:
    """Packs without an index, which git does not see, and indexes without their pack."""
    folder = os.path.join(where.common, "objects", "pack")
    torn = _torn(folder)
    if torn:
        time.sleep(_WRITTEN)  # git may be about to write the other half
        torn &= _torn(folder)
    for name in sorted(torn):
        detail = msg(
            "the other half, a pack or its index, is missing or cannot be read: git does not read"
            " this pack; check the permissions, `git index-pack` makes an index anew"
        )
        yield Gap(os.path.join(where.folder, name), "git-object", detail)


def _torn(folder: str) -> set[str]:
    try:
        names = {one for one in os.listdir(folder) if _readable(os.path.join(folder, one))}
    except OSError:
        return set()  # git says so
    stems = {os.path.splitext(name)[0] for name in names if name.endswith((".pack", ".idx"))}
    return {
        name
        for stem in stems
        for name in (f"{stem}.pack", f"{stem}.idx")
        if name in names and not {f"{stem}.pack", f"{stem}.idx"} <= names
    }


def _readable(path: str) -> bool:
    return os.access(path, os.R_OK) or not os.path.exists(path)  # a temporary one may be gone


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().split("\n")[:-1]
    except OSError:
        return []
