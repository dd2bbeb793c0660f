"""Every object of a store, also where git's own list of it breaks off."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from keyscan import cache, git, objects
from keyscan.objects import KINDS, Objects
from keyscan.repository import Repository


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
    with objects.every(where.folder) as listed:
        if listed.complaints:
            known = set(listed.oids())
            names = (name.encode() for name in cache.loose(object_folders(where)))
            unlisted = [name for name in names if name not in known]
            with objects.named(unlisted, where.folder) as rest:
                parts = zip(rest.oids(), rest.kinds, rest.sizes, strict=True)
                lines = [b"%s %s %d" % (oid, KINDS[kind], size) for oid, kind, size in parts]
            listed.add(lines, None)
            listed.missing += rest.missing
        yield listed
