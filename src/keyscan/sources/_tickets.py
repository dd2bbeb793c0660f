"""A list that several processes take parts of while it goes on."""

import os
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from keyscan.worktree import Listed


class Ticket(NamedTuple):
    """The number of a part and where its paths stand in the list."""

    part: int
    at: int
    size: int
    seen: int


class Tickets:
    """A pipe from which each process takes its next part; the paths are in an unnamed file."""

    def __init__(self) -> None:
        self._list = _unnamed_file()
        self._size = 0
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)
        os.set_blocking(self._in, False)

    def add(self, number: int, part: Listed) -> bool:
        """False when the pipe is full."""
        paths = os.fsencode("\0".join(part.paths))
        ticket = Ticket(number, self._size, len(paths), part.seen)
        write_all(self._list, memoryview(paths))
        self._size += len(paths)
        try:
            os.write(self._in, array("Q", ticket).tobytes())  # so few bytes are never torn
        except BlockingIOError:
            return False
        return True

    def take(self) -> Ticket | None:
        """The next one, if there is one now."""
        try:
            found = array("Q", os.read(self._out, 8 * len(Ticket._fields)))
        except BlockingIOError:
            return None
        return Ticket(*found) if found else None

    def each(self) -> Iterator[tuple[int, Listed]]:
        """In another process: parts until there will be no more."""
        from select import POLLIN, poll  # late: most runs have no other process

        self.close()
        waiting = poll()
        waiting.register(self._out, POLLIN)
        while True:
            (_, event), *_ = waiting.poll()
            ticket = self.take()
            if ticket:
                paths = os.fsdecode(os.pread(self._list, ticket.size, ticket.at))
                yield ticket.part, Listed(paths.split("\0"), bool(ticket.seen))
            elif not event & POLLIN:  # no process will write any more
                return

    def close(self) -> None:
        """There will be no more."""
        if self._in >= 0:
            os.close(self._in)
            self._in = -1

    def end(self) -> None:
        """Nobody takes any more."""
        self.close()
        os.close(self._out)
        os.close(self._list)


def _unnamed_file() -> int:
    try:
        return os.memfd_create("list")
    except (AttributeError, OSError):  # an old C library, or a sandbox
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            return os.dup(file.fileno())


def write_all(fd: int, data: memoryview) -> None:
    while data:
        data = data[os.write(fd, data) :]
