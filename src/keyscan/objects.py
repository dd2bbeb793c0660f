"""Objects of a repository in bulk: which there are, in pack order.

The same objects in the order of their names take git five times as long (``bench/history.py``).
"""

import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from keyscan import git

KINDS = (b"blob", b"commit", b"tag", b"tree")
_PIPE = 1 << 20  # what Linux lets an unprivileged process ask for
_F_SETPIPE_SZ = 1031


class Objects:
    """A list of objects in pack order, kept in an unnamed file: 9 bytes of memory for each.

    ``missing`` are names of objects that git knows and does not have, ``complaints`` what git
    said while it listed them.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._width = 0
        self.kinds = bytearray()
        self.sizes = array("Q")
        self.missing: list[bytes] = []
        self.complaints = b""

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def size(self) -> int:
        """Bytes of content of all of them."""
        return sum(self.sizes)

    def add(self, lines: list[bytes], wanted: Callable[[bytes, int], bool] | None) -> None:
        """Lines of ``cat-file --batch-check``: name, kind and size. Trees are left out."""
        oids: list[bytes] = []
        for line in lines:
            words = line.split(b" ")
            if len(words) != 3:
                self.missing.append(words[0])
                continue
            oid, kind, size = words
            if kind == b"tree" or (wanted and not wanted(oid, KINDS.index(kind))):
                continue
            self.kinds.append(KINDS.index(kind))
            self.sizes.append(int(size))
            oids.append(oid)
        if oids:
            self._width = len(oids[0]) + 1
            oids.append(b"")
            self._file.write(b"\n".join(oids))
            self._file.flush()

    def oids(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The names from one index up to another."""
        stop = len(self) if stop is None else stop
        for at in range(start, stop, 4096):
            yield from self.records(at, min(at + 4096, stop)).split()

    def oid(self, index: int) -> bytes:
        return self.records(index, index + 1).rstrip()

    def records(self, start: int, stop: int) -> bytes:
        """Names with their line breaks, as git reads them."""
        at, size = start * self._width, (stop - start) * self._width
        if hasattr(os, "pread"):  # workers share the file, and so its position
            return os.pread(self._file.fileno(), size, at)
        self._file.seek(at)
        return self._file.read(size)

    def parts(self, sizes: Sequence[int]) -> list[tuple[int, int]]:
        """Indexes from and to that cut all of them into parts with such shares of the bytes."""
        found, start, at, seen, wanted = [], 0, 0, 0, 0
        for size in sizes[:-1]:
            wanted += self.size * size // sum(sizes)
            while seen < wanted:
                seen += self.sizes[at]
                at += 1
            found.append((start, at))
            start = at
        return [*found, (start, len(self))]


@contextmanager
def every(
    cwd: str | None = None,
    *,
    hook: bool = False,
    wanted: Callable[[bytes, int], bool] | None = None,
) -> Iterator[Objects]:
    """Every object of the store but trees: packed and loose, reachable or not, alternates too."""
    args = ["cat-file", "--batch-check", "--batch-all-objects", "--unordered", "--buffer"]
    with TemporaryFile() as file:
        objects = Objects(file)
        with git.reading(args, cwd, hook=hook) as output:
            widen(output.fd)
            from keyscan import interest  # noqa: F401 - 40 ms in which git makes its list

            _listed(objects, output.fd, wanted)
        if output.code and not len(objects):
            raise git.failure(git.Answer(output.code, b"", output.err))
        objects.complaints = output.err
        yield objects


@contextmanager
def named(
    oids: Iterable[bytes],
    cwd: str | None = None,
    *,
    hook: bool = False,
    wanted: Callable[[bytes, int], bool] | None = None,
) -> Iterator[Objects]:
    """The named objects, in that order; trees are left out."""
    with TemporaryFile() as asked, TemporaryFile() as file:
        asked.writelines(oid + b"\n" for oid in oids)
        asked.seek(0)
        objects = Objects(file)
        args = ["cat-file", "--batch-check", "--buffer"]
        with git.reading(args, cwd, stdin=asked.fileno(), hook=hook) as output:
            _listed(objects, output.fd, wanted)
        if output.code:
            raise git.failure(git.Answer(output.code, b"", output.err))
        objects.complaints = output.err
        yield objects


def _listed(objects: Objects, fd: int, wanted: Callable[[bytes, int], bool] | None) -> None:
    rest = b""
    while data := os.read(fd, _PIPE):
        lines = (rest + data).split(b"\n")
        rest = lines.pop()
        objects.add(lines, wanted)


def widen(fd: int) -> None:
    """A pipe of 1 MiB where the system can: sixteen times fewer switches between git and us."""
    try:
        import fcntl

        fcntl.fcntl(fd, _F_SETPIPE_SZ, _PIPE)
    except (ImportError, OSError):
        pass  # macOS grows its pipes by itself, Windows has no such thing
