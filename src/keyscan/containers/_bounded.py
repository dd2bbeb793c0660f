"""Bounds for a library that has none of its own: so many seconds, so many bytes read."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO


class OutOfWork(BaseException):
    """More work than the content is worth. No ``except Exception`` of a library may hold it up."""


class Clock:
    """The seconds that all blocks ``within`` it may take together."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def within(self) -> Iterator[None]:
        """Raise ``OutOfWork`` in the block when the time is over.

        A second thread raises it in this one, between two steps of Python code: a signal would
        need the main thread, and Windows has none. What runs in C is not interrupted.
        """
        bell = _Bell(threading.get_ident())
        timer = threading.Timer(max(0.0, self.left), bell.ring)
        timer.daemon = True
        started = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            bell.silence()
            timer.cancel()
            self.left -= time.monotonic() - started


class _Bell:
    """Rings once at most, and never after it was silenced."""

    def __init__(self, thread: int) -> None:
        self._thread, self._lock = thread, threading.Lock()
        self._silent = self._rung = False

    def ring(self) -> None:
        import ctypes  # late: only needed when there is trouble

        with self._lock:
            if not self._silent and hasattr(ctypes, "pythonapi"):
                self._rung = True
                raising = ctypes.pythonapi.PyThreadState_SetAsyncExc
                raising(ctypes.c_ulong(self._thread), ctypes.py_object(OutOfWork))

    def silence(self) -> None:
        with self._lock:
            self._silent = True
        if self._rung:
            for _ in range(10_000):  # if it is still on its way, it arrives here and no later
                pass


class MeteredFile:
    """A file in memory for the library, which may read so many bytes of it, each call a few."""

    CALL = 16  # what a call costs beside its bytes

    def __init__(self, data: bytes, work: int) -> None:
        self._file, self.left = BytesIO(data), work

    def _count(self, cost: int) -> None:
        self.left -= self.CALL + cost
        if self.left < 0:
            raise OutOfWork

    def read(self, size: int = -1) -> bytes:
        """As a binary file."""
        data = self._file.read(size)
        self._count(len(data))
        return data

    def readline(self, size: int = -1) -> bytes:
        """As a binary file."""
        data = self._file.readline(size)
        self._count(len(data))
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """As a binary file."""
        self._count(0)
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As a binary file."""
        return self._file.tell()
