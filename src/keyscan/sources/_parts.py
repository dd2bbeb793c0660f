"""One part of a long list of files: read, sifted, and judged where something was seen."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from keyscan.blocks import BLOCK
from keyscan.model import Blob, Gap, Passed
from keyscan.sift import looked_at
from keyscan.worktree import Listed, shown

if TYPE_CHECKING:
    from keyscan.literal_search import Search

_BATCH = 1 << 20  # bytes sifted at once: larger ones leave the processor's own memory


class Harmless(Protocol):
    """``pipeline.harmless``, which sources do not know."""

    def __call__(
        self,
        blobs: Iterable[Blob | Gap],
        search: "Search | None",
        hits: Sequence[tuple[int, bytes]] = (),
        /,
    ) -> bool:
        """Whether nothing at all is found in blobs."""


class Work(NamedTuple):
    """What every process knows. ``read`` takes paths, and whether they were seen on the disk."""

    flags: int
    read: Callable[[Sequence[str], bool], Iterator[Blob | Gap | Passed]]
    harmless: Harmless


class Done(NamedTuple):
    """A part that was read: its clean files and their bytes, and the numbers of the others."""

    part: int
    blobs: int
    bytes: int
    kept: list[int]


def room() -> memoryview:
    """Where a process reads the files of one batch, one behind the other."""
    return memoryview(bytearray(_BATCH + BLOCK + 1))  # what is not written to takes no memory


def read_part(work: Work, number: int, part: Listed, search: "Search", room: memoryview) -> Done:
    """The hot loop. What is not one small blob is judged by itself."""
    batch, others = _Batch(work, part.paths, search, room), []
    flags = work.flags
    for index, path in enumerate(part.paths):
        try:
            fd = os.open(path, flags)
        except OSError:
            others.append(index)
            continue
        try:
            size = os.preadv(fd, (batch.rest,), 0)  # a pipe or a terminal refuses it
            # Some file systems give less than there is; the end says that this is all.
            end = os.lseek(fd, 0, os.SEEK_END)
        except OSError:
            end = -1
        finally:
            os.close(fd)
        if 0 < end < BLOCK and end == size:
            batch.add(index, size)
        else:
            others.append(index)
    batch.judge()
    for index in others:
        counter = _Counter()
        contents = counter.count(work.read([part.paths[index]], part.seen))
        if work.harmless(contents, search):
            batch.blobs += counter.blobs
            batch.bytes += counter.bytes
        else:
            batch.kept.append(index)
    return Done(number, batch.blobs, batch.bytes, sorted(batch.kept))


class _Batch:
    """Small files sifted together: the number and bytes of clean ones, the indexes of others.

    They are read into ``rest``, one behind the other with a line break between them: nothing is
    allocated for each, and the processor keeps the memory at hand.
    """

    def __init__(
        self, work: Work, paths: Sequence[str], search: "Search", room: memoryview
    ) -> None:
        self.blobs = self.bytes = 0
        self.kept: list[int] = []
        self.rest = room  # at least ``BLOCK`` bytes
        self._work, self._paths, self._search, self._room = work, paths, search, room
        self._indexes: list[int] = []
        self._starts = [0]

    def add(self, index: int, size: int) -> None:
        """A file that has been read into ``rest``."""
        self.rest[size] = 0x0A
        self.rest = self.rest[size + 1 :]
        end = self._starts[-1] + size + 1
        self._indexes.append(index)
        self._starts.append(end)
        if end >= _BATCH:
            self.judge()

    def judge(self) -> None:
        """Suspects at once, as mostly there is nothing in them, then each."""
        *starts, end = self._starts
        data = bytes(self._room[:end])
        found, asked = looked_at(data, starts, self._search)
        for place, hits in asked.items():
            if not self._work.harmless((self._blob(data, place),), None, hits):
                found.add(place)
        suspect = sorted(found)
        blobs = [self._blob(data, place) for place in suspect]
        self.blobs += len(starts)
        self.bytes += end - len(starts)
        if blobs and not self._work.harmless(blobs, None):
            for place, blob in zip(suspect, blobs, strict=True):
                if not self._work.harmless((blob,), None):
                    self.kept.append(self._indexes[place])
                    self.blobs -= 1
                    self.bytes -= len(blob.data)
        self.rest, self._indexes, self._starts = self._room, [], [0]

    def _blob(self, data: bytes, place: int) -> Blob:
        path = shown(self._paths[self._indexes[place]])
        return Blob(path, data[self._starts[place] : self._starts[place + 1] - 1])


class _Counter:
    def __init__(self) -> None:
        self.blobs = self.bytes = 0

    def count(self, contents: Iterable[Blob | Gap | Passed]) -> Iterator[Blob | Gap]:
        for one in contents:
            if isinstance(one, Passed):
                self.blobs += one.blobs
                self.bytes += one.bytes
                continue
            if not isinstance(one, Gap):
                self.blobs += one.seen == 0
                self.bytes += len(one.data) - one.seen
            yield one
