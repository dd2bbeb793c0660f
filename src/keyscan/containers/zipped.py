"""Zip and its family: whl, jar, apk, ipa, docx, xlsx, pptx, odt, epub, zipapps.

The headers are not trusted: names and places come from the central directory, and what stands
between the places it names (all of the file, where it is cut off) is searched for members that
it does not name; sizes are those that really come out. Format: PKWARE APPNOTE 6.3.
"""

from collections.abc import Callable, Generator, Iterator
from io import BytesIO
from struct import unpack_from
from typing import BinaryIO

from keyscan.container import Container, Member, Problem, unsupported
from keyscan.containers._zip_directory import (
    END,
    LOCAL,
    Entry,
    central_entries,
    content_at,
    local_entry,
    plausible,
)
from keyscan.inflate import (
    Codec,
    Corrupt,
    Inflated,
    Read,
    Unsupported,
    bzip2,
    deflate,
    zstandard,
)
from keyscan.model import msg, plural

STORED, LZMA = 0, 14
CODECS: dict[int, Callable[[], Codec]] = {8: deflate, 12: bzip2, 93: zstandard, 20: zstandard}


Members = Generator[Member | Problem, None, int]  # returns where in the file they end


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """Every member that can be read, in the order of its place in the file."""
    size = file.seek(0, 2)
    named, complete = central_entries(file, size)
    refused = _Refused()
    at = 0
    for entry in named:
        at = yield from _unnamed(file, at, entry.offset, refused)
        start = content_at(file, entry.offset)
        if start is None:
            yield Problem(
                entry.name, "archive-corrupt", msg("its header is not where it should be")
            )
            continue
        at = yield from _entry(file, entry, start, refused)
    at = yield from _unnamed(file, at, size, refused)
    if not complete:
        yield Problem(
            "", "archive-corrupt", msg("cut off or damaged: what could be read was scanned")
        )
    yield from refused.problems()


class _Refused:
    """Counts what cannot be read: one gap for each reason, not one for each member."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, reason: str) -> None:
        """``archive-encrypted``, or the name of a compression."""
        self._counts[reason] = self._counts.get(reason, 0) + 1

    def problems(self) -> Iterator[Problem]:
        """One for each reason."""
        for reason, count in self._counts.items():
            if reason == "archive-encrypted":
                detail = plural(
                    count,
                    "1 member is encrypted: unpack it and scan the folder",
                    "{count} members are encrypted: unpack it and scan the folder",
                )
                yield Problem("", reason, detail)
            elif reason == "zstd":
                yield unsupported(reason)
            else:
                detail = plural(
                    count,
                    "1 member uses compression {method}: unpack it and scan the folder",
                    "{count} members use compression {method}: unpack it and scan the folder",
                    method=reason,
                )
                yield Problem("", "archive-unsupported", detail)


def _entry(file: BinaryIO, entry: Entry, start: int, refused: _Refused) -> Members:
    """One member; returns where its compressed bytes end."""
    end = start + entry.packed
    if entry.flags & 1:
        refused.add("archive-encrypted")
        return end
    if entry.name.endswith("/") and entry.packed == 0:
        return end
    window = _Window(file, start, entry.packed if entry.method == STORED else None)
    if entry.method == STORED:
        yield Member(entry.name, window.read, lambda: max(1, window.at - start))
        return end
    stream = _inflated(entry.method, window.read)
    if isinstance(stream, str):
        refused.add(stream)
        return end
    yield Member(entry.name, stream.read, lambda: stream.used)
    return max(end, start + stream.used) if stream.ended else end


def _inflated(method: int, read: Read) -> Inflated | str:
    """The decompressed stream, or the name of what is missing for it."""
    if method == LZMA:
        return _lzma(read)
    make = CODECS.get(method)
    if make is None:
        return {9: "Deflate64", 98: "PPMd", 95: "xz", 1: "Shrink", 6: "Implode"}.get(
            method, str(method)
        )
    try:
        return Inflated(read, make)
    except Unsupported as missing:
        return str(missing)


def _lzma(read: Read) -> Inflated | str:
    """Zip's own lzma header turned into that of a bare lzma stream of unknown size."""
    import lzma

    head = read(9)
    if len(head) < 9 or unpack_from("<H", head, 2)[0] != 5:
        return "LZMA"
    tape = BytesIO(head[4:9] + b"\xff" * 8)

    def make() -> Codec:
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=192 << 20)

    return Inflated(lambda n: tape.read(n) or read(n), make)


class _Window:
    """Reads the file from a place on, wherever others left the file's position."""

    def __init__(self, file: BinaryIO, start: int, size: int | None) -> None:
        self._file, self.at = file, start
        self._end = None if size is None else start + size

    def read(self, size: int) -> bytes:
        if self._end is not None:
            size = min(size, self._end - self.at)
        self._file.seek(self.at)
        data = self._file.read(size)
        self.at += len(data)
        if not data and self._end is not None and self.at < self._end:
            raise Corrupt("the file ends too early")
        return data


def _unnamed(file: BinaryIO, at: int, end: int, refused: _Refused) -> Members:
    """Members between two named ones that the directory does not name; returns ``end``."""
    while end - at >= 30:
        found = _find_local(file, at, end)
        if found is None:
            break
        entry, start = found
        known = entry.packed or entry.method != STORED
        after = (yield from _entry(file, entry, start, refused)) if known else start
        at = max(after, found[0].offset + 4)
    return max(at, end)


def _find_local(file: BinaryIO, at: int, end: int) -> tuple[Entry, int] | None:
    """The next local header that makes sense in a range, and where its content starts."""
    step = 1 << 10  # grows: members stand close together, what stands between them may be long
    while at < end:
        file.seek(at)
        part = file.read(min(step + 3, end - at))
        here = part.find(LOCAL)
        while here >= 0:
            entry, start = local_entry(file, at + here)
            if entry is not None:
                return entry, start
            here = part.find(LOCAL, here + 1)
        at += step
        step = min(step * 2, 1 << 20)
    return None


CONTAINER = Container(
    name="zip",
    magics=((0, LOCAL), (0, END), (0, b"PK00PK\x03\x04"), (0, b"PK\x07\x08PK\x03\x04")),
    members=members,
    fits=lambda head: plausible(head[:30]) or head[:4] != LOCAL,
)
