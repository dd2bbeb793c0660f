"""A long list of files read by several processes, where forking is cheap and safe.

Each process, this one too, takes the next part of the list, sifts it, and judges what is left.
It tells only the numbers of files in which there is something; this process reads those again.
So nothing of a file's content passes between processes, and one that fails costs time, never a
file.
"""

import os
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from keyscan.blocks import BLOCK
from keyscan.model import Blob, Gap, Passed
from keyscan.sift import fast_search, looked_at
from keyscan.worktree import shown

if TYPE_CHECKING:
    from keyscan.literal_search import Search

MANY = 4000  # files from which on another process wins back its 3 ms, and the faster search
PART = 256  # files, some megabytes: short enough that all processes end together
MOST = 1 << 20  # files at once: their tickets fit into the pipe
_PROCESSES = 8
_BATCH = 1 << 20  # bytes sifted at once: larger ones leave the processor's own memory
Read = Callable[[Sequence[str]], Iterator[Blob | Gap | Passed]]


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


_alone = True  # not a child itself


class Work(NamedTuple):
    """What every process knows. ``harmless``: whether the full program finds nothing at all."""

    paths: Sequence[str]
    flags: int
    read: Read
    harmless: Harmless


class Done(NamedTuple):
    """A part that was read: its clean files and their bytes, and the numbers of the others."""

    part: int
    blobs: int
    bytes: int
    kept: list[int]


def possible(count: int) -> bool:
    """Whether the list is worth it. Other systems cannot fork, or not safely."""
    return count >= MANY and _alone and sys.platform == "linux"


def shared(work: Work) -> Iterator[Blob | Gap | Passed]:
    """What ``work.read`` gives for the paths in which there is something, and the rest's size."""
    parts = -(-len(work.paths) // PART)
    tickets = _tickets(parts)
    search = fast_search()
    # Some of so many files are suspects: rules are loaded once, and not by each process.
    work.harmless((Blob("", b""),), None)
    kept: list[int] = []
    left = set(range(parts))
    children = [_Child(work, tickets, search) for _ in range(_others(len(work.paths)))]
    try:
        for done in _own_and_theirs(work, tickets, search, children):
            left.discard(done.part)
            kept += done.kept
            yield Passed(done.blobs, done.bytes)
    finally:
        os.close(tickets)
        for child in children:
            child.end()
    for part in left:  # taken by a process that did not finish it
        kept += range(part * PART, min((part + 1) * PART, len(work.paths)))
    yield from work.read([work.paths[index] for index in sorted(kept)])


def _others(count: int) -> int:
    return min(len(os.sched_getaffinity(0)), _PROCESSES, 2 * count // MANY) - 1


def _tickets(parts: int) -> int:
    """A pipe from which each process takes the number of its next part: four bytes, never torn."""
    tickets, source = os.pipe()
    os.write(source, array("I", range(parts)).tobytes())
    os.close(source)
    return tickets


def _own_and_theirs(
    work: Work, tickets: int, search: "Search", children: Sequence["_Child"]
) -> Iterator[Done]:
    yield from _each_part(work, tickets, search)
    for child in children:
        yield from child.done()


def _each_part(work: Work, tickets: int, search: "Search") -> Iterator[Done]:
    room = memoryview(bytearray(_BATCH + BLOCK + 1))  # what is not written to takes no memory
    while ticket := os.read(tickets, 4):
        yield _read_part(work, int.from_bytes(ticket, sys.byteorder), search, room)


class _Child:
    """Another process; what it has done can be read once there are no more tickets."""

    def __init__(self, work: Work, tickets: int, search: "Search") -> None:
        self._answers, answers = os.pipe()
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid == 0:
            _work(work, tickets, search, answers)
        os.close(answers)

    def done(self) -> Iterator[Done]:
        """Whole records only: the last one may have been cut off by a crash."""
        pieces = []
        while piece := os.read(self._answers, 1 << 16):
            pieces.append(piece)
        raw = b"".join(pieces)
        told = array("Q")
        told.frombytes(raw[: len(raw) // told.itemsize * told.itemsize])
        at = 0
        while at + 4 <= len(told) and at + 4 + told[at + 3] <= len(told):
            part, blobs, size, count = told[at : at + 4]
            yield Done(part, blobs, size, told[at + 4 : at + 4 + count].tolist())
            at += 4 + count

    def end(self) -> None:
        """Without a word: it may still be busy when the scan was broken off."""
        from signal import SIGKILL  # late: it is not needed where nobody forks

        os.close(self._answers)
        os.kill(self._pid, SIGKILL)  # a dead one stays ours until it is waited for
        os.waitpid(self._pid, 0)


def _work(work: Work, tickets: int, search: "Search", answers: int) -> None:
    global _alone
    _alone, code = False, 1
    try:
        for done in _each_part(work, tickets, search):
            record = array("Q", [done.part, done.blobs, done.bytes, len(done.kept), *done.kept])
            _write_all(answers, memoryview(record).cast("B"))
        code = 0
    finally:
        os._exit(code)  # neither our parent's cleaning up nor its buffers are ours


def _write_all(fd: int, data: memoryview) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _read_part(work: Work, part: int, search: "Search", room: memoryview) -> Done:
    """The hot loop. What is not one small blob is judged by itself."""
    batch, others = _Batch(work, search, room), []
    flags, first = work.flags, part * PART
    for index, path in enumerate(work.paths[first : first + PART], first):
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
        if work.harmless(counter.count(work.read([work.paths[index]])), search):
            batch.blobs += counter.blobs
            batch.bytes += counter.bytes
        else:
            batch.kept.append(index)
    return Done(part, batch.blobs, batch.bytes, batch.kept)


class _Batch:
    """Small files sifted together: the number and bytes of clean ones, the indexes of others.

    They are read into ``rest``, one behind the other with a line break between them: nothing is
    allocated for each, and the processor keeps the memory at hand.
    """

    def __init__(self, work: Work, search: "Search", room: memoryview) -> None:
        self.blobs = self.bytes = 0
        self.kept: list[int] = []
        self.rest = room  # at least ``BLOCK`` bytes
        self._work, self._search, self._room = work, search, room
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
        path = shown(self._work.paths[self._indexes[place]])
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
