"""What kind of repository this is, and what is known to be missing from it."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from keyscan import git
from keyscan.errors import IncompleteError, UsageError
from keyscan.model import Gap, msg

OLDEST = "2.25"  # git: the first with all that is asked of it


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
        raise UsageError(
            msg("{path} is not in a git repository; name a folder that is", path=folder)
        )
    if answer.code == 129:
        raise IncompleteError(msg("this git is too old; {oldest} is needed", oldest=OLDEST))
    if answer.code:
        raise git.failure(answer)
    common, shallow = os.fsdecode(answer.out).rstrip("\n").rsplit("\n", 1)
    return Repository(folder, os.path.join(os.path.abspath(folder), common), shallow == "true")


def submodules(where: Repository) -> Iterator[tuple[str, Repository]]:
    """Path and store of every submodule that was ever checked out here, nested ones too."""
    root = os.path.join(where.common, "modules")
    for folder, names, _ in os.walk(root):
        if "objects" in names and "refs" in names:
            yield os.path.relpath(folder, root).replace(os.sep, "/"), _bare(folder)
            names[:] = [one for one in names if one == "modules"]


def _bare(folder: str) -> Repository:
    shallow = os.path.exists(os.path.join(folder, "shallow"))
    return Repository(folder, os.path.abspath(folder), shallow)


def incomplete(where: Repository) -> Iterator[Gap]:
    """One gap for each reason why the store does not hold the whole history."""
    yield from _shallow(where)
    yield from _replaced(where)


def complaint(where: Repository, said: bytes) -> Iterator[Gap]:
    """What git said while it listed the objects: a pack or an alternate that it cannot read."""
    lines = [line for line in said.splitlines() if line and b"promisor remotes" not in line]
    if lines:  # of partial clones, ``connected`` tells the number of objects
        why = git.why(git.Answer(1, b"", b"\n".join(lines)))
        detail = msg("git complains: {why}; run `git fsck` to see what is broken", why=why)
        yield Gap(where.folder, "git-object", detail)


def _shallow(where: Repository) -> Iterator[Gap]:
    if not where.shallow:
        return
    cut = _lines(os.path.join(where.common, "shallow"))
    detail = msg(
        "a shallow clone: the history before {count} commits is not here (such as {example});"
        " run `git fetch --unshallow`",
        count=len(cut),
        example=cut[0][:12] if cut else "?",
    )
    yield Gap(where.folder, "shallow-clone", detail)


def _replaced(where: Repository) -> Iterator[Gap]:
    grafts = [one for one in _lines(os.path.join(where.common, "info", "grafts")) if one[:1] != "#"]
    if grafts:
        detail = msg(
            "{count} grafted commits (such as {example}): what git shows as their history is not"
            " what is stored; remove info/grafts and scan again",
            count=len(grafts),
            example=grafts[0][:12],
        )
        yield Gap(where.folder, "grafts", detail)
    refs = git.checked(["for-each-ref", "--format=%(refname)", "refs/replace/"], where.folder)
    names = os.fsdecode(refs).split()
    if names:
        detail = msg(
            "{count} objects are replaced when git shows them (such as {example}); both were"
            " scanned, but paths and commits are those of the originals",
            count=len(names),
            example=names[0].rpartition("/")[2][:12],
        )
        yield Gap(where.folder, "replaced-objects", detail)


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().split("\n")[:-1]
    except OSError:
        return []
