"""Temporary folders that a run takes away at its end, and a later run after ``kill -9``.

Each holds a file that is locked as long as its run lives; the system drops the lock with the
process. Whoever makes a folder first removes those of ours that nobody holds.
"""

import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory, gettempdir

from keyscan.ending import told_to_end

_PREFIX = "keyscan-"
_LOCK = ".keyscan-lock"
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
_YOUNG = 60  # seconds; see ``_ours``


@contextmanager
def temporary_folder() -> Iterator[str]:
    """An empty folder, but for our lock; gone behind the block, also if SIGTERM ends it."""
    _sweep()
    with (
        told_to_end(),
        TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder,
        _held(folder),
    ):
        yield folder


@contextmanager
def _held(folder: str) -> Iterator[None]:
    """Without a lock, where the file system has none, the folder is nobody's to remove."""
    path = os.path.join(folder, _LOCK)
    try:
        file = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        yield
        return
    try:
        if not _locked(file):
            with suppress(OSError):
                os.unlink(path)
        yield
    finally:
        os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _locked(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _sweep() -> None:
    """Remove what killed runs left. What cannot be removed is left to the next run."""
    with suppress(OSError), os.scandir(gettempdir()) as entries:
        for one in entries:
            if one.name.startswith(_PREFIX) and _ours(one):
                _remove(one.path)


def _ours(entry: "os.DirEntry[str]") -> bool:
    """Whether this user's run made it, and not just now: then it may not be locked yet."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or time.time() - found.st_mtime < _YOUNG:
        return False
    if sys.platform == "win32":
        return True  # the folder for temporary files is the user's own
    return found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) == 0o700


def _remove(folder: str) -> None:
    try:
        file = os.open(os.path.join(folder, _LOCK), _FLAGS)
    except OSError:
        return  # not ours, or of a run that has no locks
    try:
        free = _locked(file)
        if free and sys.platform != "win32":
            shutil.rmtree(folder, ignore_errors=True)  # follows no link
    finally:
        os.close(file)
    if free and sys.platform == "win32":  # what is open, or git's and so read-only, stays there
        for root, _, names in os.walk(folder):
            for name in names:
                with suppress(OSError):
                    os.chmod(os.path.join(root, name), stat.S_IWRITE)
        shutil.rmtree(folder, ignore_errors=True)
