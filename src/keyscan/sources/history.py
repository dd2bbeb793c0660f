"""Everything that a repository stores: each blob once, and the messages of commits and tags.

Objects are read from the store in pack order and not from diffs, so that it does not matter
whether a ref, a reflog, a stash, a note or nothing at all reaches them.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import BinaryIO, NamedTuple

from keyscan import git
from keyscan.blocks import BLOCK, blocks
from keyscan.containers import suspect
from keyscan.errors import IncompleteError
from keyscan.model import Blob, Gap, msg, plural
from keyscan.names import in_names
from keyscan.objects import KINDS, Objects
from keyscan.suspects import Dull, Pointer, Seen, Suspect, Unread
from keyscan.workers import results

OPENED_MAX = 256 << 20  # bytes of a blob that is opened as an archive, in memory
Tick = Callable[[int, int], None]


class Named(NamedTuple):
    """An object to read in full: its id, kind, and what to call it."""

    oid: str
    kind: str
    path: str = ""
    commit: str = ""

    @property
    def shown(self) -> str:
        """The path, or what to give to ``git cat-file``."""
        return self.path or f"{self.kind} {self.oid[:12]}"


@dataclass(slots=True)
class Read:
    """What was read of a store: objects and bytes, and what could not be read.

    ``sure`` are the names of suspects in which a rule reads a key, ``remembered`` of those that
    held something in an earlier scan.
    """

    count: int = 0
    size: int = 0
    suspects: list[Named] = field(default_factory=list)
    sure: set[str] = field(default_factory=set)
    remembered: set[str] = field(default_factory=set)
    pointers: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def gaps(self, folder: str) -> Iterator[Gap]:
        """One for each reason, with a count and an example."""
        if self.unread:
            detail = plural(
                len(self.unread),
                "1 object is missing or corrupt ({example}); run `git fsck` to see what is broken",
                "{count} objects are missing or corrupt (such as {example});"
                " run `git fsck` to see what is broken",
                example=min(self.unread)[:12],
            )
            yield Gap(folder, "git-object", detail)
        if self.pointers:
            detail = plural(
                len(self.pointers),
                "1 blob is a pointer to a file in Git LFS ({example});"
                " run `git lfs fetch --all` and scan the folder lfs in the git directory",
                "{count} blobs are pointers to files in Git LFS (such as {example});"
                " run `git lfs fetch --all` and scan the folder lfs in the git directory",
                example=min(self.pointers)[:12],
            )
            yield Gap(folder, "lfs-pointer", detail)


def read(
    objects: Objects, cwd: str, tick: Tick, processes: int = 0, dull: Dull | None = None
) -> Read:
    """The prefilter over all of the objects: what the full program has to look at.

    ``dull`` says which of them hold nothing after all, where the prefilter is not sure.
    """
    result = Read(unread=[oid.decode() for oid in objects.missing])
    for one in results(objects, cwd, processes, dull):
        if isinstance(one, Seen):
            result.count += one.objects
            result.size += one.size
            tick(one.objects, one.size)
        elif isinstance(one, Unread):
            result.unread += map(bytes.decode, objects.oids(one.at, one.stop))
        else:
            oid = objects.oid(one.at).decode()
            if isinstance(one, Pointer):
                result.pointers.append(oid)
            elif isinstance(one, Suspect):
                result.suspects.append(Named(oid, KINDS[objects.kinds[one.at]].decode()))
                if one.sure:
                    result.sure.add(oid)
    return result


def contents(wanted: Sequence[Named], cwd: str) -> Iterator[Blob | Gap]:
    """Each object for the full program; the source of messages is ``message``."""
    return (blob for _, blob in each(wanted, cwd))


def each(wanted: Sequence[Named], cwd: str) -> Iterator[tuple[Named, Blob | Gap]]:
    """``contents``, with the object that it is of."""
    done = 0
    while done < len(wanted):
        try:
            for one, got in _objects(wanted[done:], cwd):
                for blob in _content(one, got, partial(_whole, one.oid, cwd)):
                    yield one, blob
                done += 1
        except IncompleteError:  # git died of this one: another goes on behind it
            one = wanted[done]
            done += 1
            yield one, _broken(one)


def _objects(wanted: Sequence[Named], cwd: str) -> Iterator[tuple[Named, git.Object]]:
    oids = [one.oid.encode() for one in wanted]
    return zip(wanted, git.objects(oids, cwd), strict=True)


def _broken(one: Named) -> Gap:
    detail = msg("git has no content for it; run `git fsck` to see what is broken")
    return Gap(one.shown, "git-object", detail)


def blobs_of(kind: str, data: bytes) -> Iterator[Blob | Gap]:
    """One object, as ``contents`` gives it, from its bytes; what it is called is left open."""
    got = git.Object(b"", kind, len(data), BytesIO(data).read)
    return _content(Named("", kind), got, partial(BytesIO, data))


def _content(one: Named, got: git.Object, again: Callable[[], BinaryIO]) -> Iterator[Blob | Gap]:
    if got.kind == "missing":
        yield _broken(one)
    elif got.kind == "blob":
        whole = again if got.size <= OPENED_MAX else None
        for blob in blocks(got.read, one.shown, "history", one.commit, whole):
            if whole is None and not blob.offset and suspect(blob):
                detail = msg("too large to be opened inside of git; check it out and scan it")
                yield Gap(one.shown, "archive-size", detail)
            yield blob
    else:
        yield from _message(one, got)


def _message(one: Named, got: git.Object) -> Iterator[Blob]:
    """The message, in its own lines, and the header above it: names and signatures."""
    data = got.read(BLOCK * 16)
    header, _, text = data.partition(b"\n\n")
    yield Blob(one.shown, text, "message", one.commit)
    yield Blob(f"{one.shown} header", header, "message", one.commit)


def _whole(oid: str, cwd: str) -> BinaryIO:
    """In memory: a copy on the disk would be one more place that holds a key."""
    return BytesIO(git.checked(["cat-file", "blob", oid], cwd))


def names(cwd: str) -> Iterator[Blob]:
    """Names of refs, and of the files in HEAD's tree: older trees are not read at all."""
    tree = ["ls-tree", "-r", "-z", "--full-tree", "--name-only", "HEAD"]
    with git.started(tree, cwd) as files:
        refs = git.run(["for-each-ref", "--format=%(refname)"], cwd)
        yield from in_names(os.fsdecode(refs.out).split("\n"))
        yield from in_names(os.fsdecode(files().out).split("\0"))


def reachable(cwd: str, revisions: Iterable[str], since: str = "") -> list[bytes]:
    """Objects that ``git rev-list --objects`` names; raises where git cannot walk."""
    args = ["rev-list", "--objects", "--no-object-names", "--missing=print"]
    if since:
        args.append(f"--since={since}")
    answer = git.run([*args, *revisions, "--"], cwd)
    if answer.code:
        raise git.failure(answer)
    return answer.out.split()
