"""Which objects a scan need not read, because the last scan did; what it remembers for the next."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import chain

from keyscan import cache, connected, git, objects, store
from keyscan.connected import Walk
from keyscan.errors import KeyscanError
from keyscan.model import Message
from keyscan.objects import Objects
from keyscan.repository import Repository
from keyscan.sources.history import Named, Read
from keyscan.touched import Earlier, Trace

_MISSING = 10_000  # names that are worth to be remembered; a partial clone may lack millions


class Memory:
    """The record of one repository's store, before and after a scan of all of it.

    The packs are looked at before the objects are listed: a pack that comes in between is read,
    and read again next time. Loose objects are looked at before and after: ``gc`` may pack them, or
    unpack others, in between.
    """

    def __init__(self, where: Repository) -> None:
        self._where = where
        self.tips = connected.tips(where)  # first: all that they reach is in what follows
        self._folders = store.object_folders(where)
        self._record = cache.load(where.common)
        loose = set(cache.loose(self._folders))
        self._packs = cache.packs(self._folders)
        self._loose = loose.union(cache.loose(self._folders))

    @property
    def again(self) -> bool:
        """Whether only what has come since an earlier scan is read."""
        record = self._record  # packs that were packed anew are read anew
        return record is not None and record.packs.items() <= self._packs.items()

    @cached_property
    def walked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Objects behind which nothing but what follows was missing, nor is now."""
        record = self._record
        if record is None or record.packs.items() - self._packs.items():
            return (), ()
        if record.clean - self._loose or len(self._still_there) < len(record.suspects):
            return (), ()
        if record.missing and not self._as_missing_as_before(record):
            return (), ()
        return record.tips, record.missing

    def _as_missing_as_before(self, record: cache.Record) -> bool:
        """Whether all that was missing still is, and is still asked for."""
        names = (name.encode() for name in record.missing)
        try:
            with objects.named(names, self._where.folder) as listed:
                if len(listed.missing) < len(record.missing):
                    return False  # more may be missing behind what has come
        except KeyscanError:  # git before 2.44 wants to fetch what a remote has promised
            return False
        return connected.still_named(self._where, record.tips, self.tips)

    @contextmanager
    def unknown(self) -> Iterator[Objects]:
        """The objects that no scan has read under these rules."""
        with self._listed() as listed:
            # Others may have been pruned before they were listed, and come again later.
            self._loose.intersection_update(cache.loose(self._folders))
            yield listed

    @contextmanager
    def _listed(self) -> Iterator[Objects]:
        record = self._record
        if record is None:
            with store.every(self._where) as listed:
                yield listed
            return
        known = record.clean | record.suspects.keys()
        new_packs = [path for path, state in self._packs.items() if record.packs.get(path) != state]
        packed = [_in_pack(path, self._where) for path in new_packs]
        if None in packed:  # git will say what is wrong with it
            with store.every(self._where) as listed:
                yield listed
            return
        names = dict.fromkeys(chain(self._loose, *(one or () for one in packed)))
        wanted = (name.encode() for name in names if name not in known)
        with objects.named(wanted, self._where.folder) as listed:
            yield listed

    def suspects(self) -> Iterable[Named]:
        """What was looked at closer last time and is still there."""
        return self._still_there

    @cached_property
    def _still_there(self) -> list[Named]:
        kinds = self._record.suspects if self._record else {}
        if not kinds:
            return []
        asked = (name.encode() for name in kinds)
        with objects.named(asked, self._where.folder) as listed:
            return [Named(oid.decode(), kinds[oid.decode()]) for oid in listed.oids()]

    def earlier(self) -> Earlier | None:
        """Which commits touched suspects, as the last scan told.

        What it did not suspect cannot be in any commit that it saw, but for what was missing:
        all that is there was read, and the rules are the same.
        """
        record = self._record
        if record is None or not record.tips:
            return None
        if record.missing and not self.walked[0]:
            return None  # what was missing may have hidden more, which has come meanwhile
        untold = (record.suspects.keys() - record.traced).union(record.missing)
        return Earlier(record.tips, record.touched, frozenset(untold))

    def save(self, seen: Read, walk: Walk, traced: Mapping[str, Trace]) -> Message | None:
        """Remember what was read; only called where all that is there could be. Maybe a warning.

        What the full program looked at is looked at again each time, so that its findings and
        gaps are told again; ``traced`` are those of whom commits are known, of most of them all.
        """
        if self._packs != cache.packs(self._folders):
            return None
        suspects = {one.oid: one.kind for one in seen.suspects}
        clean = frozenset(self._loose - suspects.keys())
        tips, missing = self.tips, walk.missing
        # What lies behind the cut of a shallow history may come later.
        if self._where.shallow or not (walk.ended and tips) or len(missing) > _MISSING:
            tips = missing = ()
        if traced and tips != connected.tips(self._where):  # a ref may have gone before the traces
            traced = {}
        touched = frozenset(commit.oid for one in traced.values() for commit in one.commits)
        blobs = frozenset(oid for oid, one in traced.items() if one.whole)
        record = cache.Record(self._packs, clean, suspects, tips, missing, blobs, touched)
        return None if record == self._record else cache.save(self._where.common, record)


def _in_pack(path: str, where: Repository) -> list[str] | None:
    """The names of a pack's objects, or None where its index cannot be read."""
    index = path.removesuffix(".pack") + ".idx"
    try:
        with (
            open(index, "rb") as file,
            git.reading(
                ["show-index", *_format(where)], where.folder, stdin=file.fileno()
            ) as output,
        ):
            data = b"".join(iter(lambda: os.read(output.fd, 1 << 20), b""))
    except OSError:
        return None
    return None if output.code else [line.split(b" ")[1].decode() for line in data.splitlines()]


def _format(where: Repository) -> list[str]:
    name = git.checked(["rev-parse", "--show-object-format"], where.folder).decode().strip()
    return [] if name == "sha1" else [f"--object-format={name}"]
