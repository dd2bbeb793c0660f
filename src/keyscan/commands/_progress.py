"""Progress on standard error: one line, only on a terminal, only once a second has passed."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from keyscan.model import Blob, Gap, Message, Passed

Tick = Callable[[int, int], None]
_PATIENCE = 1.0  # seconds before the first word
_PAUSE = 0.1  # seconds between two words


@contextmanager
def progress(label: Message | None = None) -> Iterator[Tick]:
    """Yields ``tick(files, bytes)``, to be called with what was scanned since the last call.

    The line is taken away at the end, whatever the end is.
    """
    stream = sys.stderr
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield _quiet
        return
    line = _Line(label)
    try:
        yield line.tick
    finally:
        line.clear()


def counted(blobs: Iterable[Blob | Gap | Passed], tick: Tick) -> Iterator[Blob | Gap | Passed]:
    """The same blobs, each told to ``tick`` as it flows past; a file's later blocks add bytes."""
    for blob in blobs:
        if isinstance(blob, Passed):
            tick(blob.blobs, blob.bytes)
        elif not isinstance(blob, Gap):
            tick(blob.seen == 0, len(blob.data) - blob.seen)
        yield blob


def _quiet(_files: int, _bytes: int) -> None:
    """Nobody looks."""


class _Line:
    def __init__(self, label: Message | None) -> None:
        self._label = label
        self._next = time.monotonic() + _PATIENCE
        self._files = self._bytes = self._shown = 0

    def tick(self, files: int, count: int) -> None:
        self._files += files
        self._bytes += count
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        self._show()

    def _show(self) -> None:
        # Late: most runs are over before anything is shown.
        import shutil

        from keyscan.columns import width_of
        from keyscan.formats import megabytes
        from keyscan.i18n import render
        from keyscan.model import msg, plural

        label = render(self._label or msg("scanning"))
        size = megabytes(self._bytes)
        counts = plural(self._files, "1 file, {size}", "{count} files, {size}", size=size)
        text = f"{label}: {render(counts)}"
        room = shutil.get_terminal_size().columns - 1
        while width_of(text) > room:
            text = text[:-1]
        self._write(text)
        self._shown = width_of(text)

    def clear(self) -> None:
        if self._shown:
            self._write("")
            self._shown = 0

    def _write(self, text: str) -> None:
        # Spaces instead of an erase sequence: every terminal knows them.
        from keyscan.columns import width_of

        blank = " " * (self._shown - width_of(text))
        sys.stderr.write(f"\r{text}{blank}" + ("" if text else "\r"))
        sys.stderr.flush()
