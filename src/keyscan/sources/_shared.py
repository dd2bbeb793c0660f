"""A long list of files read by several processes, where forking is cheap and safe.

Each process, this one too, takes the next part of the list (which may still go on), sifts it,
and judges what is left. It tells only the numbers of files in which there is something; this
process reads those again. So nothing of a file's content passes between processes, and one that
fails costs time, never a file.
"""

import os
import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from keyscan.model import Blob, Gap, Passed
from keyscan.sift import fast_search
from keyscan.sources._parts import Done, Work, read_part, room
from keyscan.sources._tickets import Tickets, write_all
from keyscan.worktree import Listed

if TYPE_CHECKING:
    from keyscan.literal_search import Search

MANY = 4000  # files from which on another process wins back its 3 ms, and the faster search
PART = 256  # files, some megabytes: short enough that all processes end together
_AHEAD = 32  # parts that are listed before they are read: no process waits for the list
_PROCESSES = 8
_alone = True  # not a child itself


def possible(count: int) -> bool:
    """Whether the list is worth it. Other systems cannot fork, or not safely."""
    return count >= MANY and _alone and sys.platform == "linux"


def shared(listed: Iterator[Listed | Blob | Gap], work: Work) -> Iterator[Blob | Gap | Passed]:
    """What ``work.read`` gives for the paths in which there is something, and the rest's size.

    The other processes begin with what is listed first, while the list goes on.
    """
    # Some of so many files are suspects: rules are loaded once, and not by each process.
    work.harmless((Blob("", b""),), None)
    crew = _Crew(work)
    kept: dict[int, Sequence[int]] = {}
    try:
        for one in crew.reads(listed):
            if not isinstance(one, Done):
                yield one
            else:
                kept[one.part] = one.kept
                yield Passed(one.blobs, one.bytes)
    finally:
        crew.end()
    for number, part in enumerate(crew.parts):
        places = kept.get(number, range(len(part.paths)))  # all, if taken by one that was stopped
        yield from work.read([part.paths[place] for place in places], part.seen)


class _Crew:
    """This process and the others, which take parts as they are listed."""

    def __init__(self, work: Work) -> None:
        self.parts: list[Listed] = []
        self._work, self._search, self._room = work, fast_search(), room()
        self._tickets = Tickets()
        self._children: list[_Child] = []

    def reads(self, listed: Iterator[Listed | Blob | Gap]) -> Iterator[Done | Blob | Gap]:
        """Each part that is read, by whomever, and what else is listed, when it is needed."""
        taken, more = 0, True
        while True:
            if more and len(self.parts) - taken < _AHEAD:
                one = next(listed, None)
                if isinstance(one, Blob | Gap):
                    yield one
                elif one:
                    yield from self._handed_out(one)
                else:
                    more = False
                    self._tickets.close()
                continue
            ticket = self._tickets.take()
            if ticket:
                taken = ticket.part + 1
                yield self._read(ticket.part)
            elif more:
                taken = len(self.parts)
            else:
                break
        for child in self._children:
            yield from child.done()

    def _handed_out(self, listed: Listed) -> Iterator[Done]:
        """What is listed becomes tickets, or is read at once when there are too many."""
        for start in range(0, len(listed.paths), PART):
            part = Listed(listed.paths[start : start + PART], listed.seen)
            self.parts.append(part)
            if not self._tickets.add(len(self.parts) - 1, part):
                yield self._read(len(self.parts) - 1)
            if len(self._children) < _others(len(self.parts) * PART):
                self._children.append(_Child(self._work, self._tickets, self._search))

    def _read(self, number: int) -> Done:
        return read_part(self._work, number, self.parts[number], self._search, self._room)

    def end(self) -> None:
        """Nobody works any more."""
        for child in self._children:
            child.end()
        self._tickets.end()


def _others(count: int) -> int:
    return min(len(os.sched_getaffinity(0)), _PROCESSES, 2 * count // MANY) - 1


class _Child:
    """Another process; what it has done can be read once there are no more tickets."""

    def __init__(self, work: Work, tickets: Tickets, search: "Search") -> None:
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


def _work(work: Work, tickets: Tickets, search: "Search", answers: int) -> None:
    global _alone
    _alone, code = False, 1
    try:
        buffer = room()
        for number, part in tickets.each():
            done = read_part(work, number, part, search, buffer)
            record = array("Q", [done.part, done.blobs, done.bytes, len(done.kept), *done.kept])
            write_all(answers, memoryview(record).cast("B"))
        code = 0
    finally:
        os._exit(code)  # neither our parent's cleaning up nor its buffers are ours
