"""The prefilter over a list of objects, in one process or in several that share the work.

A worker tells its parent the numbers of objects, never content: the parent reads what is worth a
closer look again, so that no key passes through a pipe or a file.
"""

import os
from collections.abc import Callable, Iterator
from select import POLLIN
from typing import NamedTuple, TypeVar

from keyscan.objects import Objects
from keyscan.suspects import Dull, Pointer, Result, Seen, Suspect, Unread, suspects

T = TypeVar("T")


class _Took(NamedTuple):
    """That a worker begins with a part."""

    part: int


_KINDS: dict[bytes, type[Suspect | Pointer | Unread | Seen | _Took]] = {
    b"s": Suspect,
    b"p": Pointer,
    b"u": Unread,
    b"r": Seen,
    b"t": _Took,
}
_WORTH = 50_000_000  # bytes of objects from which on one more process saves time
_MOST = 4  # each holds some 50 MB, and has a git beside it
# Shares of the bytes, for each process. Large ones first: versions of a file are near each other,
# and what one judged the others do not know. Small ones last: all end at about the same time.
_SHARES = (6, 3, 1, 1)


def results(
    objects: Objects, cwd: str, processes: int = 0, dull: Dull | None = None
) -> Iterator[Result]:
    """What ``suspects`` yields, in any order. ``processes`` 0: what is best here."""
    if not processes:
        processes = min(_cores(), _MOST, 1 + objects.size // _WORTH)
    if processes < 2 or not _may_fork():
        yield from suspects(objects, cwd, dull=dull)
        return
    parts = objects.parts([share for share in _SHARES for _ in range(processes)])
    done = [start for start, _ in parts]
    queue, there = os.pipe()
    os.write(there, bytes(range(len(parts))))  # each worker takes the next as it has time
    os.close(there)
    workers: list[_Worker] = []
    for _ in range(processes):
        others = [one.fd for one in workers]
        workers.append(_Worker(objects, cwd, parts, queue, done, dull, others))
    os.close(queue)
    try:
        yield from _collected(workers)
        for start, (_, stop) in zip(done, parts, strict=True):
            # what a dead one left
            yield from suspects(objects, cwd, start=start, stop=stop, dull=dull)
    finally:
        for one in workers:
            one.end()


def beside(function: Callable[[], T]) -> Callable[[], T]:
    """It runs in a thread, since git does its work; the call that is given waits for the end."""
    from threading import Thread

    given: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            given.append(function())
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()

    def wait() -> T:
        thread.join()
        for error in raised:
            raise error
        return given[0]

    return wait


def _cores() -> int:
    """Those that this process may use, which a container can limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _may_fork() -> bool:
    """A process with threads must not: one of them may hold a lock for ever in the child."""
    import threading

    return hasattr(os, "fork") and threading.active_count() == 1


class _Worker:
    """A child that takes part after part from a queue; ``done`` says how far each has come."""

    def __init__(
        self,
        objects: Objects,
        cwd: str,
        parts: list[tuple[int, int]],
        queue: int,
        done: list[int],
        dull: Dull | None,
        others: list[int],
    ) -> None:
        self._part, self._done = 0, done
        self._rest = b""
        self.fd, there = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _work(objects, cwd, parts, queue, there, dull, (self.fd, *others))
        os.close(there)

    def results(self) -> list[Result]:
        """What came through the pipe; empty at its end only."""
        found: list[Result] = []
        while not found and (data := os.read(self.fd, 1 << 16)):
            lines = (self._rest + data).split(b"\n")
            self._rest = lines.pop()
            for one in map(_parsed, lines):
                if isinstance(one, _Took):
                    self._part = one.part
                    continue
                if isinstance(one, Seen):
                    self._done[self._part] = one.at
                found.append(one)
        return found

    def end(self) -> None:
        """A worker whose pipe is closed ends by itself."""
        os.close(self.fd)
        os.waitpid(self._pid, 0)


def _collected(workers: list[_Worker]) -> Iterator[Result]:
    from select import poll

    poller = poll()
    by_fd = {one.fd: one for one in workers}
    for fd in by_fd:
        poller.register(fd, POLLIN)
    while by_fd:
        for fd, _ in poller.poll():
            found = by_fd[fd].results()
            yield from found
            if not found:
                poller.unregister(fd)
                del by_fd[fd]


def _work(
    objects: Objects,
    cwd: str,
    parts: list[tuple[int, int]],
    queue: int,
    fd: int,
    dull: Dull | None,
    unread: tuple[int, ...],
) -> None:
    """The child: it ends here, whatever happens."""
    try:
        for end in unread:  # whoever holds these never learns that the parent reads no more
            os.close(end)
        from keyscan.interest import Interest

        letters = {kind: letter for letter, kind in _KINDS.items()}
        interesting = Interest()
        while taken := os.read(queue, 1):
            start, stop = parts[taken[0]]
            lines = [b"t %d\n" % taken[0]]
            found = suspects(
                objects, cwd, start=start, stop=stop, interesting=interesting, dull=dull
            )
            for one in found:
                lines.append(b"%s %s\n" % (letters[type(one)], b" ".join(b"%d" % n for n in one)))
                if isinstance(one, Seen):  # all or nothing up to here: the parent goes on behind it
                    _write(fd, b"".join(lines))
                    lines = []
    finally:
        os._exit(0)


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _parsed(line: bytes) -> Result | _Took:
    kind, *numbers = line.split(b" ")
    return _KINDS[kind](*map(int, numbers))
