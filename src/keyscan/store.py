"""Every object of a store, also where git's own list of it breaks off, or gc runs meanwhile."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from keyscan import cache, git, objects
from keyscan.objects import KINDS, Objects
from keyscan.repository import Repository

_TRIES = 20  # with longer and longer pauses, ten seconds in all


def object_folders(where: Repository) -> list[str]:
    """The repository's own and those that it borrows from, as git lists them."""
    out = os.fsdecode(git.checked(["count-objects", "-v"], where.folder))
    lent = [line.partition(": ")[2] for line in out.split("\n") if line.startswith("alternate:")]
    return [os.path.join(where.common, "objects"), *lent]


@contextmanager
def every(where: Repository) -> Iterator[Objects]:
    """``objects.every``; where git complained, also the loose objects that it does not list.

    It stops at the first folder that it cannot open, and what is in the others must be read.
    """
    folders = object_folders(where)
    with _steady(where, folders) as listed:
        if listed.complaints:
            known = set(listed.oids())
            names = (name.encode() for name in cache.loose(folders))
            unlisted = [name for name in names if name not in known]
            with objects.named(unlisted, where.folder) as rest:
                parts = zip(rest.oids(), rest.kinds, rest.sizes, strict=True)
                lines = [b"%s %s %d" % (oid, KINDS[kind], size) for oid, kind, size in parts]
            listed.add(lines, None)
            listed.missing += rest.missing
        yield listed


@contextmanager
def _steady(where: Repository, folders: list[str]) -> Iterator[Objects]:
    """A list during which no pack came or went.

    git passes over a pack whose index is gone when it comes to it, and over loose objects that
    are packed before it comes to them, without a word: it has not seen the new pack.
    """
    with ExitStack() as lists:
        for pause in range(_TRIES):
            before = cache.packs(folders)
            listed = lists.enter_context(objects.every(where.folder))
            if before == cache.packs(folders):
                break
            time.sleep(pause / 20)
        else:
            listed.complaints += b"error: packs come and go all the time\n"
        yield listed
