"""The prefilter over a list of objects, in one process or in two that take a half each.

A worker tells its parent the numbers of objects, never content: the parent reads what is worth a
closer look again, so that no key passes through a pipe or a file.
"""

import os
from collections.abc import Iterator
from select import POLLIN

from keyscan.objects import Objects
from keyscan.suspects import Pointer, Result, Seen, Suspect, Unread, suspects

_KINDS: dict[bytes, type[Suspect] | type[Pointer] | type[Unread] | type[Seen]] = {
    b"s": Suspect,
    b"p": Pointer,
    b"u": Unread,
    b"r": Seen,
}
_WORTH = 50_000_000  # bytes of objects from which on a second process saves time


def results(objects: Objects, cwd: str, processes: int = 0) -> Iterator[Result]:
    """What ``suspects`` yields, in any order. ``processes`` 0: what is best here."""
    if not processes:
        processes = 2 if (os.cpu_count() or 1) > 1 and objects.size > _WORTH else 1
    if processes < 2 or not _may_fork():
        yield from suspects(objects, cwd)
        return
    middle = objects.half(0, len(objects))
    shares = [_Share(objects, cwd, 0, middle), _Share(objects, cwd, middle, len(objects))]
    try:
        yield from _collected(shares)
        for one in shares:
            yield from suspects(objects, cwd, start=one.at, stop=one.stop)  # what a dead one left
    finally:
        for one in shares:
            one.end()


def _may_fork() -> bool:
    """A process with threads must not: one of them may hold a lock for ever in the child."""
    import threading

    return hasattr(os, "fork") and threading.active_count() == 1


class _Share:
    """A worker, and how far its results say that it came."""

    def __init__(self, objects: Objects, cwd: str, start: int, stop: int) -> None:
        self.at, self.stop = start, stop
        self._rest = b""
        self.fd, there = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _work(objects, cwd, start, stop, there)
        os.close(there)

    def results(self) -> list[Result]:
        """What came through the pipe; empty at its end only."""
        data = os.read(self.fd, 1 << 16)
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        found = [_parsed(line) for line in lines]
        for one in found:
            if isinstance(one, Seen):
                self.at = one.at
        return found if found or not data else self.results()

    def end(self) -> None:
        """A worker whose pipe is closed ends by itself."""
        os.close(self.fd)
        os.waitpid(self._pid, 0)


def _collected(shares: list[_Share]) -> Iterator[Result]:
    from select import poll

    poller = poll()
    by_fd = {one.fd: one for one in shares}
    for fd in by_fd:
        poller.register(fd, POLLIN)
    while by_fd:
        for fd, _ in poller.poll():
            found = by_fd[fd].results()
            yield from found
            if not found:
                poller.unregister(fd)
                del by_fd[fd]


def _work(objects: Objects, cwd: str, start: int, stop: int, fd: int) -> None:
    """The child: it ends here, whatever happens."""
    try:
        letters = {kind: letter for letter, kind in _KINDS.items()}
        lines: list[bytes] = []
        for one in suspects(objects, cwd, start=start, stop=stop):
            lines.append(b"%s %s\n" % (letters[type(one)], b" ".join(b"%d" % n for n in one)))
            if isinstance(one, Seen):  # all or nothing up to here: the parent goes on behind it
                _write(fd, b"".join(lines))
                lines = []
    finally:
        os._exit(0)


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _parsed(line: bytes) -> Result:
    kind, *numbers = line.split(b" ")
    return _KINDS[kind](*map(int, numbers))
