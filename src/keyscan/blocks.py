"""Turns a stream of any length into blobs: one, or blocks that overlap."""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import BinaryIO

from keyscan.model import Blob

BLOCK = 4 << 20  # bytes held of a stream at a time, times two: large enough to be searched at speed
OVERLAP = 64 << 10  # longer than any key in any encoding that a decoder reads


def blocks(
    read: Callable[[int], bytes],
    path: str,
    source: str = "file",
    commit: str = "",
    whole: Callable[[], BinaryIO] | None = None,
) -> Iterator[Blob]:
    """The content behind ``read`` as one blob, or as blocks of ``BLOCK`` bytes.

    ``read(n)`` gives at most n bytes, and none at the end. ``whole`` opens the content again from
    its start; it is set on blocks only, since the data of a single blob is the whole. An empty
    stream is one empty blob. Errors of ``read`` are the caller's.
    """
    data = _fill(read, BLOCK)
    offset, line, column, seen = 0, 1, 1, 0
    while len(data) >= BLOCK:
        cut = _cut(data)
        fresh = _fill(read, BLOCK - (len(data) - cut))
        if not fresh:
            break
        yield Blob(path, data, source, commit, offset, line, column, seen, False, whole)
        line, column = _advance(data, cut, line, column - marked(data, offset))
        offset += cut
        seen = len(data) - cut
        data = data[cut:] + fresh
    yield Blob(
        path, data, source, commit, offset, line, column, seen, True, whole if offset else None
    )


def marked(data: bytes, offset: int) -> bool:
    """Whether a byte order mark begins the content: no editor counts it."""
    return not offset and data.startswith(BOM_UTF8)


def _fill(read: Callable[[int], bytes], size: int) -> bytes:
    """Exactly ``size`` bytes, or fewer at the end only: pipes give what they have."""
    first = read(size)
    if len(first) == size or not first:
        return first
    parts, got = [first], len(first)
    while got < size and (part := read(size - got)):
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def _cut(data: bytes) -> int:
    """Where the next block starts: never inside a UTF-8 character, so that columns stay true."""
    cut = len(data) - OVERLAP
    for back in range(4):
        if data[cut - back] & 0xC0 != 0x80:
            return cut - back
    return cut


def _advance(data: bytes, cut: int, line: int, column: int) -> tuple[int, int]:
    """Line and column of ``data[cut]`` when ``data`` starts at the given ones."""
    last = data.rfind(b"\n", 0, cut)
    if last < 0:
        return line, column + len(data[:cut].decode("utf-8", "replace"))
    after = data[last + 1 : cut].decode("utf-8", "replace")
    return line + data.count(b"\n", 0, cut), len(after) + 1
