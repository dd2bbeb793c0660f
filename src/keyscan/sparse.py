"""Tracked files that a sparse checkout leaves out of the disk, read from git's objects instead.

Whoever leaves them out has not deleted them: the next commit holds them as this one does.
"""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import BinaryIO

from keyscan import git
from keyscan.blocks import blocks
from keyscan.errors import IncompleteError
from keyscan.model import Blob, Gap, plural

_SUBMODULE = b"160000"  # a commit of another repository


def left_out(
    folder: str | None, before: str, paths: set[str], *, hook: bool = False
) -> Iterator[Blob | Gap]:
    """The index's content of ``paths``, which git lists in ``folder``; shown behind ``before``.

    ``hook``: the index of a hook, and paths anywhere in its repository, relative to the folder.
    What git has no content for, as in most partial clones, is one gap.
    """
    entries = list(_entries(folder, paths, hook))
    read = 0
    missing: list[str] = []
    objects = git.objects([oid for _, oid in entries], folder, hook=hook)
    try:
        for (path, oid), one in zip(entries, objects, strict=True):
            if one.kind == "blob":
                whole = partial(_whole, oid, folder, hook)
                yield from blocks(one.read, before + path, "index", whole=whole)
            else:
                missing.append(path)
            read += 1
    except IncompleteError:  # a git before 2.44 ends where it may not fetch
        missing += [path for path, _ in entries[read:]]
    if missing:
        yield _gap(before, missing)


def _gap(before: str, missing: Sequence[str]) -> Gap:
    detail = plural(
        len(missing),
        "1 file that a sparse checkout leaves out has no content in this clone ({example});"
        " run `git sparse-checkout disable`, or name the folders to scan",
        "{count} files that a sparse checkout leaves out have no content in this clone (such as"
        " {example}); run `git sparse-checkout disable`, or name the folders to scan",
        example=before + missing[0],
    )
    return Gap(before.rstrip("/") or ".", "sparse-checkout", detail)


def _entries(folder: str | None, paths: set[str], hook: bool) -> Iterator[tuple[str, bytes]]:
    """Path and object, from ``mode oid side TAB path NUL``."""
    args = ["ls-files", "-z", "--stage", *(("--", ":/") if hook else ())]
    for record in git.checked(args, folder, hook=hook).split(b"\0")[:-1]:
        head, _, name = record.partition(b"\t")
        mode, oid, _ = head.split(b" ")
        path = os.fsdecode(name)
        if path in paths and mode != _SUBMODULE:
            yield path, oid


def _whole(oid: bytes, folder: str | None, hook: bool) -> BinaryIO:
    """In memory: a copy on the disk would be one more place that holds a key."""
    return BytesIO(git.checked(["cat-file", "blob", oid.decode()], folder, hook=hook))
