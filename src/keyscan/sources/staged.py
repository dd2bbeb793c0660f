"""What the next commit would hold: the index's content, not the disk's.

A hook's GIT_INDEX_FILE is honoured, so ``git commit FILE`` is scanned as git will commit it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import BinaryIO, NamedTuple

from keyscan import git
from keyscan.blocks import blocks
from keyscan.errors import KeyscanError
from keyscan.git_safety import STAGED
from keyscan.model import Blob, Finding, Gap, Location, Passed, Report, msg
from keyscan.names import in_names
from keyscan.sources.files import read_all
from keyscan.worktree import TRACKED, Listed, present

_NO_CONTENT = ("000000", "160000")  # deleted, a submodule's commit


class Change(NamedTuple):
    """One staged path. ``old_oid`` is HEAD's content at ``old_path`` (all zeros: none)."""

    path: str
    mode: str
    oid: bytes
    old_path: str
    old_oid: bytes


def changes(cwd: str | None = None, *, renames: bool = False) -> tuple[Change, ...]:
    """What is staged against HEAD, or against nothing at the first commit.

    ``renames`` pairs a new path with the deleted one it came from. Paths are relative to the
    repository's top. Raises ``KeyscanError`` where git cannot tell.
    """
    args = [*STAGED, "-M" if renames else "--no-renames"]
    answer = git.run([*args, "HEAD", "--"], cwd, hook=True)
    if answer.code and _unborn(cwd):
        answer = git.run([*args, _empty_tree(cwd), "--"], cwd, hook=True)
    if answer.code:
        raise git.failure(answer)
    return tuple(_parsed(answer.out, cwd))


def nothing_staged(cwd: str | None = None) -> bool:
    """Whether the next commit would change nothing, as in ``pre-commit run --all-files``."""
    return not changes(cwd)


def staged(
    cwd: str | None = None, staged_changes: Sequence[Change] | None = None
) -> Iterator[Blob | Gap]:
    """The staged content of each changed path; ``staged_changes`` saves asking git again.

    A link's content is its target; a submodule has none. A path in conflict is read on both
    sides. Names of new paths, too.
    """
    found = changes(cwd) if staged_changes is None else staged_changes
    with_content = [one for one in found if one.mode not in _NO_CONTENT]
    yield from _contents([(one.path, one.oid) for one in with_content], cwd)
    # Those that HEAD has not: a name that is committed already must not block every change.
    yield from in_names(one.path for one in found if not one.old_oid.strip(b"0"))


def tracked(cwd: str | None = None) -> Iterator[Blob | Gap | Passed]:
    """Every tracked file of the repository as it is on the disk, from wherever in it.

    Those that a sparse checkout leaves out, as they are in the index.
    """
    out = git.checked([*TRACKED, "--", ":/"], cwd, hook=True)
    before = os.path.join(cwd, "") if cwd else ""
    names, absent = present(out, before)
    paths = [before + name for name in names]
    yield from read_all([Listed([one for one in paths if not os.path.isdir(one)], False)])
    yield from in_names(names, before)
    if absent:
        from keyscan.sparse import left_out  # late: few check out a part only

        yield from left_out(cwd, before, absent, hook=True)


def already_committed(
    findings: Iterable[Finding],
    scan: Callable[[Iterable[Blob | Gap]], Report],
    cwd: str | None = None,
) -> tuple[Finding, ...]:
    """The findings, with ``commit`` set to HEAD where the key already stands at that path there.

    A renamed path is looked up under its old name. In a merge only HEAD counts: what the other
    side brings is new here. What cannot be looked up stays as it is, so that it blocks. Only
    called with something to look up, so a clean commit pays nothing.
    """
    found = tuple(findings)
    paths = {place.path for one in found for place in one.locations if place.source == "index"}
    try:
        before = _before(paths, cwd) if paths else []
        if not before:
            return found
        head = git.checked(["rev-parse", "--verify", "HEAD"], cwd, hook=True).decode().strip()
        report = scan(_contents(before, cwd))
    except KeyscanError:
        return found
    known = {(one.secret, place.path) for one in report.findings for place in one.locations}

    def marked(one: Finding, place: Location) -> Location:
        if place.source == "index" and (one.secret, place.path) in known:
            return place._replace(commit=head)
        return place

    return tuple(
        replace(one, locations=tuple(marked(one, place) for place in one.locations))
        for one in found
    )


def _before(paths: set[str], cwd: str | None) -> list[tuple[str, bytes]]:
    """HEAD's content of these paths, under the names that they have now."""
    return [
        (one.path, one.old_oid)
        for one in changes(cwd, renames=True)
        if one.old_oid.strip(b"0") and any(_holds(one.path, path) for path in paths)
    ]


def _holds(path: str, place: str) -> bool:
    return place == path or place.startswith(path + "!")


def _contents(wanted: Sequence[tuple[str, bytes]], cwd: str | None) -> Iterator[Blob | Gap]:
    if not wanted:
        return
    oids = [oid for _, oid in wanted]
    for (path, oid), one in zip(wanted, git.objects(oids, cwd, hook=True), strict=True):
        if one.kind == "blob":
            yield from blocks(one.read, path, "index", whole=partial(_whole, oid, cwd))
        else:
            detail = msg("git has no content for it; run `git fsck` to see what is broken")
            yield Gap(path, "git-object", detail)


def _whole(oid: bytes, cwd: str | None) -> BinaryIO:
    """In memory: a copy on the disk would be one more place that holds a key."""
    return BytesIO(git.checked(["cat-file", "blob", oid.decode()], cwd, hook=True))


def _unborn(cwd: str | None) -> bool:
    """Whether HEAD names a branch without commits; a broken HEAD is something else."""
    head = git.run(["symbolic-ref", "-q", "HEAD"], cwd, hook=True)
    if head.code:
        return False
    branch = os.fsdecode(head.out).rstrip("\n")
    return git.run(["show-ref", "--verify", "-q", branch], cwd, hook=True).code == 1


def _empty_tree(cwd: str | None) -> str:
    """Its name in the repository's own hash (SHA-1 or SHA-256)."""
    args = ["hash-object", "-t", "tree", os.devnull]
    return git.checked(args, cwd, hook=True).decode().strip()


def _parsed(raw: bytes, cwd: str | None) -> Iterator[Change]:
    """``:oldmode mode oldoid oid status NUL path NUL``, with two paths for a rename."""
    fields = iter(raw.split(b"\0"))
    conflicts = False
    for head in fields:
        if not head:
            break
        _, mode, old_oid, oid, status = head.split(b" ")
        old_path = path = os.fsdecode(next(fields))
        if status.startswith(b"R"):
            path = os.fsdecode(next(fields))
        if status == b"U":
            conflicts = True
        else:
            yield Change(path, mode.decode(), oid, old_path, old_oid)
    if conflicts:
        yield from _sides(cwd)


def _sides(cwd: str | None) -> Iterator[Change]:
    """Both sides of each path in conflict; the common ancestor is already committed."""
    out = git.checked(["ls-files", "-z", "--unmerged", "--full-name", "--", ":/"], cwd, hook=True)
    for record in out.split(b"\0")[:-1]:
        head, _, path = record.partition(b"\t")
        mode, oid, side = head.split(b" ")
        if side != b"1":
            name = os.fsdecode(path)
            yield Change(name, mode.decode(), oid, name, oid if side == b"2" else b"0")
