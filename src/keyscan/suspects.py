"""Which of a repository's objects may hold a key.

``git cat-file --batch`` is read as one flat stream: the prefilter searches buffers that hold
thousands of objects, and only what it stops at is looked at as an object.
"""

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator
from io import FileIO
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

from keyscan import git
from keyscan.buffers import Look
from keyscan.literal_search import find
from keyscan.objects import KINDS, Objects, widen

if TYPE_CHECKING:
    from keyscan.interest import Interest

_WINDOW = 512 << 10  # bytes of objects that are searched together: they stay in the cache
_LARGE = 4 << 20  # bytes from which on an object is read in pieces, as the full program reads it
_OVERLAP = 64 << 10  # of these pieces
_DEATHS = 1000  # of git, each at another object; then the rest is given up


class Suspect(NamedTuple):
    """An object that the full program has to look at; ``sure``: a rule reads a key in it."""

    at: int
    sure: int = 0


class Pointer(NamedTuple):
    """A pointer to a file that Git LFS keeps elsewhere."""

    at: int


class Unread(NamedTuple):
    """An object that git could not give; ``rest``: neither what follows it up to ``stop``."""

    at: int
    stop: int


class Seen(NamedTuple):
    """Objects and bytes that were read since the last one of these; ``at`` is the next index."""

    at: int
    objects: int
    size: int


Result = Suspect | Pointer | Unread | Seen
Dull = Callable[[str, bytes], bool]  # whether an object, by kind and content, holds nothing


def suspects(
    objects: Objects,
    cwd: str | None = None,
    *,
    start: int = 0,
    stop: int = -1,
    hook: bool = False,
    interesting: "Interest | None" = None,
    dull: Dull | None = None,
) -> Iterator[Result]:
    """Which of the objects may hold a key; each at most once, in order.

    Where git dies of a broken object, another git goes on behind it. ``interesting`` remembers
    what it judged before; ``dull`` has the last word on what is not sure.
    """
    stop = len(objects) if stop < 0 else stop
    if start >= stop:
        return
    deaths = 0
    while start < stop:
        with TemporaryFile() as asked:
            for at in range(start, stop, 65536):
                asked.write(objects.records(at, min(at + 65536, stop)))
            asked.seek(0)
            args = ["cat-file", "--batch", "--buffer"]
            with git.reading(args, cwd, stdin=asked.fileno(), hook=hook) as output:
                widen(output.fd)
                interesting = interesting or _interest()  # takes a while, in which git begins
                stream = _Stream(objects, output.fd, start, stop, interesting, dull)
                yield from stream.suspects()
        start = stream.at
        if start < stop:
            deaths += 1
            end = start + 1 if deaths < _DEATHS else stop
            yield Unread(start, end)
            yield Seen(end, 0, 0)
            start = end


def _interest() -> "Interest":
    from keyscan.interest import Interest  # late: 40 ms that a scan of nothing new does without

    return Interest()


class _Stream:
    """One run of git over the objects from ``at`` up to ``stop``; it may end too early."""

    def __init__(
        self,
        objects: Objects,
        fd: int,
        at: int,
        stop: int,
        interesting: "Interest",
        dull: Dull | None,
    ) -> None:
        self.at, self._stop = at, stop
        self._interesting, self._dull = interesting, dull
        self._objects, self._fd = objects, fd
        self._oids = objects.oids(at, stop)
        self._header = b""
        self._more = True
        self._file = FileIO(fd, closefd=False)
        self._buffer = memoryview(bytearray(_LARGE + 2 * _OVERLAP))

    def suspects(self) -> Iterator[Result]:
        rest = b""
        self._next_header()
        while self.at < self._stop:
            data = self._fill(rest, self._wanted())
            first = self.at
            looks, lost, used = self._split(data)
            yield from self._suspected(data, looks)
            yield from map(Pointer, _pointers(data, looks))
            yield from (Unread(index, index + 1) for index in lost)
            yield Seen(self.at, len(looks), sum(one.end - one.start for one in looks))
            rest = data[used:]
            if self.at < self._stop and self._objects.sizes[self.at] >= _LARGE and self._more:
                rest = yield from self._large(rest)
            if not self._more and self.at == first:
                return

    def _suspected(self, data: bytes, looks: list[Look]) -> Iterator[Suspect]:
        found = self._interesting(data, looks)
        for one in looks if found else ():
            sure = found.get(one.at)
            if sure is None:
                continue
            kind = KINDS[self._objects.kinds[one.at]].decode()
            if sure or not self._dull or not self._dull(kind, data[one.start : one.end]):
                yield Suspect(one.at, sure)

    def _next_header(self) -> None:
        if self.at < self._stop:
            kind, size = KINDS[self._objects.kinds[self.at]], self._objects.sizes[self.at]
            self._header = b"%s %s %d\n" % (next(self._oids), kind, size)

    def _wanted(self) -> int:
        """Bytes of a window, or of the next object with its header and end, if that is larger."""
        size = self._objects.sizes[self.at]
        return _WINDOW if size >= _LARGE else max(_WINDOW, len(self._header) + size + 1)

    def _fill(self, rest: bytes, size: int = _LARGE) -> bytes:
        """What is left of a buffer, and what git writes next, up to ``size`` bytes."""
        buffer, got = self._buffer, len(rest)
        buffer[:got] = rest
        while got < size:
            read = self._file.readinto(buffer[got : size + _OVERLAP])
            if not read:
                self._more = False
                break
            got += read
        return bytes(buffer[:got])

    def _split(self, data: bytes) -> tuple[list[Look], list[int], int]:
        """The objects that are in the buffer whole, those that git has not, and the bytes used."""
        looks: list[Look] = []
        lost: list[int] = []
        used, total = 0, len(data)
        sizes = self._objects.sizes
        while self.at < self._stop:
            start = used + len(self._header)
            if data[used:start] != self._header:
                line = data[used : data.find(b"\n", used) + 1]
                if not line.endswith(b" missing\n"):
                    break  # not here yet, or git stopped
                lost.append(self.at)
                used += len(line)
            else:
                end = start + sizes[self.at]
                if end >= total:
                    break
                looks.append(Look(self.at, start, end))
                used = end + 1
            self.at += 1
            self._next_header()
        return looks, lost, used

    def _large(self, rest: bytes) -> Generator[Result, None, bytes]:
        """An object that no buffer holds, piece by piece; what follows it is returned."""
        data = self._fill(rest)
        if not data.startswith(self._header):
            return data
        size = left = self._objects.sizes[self.at]
        found, sure, index = False, False, self.at
        piece = data[len(self._header) :]
        seen = 0
        while True:
            piece, after = piece[: left + seen], piece[left + seen :]
            left -= len(piece) - seen
            look = Look(index, 0, len(piece), seen == 0 and left + len(piece) >= size, left == 0)
            if not sure:
                told = self._interesting(piece, [look])
                found, sure = found or bool(told), any(told.values())
            if left == 0:
                break
            if not self._more:
                return b""
            keep = piece[-_OVERLAP:]
            seen = len(keep)
            piece = self._fill(keep)
            if len(piece) == seen:
                return b""
        if found:
            yield Suspect(index, sure)
        self.at += 1
        yield Seen(self.at, 1, size)
        self._next_header()
        return after[1:] if after else self._fill(b"", 1)[1:]


_LFS = b"version https://git-lfs.github.com/spec/"


def _pointers(data: bytes, looks: list[Look]) -> list[int]:
    found = []
    at = find(data, _LFS, 0)
    while at >= 0:
        here = looks[bisect_right(looks, at, key=lambda one: one.start) - 1] if looks else None
        if here and here.start == at:
            found.append(here.at)
        at = find(data, _LFS, at + 1)
    return found
