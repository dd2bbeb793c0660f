"""Progress: one line on a terminal after a second, and no trace of it at the end."""

import io
import sys

import pytest

from keyscan.commands import _progress
from keyscan.commands._progress import counted, progress
from keyscan.model import Blob, msg


class Terminal(io.StringIO):
    """Says that somebody looks."""

    def isatty(self) -> bool:
        return True


def test_it_is_shown_counts_on_and_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(_progress, "_PAUSE", 0.0)
    monkeypatch.setenv("KEYSCAN_LANG", "en")
    monkeypatch.setenv("TERM", "xterm")
    with progress(msg("scanning")) as tick:
        tick(1, 500)
        tick(2, 1_500)
    shown = stream.getvalue().split("\r")
    assert shown[1] == "scanning: 1 file, 500 B"
    assert shown[2] == "scanning: 3 files, 2.0 kB"
    assert shown[-2:] == [" " * len(shown[2]), ""]


def test_nothing_is_written_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress() as tick:
        tick(1, 1)
    assert stream.getvalue() == ""


def test_nothing_is_written_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_progress, "_PATIENCE", 0.0)
    with progress() as tick:
        tick(1, 1)
    assert stream.getvalue() == ""


def test_the_line_goes_away_when_the_scan_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_progress, "_PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
    assert stream.getvalue().endswith(" \r")


def _interrupted() -> None:
    with progress() as tick:
        tick(1, 1)
        raise KeyboardInterrupt


def test_later_blocks_of_a_file_add_bytes_not_files() -> None:
    ticks: list[tuple[int, int]] = []
    blobs = [Blob("a", b"x" * 10, final=False), Blob("a", b"x" * 10, offset=6, seen=4)]
    assert list(counted(blobs, lambda *one: ticks.append(one))) == blobs
    assert ticks == [(1, 10), (0, 6)]
