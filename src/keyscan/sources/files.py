"""Files on the disk, by name, by folder, or all that a repository calls its own."""

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from stat import S_ISDIR, S_ISFIFO, S_ISREG
from typing import BinaryIO

from keyscan.blocks import blocks
from keyscan.errors import UsageError
from keyscan.model import Blob, Gap, Passed, msg
from keyscan.names import in_names
from keyscan.sources._parts import Harmless, Work
from keyscan.sources._shared import MANY, possible, shared
from keyscan.worktree import Listed, listing, nested, shown

_FIRST = 1 << 16  # most files fit, and one read of this size is as fast as a smaller one
# NONBLOCK: a FIFO that took a file's place must not hold the scan up before fstat tells.
_NAMED = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_UNSIZED = 64 << 20  # bytes read of a file that says it has none, as in /proc


def files(
    paths: Sequence[str], *, no_ignore: bool = False, harmless: Harmless | None = None
) -> Iterator[Blob | Gap | Passed]:
    """The content of files and folders; no path is the current folder.

    A file or folder that is named is scanned even when it is ignored, and a link that is named
    is followed. Raises ``UsageError`` when the only path does not exist; one of several is a
    gap, so that the others are scanned.
    """
    paths = paths or (".",)
    if len(paths) == 1 and not os.path.lexists(paths[0]):
        raise UsageError(
            msg("no such file or folder: {path}; check the spelling", path=shown(paths[0]))
        )
    done: set[str] | None = set() if len(paths) > 1 else None
    for path in paths:
        yield from _named(path, no_ignore, done, harmless)


def _named(
    path: str, no_ignore: bool, done: set[str] | None, harmless: Harmless | None
) -> Iterator[Blob | Gap | Passed]:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        yield _unstatable(path, error)
        return
    if S_ISDIR(mode):
        yield from in_names([shown(path).rstrip("/")])
        listed = _gathered(listing(path, no_ignore=no_ignore, named=True))
        yield from read_all(listed, done, harmless=harmless)
    elif S_ISREG(mode):
        yield from read_all([Listed([path], True)], done, flags=_NAMED)
        yield from in_names([shown(path)])
    else:
        yield _irregular(path, mode)


def _unstatable(path: str, error: OSError) -> Gap:
    if os.path.islink(path):
        detail = msg("a link whose target cannot be reached: {why}", why=error.strerror)
        return Gap(shown(path), "broken-symlink", detail)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        detail = msg("no such file or folder: {path}; check the spelling", path=shown(path))
        return Gap(shown(path), "missing-path", detail)
    return _unreadable(path, error)


def _unreadable(path: str, error: OSError) -> Gap:
    return Gap(shown(path), "unreadable", msg("cannot be read: {why}", why=error.strerror))


def _irregular(path: str, mode: int) -> Gap:
    detail = msg("a device or socket has no content to scan; name a file or a folder")
    if S_ISFIFO(mode):
        detail = msg("a pipe is read only as standard input; use: keyscan - < {path}", path=path)
    return Gap(shown(path), "not-a-regular-file", detail)


def read_all(
    listed: Iterable[Listed | Blob | Gap],
    done: set[str] | None = None,
    *,
    flags: int = _NAMED | _NOFOLLOW,
    harmless: Harmless | None = None,
) -> Iterator[Blob | Gap | Passed]:
    """The content of listed files. ``done`` collects what was read, to read it only once."""
    rest = iter(listed)
    for one in rest:
        if not isinstance(one, Listed):
            yield one
        elif done is not None:
            yield from _read_each(_new(one.paths, done), flags, one.seen, done)
        elif harmless and possible(len(one.paths)):

            def read(paths: Sequence[str], seen: bool) -> Iterator[Blob | Gap | Passed]:
                return _read_each(paths, flags, seen, None)

            yield from shared(chain((one,), rest), Work(flags, read, harmless))
        else:
            yield from _read_each(one.paths, flags, one.seen, None)


def _gathered(listed: Iterable[Listed | Blob | Gap]) -> Iterator[Listed | Blob | Gap]:
    """Short lists joined until they are worth sharing."""
    paths: list[str] = []
    seen = True
    for one in listed:
        if not isinstance(one, Listed):
            yield one
            continue
        if one.seen is not seen:
            yield Listed(paths, seen)
            paths, seen = [], one.seen
        paths += one.paths
        if len(paths) >= MANY:
            yield Listed(paths, seen)
            paths = []
    yield Listed(paths, seen)


def _new(paths: Iterable[str], done: set[str]) -> Iterator[str]:
    for path in paths:
        key = shown(path)
        if key not in done:
            done.add(key)
            yield path


def _read_each(
    paths: Iterable[str], flags: int, seen: bool, done: set[str] | None
) -> Iterator[Blob | Gap | Passed]:
    """The hot loop: no pathlib, no ``open()``, one generator for all small files."""
    for path in paths:
        try:
            fd = os.open(path, flags)
        except OSError as error:
            yield from _unopened(path, error, seen, done)
            continue
        try:
            state = os.fstat(fd)
            size = state.st_size
            if not S_ISREG(state.st_mode):
                yield from _not_a_file(path, state.st_mode, done)
            elif size < _FIRST and size <= len(data := os.read(fd, _FIRST)) < _FIRST and size:
                yield Blob(shown(path), data)
            else:
                os.lseek(fd, 0, os.SEEK_SET)
                yield from _large(path, fd, size)
        except OSError as error:
            yield _unreadable(path, error)
        finally:
            os.close(fd)


def _unopened(
    path: str, error: OSError, seen: bool, done: set[str] | None
) -> Iterator[Blob | Gap | Passed]:
    if os.path.islink(path):
        yield from _link(path)
    elif os.path.isdir(path) and os.name == "nt":  # other systems open folders
        yield from read_all(nested(path), done)
    elif not isinstance(error, FileNotFoundError | NotADirectoryError):
        yield _unreadable(path, error)
    elif seen:  # what only the index lists may have been deleted long ago: it is not here any more
        yield _vanished(path)


def _link(path: str) -> Iterator[Blob | Gap]:
    """What git keeps of a link: the words of its target, which nobody follows out of here."""
    try:
        target = os.readlink(path)
    except OSError:  # another file has taken its place
        yield _vanished(path)
    else:
        yield Blob(shown(path), os.fsencode(target))


def _vanished(path: str) -> Gap:
    return Gap(shown(path), "vanished", msg("deleted while the scan ran; run keyscan again"))


def _not_a_file(path: str, mode: int, done: set[str] | None) -> Iterator[Blob | Gap | Passed]:
    if S_ISDIR(mode):
        yield from read_all(nested(path.rstrip("/")), done)
    else:
        yield _irregular(path, mode)


def _large(path: str, fd: int, size: int) -> Iterator[Blob | Gap]:
    read = _Bounded(fd, size)
    yield from blocks(read, shown(path), whole=partial(_whole, path))
    if read.cut_off:
        detail = msg("only its first {size} MiB were scanned: it has no end", size=_UNSIZED >> 20)
        yield Gap(shown(path), "endless", detail)


def _whole(path: str) -> BinaryIO:
    return open(path, "rb")


class _Bounded:
    """Reads a file to the size it had when opened, then looked at once more.

    A log that grows faster than it is read has no end. A file without a size (in ``/proc``)
    may have content all the same; that is read up to 64 MiB.
    """

    def __init__(self, fd: int, size: int) -> None:
        self._fd, self._size = fd, size
        self._left = size or _UNSIZED
        self._looked_again = size == 0
        self.cut_off = False

    def __call__(self, most: int) -> bytes:
        if not self._left and not self._looked_again:
            self._looked_again = True
            self._left = max(0, os.fstat(self._fd).st_size - self._size)
        if not self._left:
            self.cut_off = self._size == 0
            return b""
        data = os.read(self._fd, min(most, self._left))
        self._left -= len(data)
        return data
