"""Writes a report to a file: all of it or nothing, readable by its owner alone."""

import errno
import os
from pathlib import Path

from keyscan.columns import safe
from keyscan.errors import IncompleteError, KeyscanError, UsageError
from keyscan.model import msg

_FULL = frozenset(
    code
    for code in (errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", None))
    if code is not None
)


def write(path: str | Path, text: str) -> None:
    """Replace the file with the text in one step, mode 0600, UTF-8, ``\\n`` line ends.

    A symbolic link keeps pointing where it does; a pipe or device is written to as it is.
    Raises UsageError where another path would do, IncompleteError where the disk is full.
    """
    target = Path(os.path.realpath(path))
    data = text.encode("utf-8", "backslashreplace")
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists() and not target.is_file():
            _fill(os.open(target, os.O_WRONLY), data)
        else:
            _replace(target, data)
    except OSError as error:
        raise _told(error, target) from None


def check(path: str | Path) -> None:
    """Raise UsageError where ``write`` could not succeed anyway: before the work, not after it."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise _told(IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)), target)
    if not target.parent.is_dir():
        raise _told(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)), target)


def _replace(target: Path, data: bytes) -> None:
    beside = target.parent / f".keyscan-{os.urandom(6).hex()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(beside, flags, 0o600)
    try:
        _fill(descriptor, data, sync=True)
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _fill(descriptor: int, data: bytes, *, sync: bool = False) -> None:
    with open(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        if sync:
            os.fsync(stream.fileno())  # a full disk may speak up only here


def _told(error: OSError, target: Path) -> KeyscanError:
    """One line that says what to do next."""
    path, folder = safe(str(target)), safe(str(target.parent))
    if error.errno in _FULL:
        return IncompleteError(
            msg(
                "cannot write {path}: {why}; nothing was written, make room and run again",
                path=path,
                why=error.strerror,
            )
        )
    if isinstance(error, IsADirectoryError):
        return UsageError(msg("cannot write {path}: it is a folder; name a file in it", path=path))
    if isinstance(error, FileNotFoundError):
        return UsageError(
            msg(
                "cannot write {path}: the folder {folder} does not exist; create it first",
                path=path,
                folder=folder,
            )
        )
    return UsageError(
        msg(
            "cannot write {path}: {why}; choose another place for --output",
            path=path,
            why=error.strerror,
        )
    )
