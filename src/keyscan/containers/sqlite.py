"""SQLite databases and their write-ahead logs: rows that run over several pages, put together.

Everything that fits on one page is visible to the raw scan, free pages included. Read page by
page without SQLite itself: a damaged file is read as far as it goes, and nothing that stands in
it is ever executed. Format: https://sqlite.org/fileformat2.html, sections 1.5, 1.6 and 4.
"""

from collections.abc import Callable, Iterator
from struct import unpack_from
from typing import BinaryIO

from keyscan.container import Container, Member, Problem, text_member

DATABASE = b"SQLite format 3\0"
LOGS = (b"7\x7f\x06\x82", b"7\x7f\x06\x83")
TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR = 13, 10, 2
PAYLOAD_MAX = 64 << 20

Pages = Callable[[int], bytes]


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """One member for each row that overflows its page, named by page and cell."""
    head = file.read(100)
    if head.startswith(DATABASE):
        size = int.from_bytes(head[16:18], "big")
        size = 65536 if size == 1 else size
        numbers: Iterator[int] = iter(range(1, file.seek(0, 2) // size + 1))
        pages, unused = _database(file, size), head[20]
    else:
        size = int.from_bytes(head[8:12], "big")
        frames = _frames(file, size)
        numbers = iter(sorted(frames))
        pages, unused = _log(file, size, frames), 0
    for number in numbers:
        yield from _rows(pages, number, size - unused)


def fits(head: bytes) -> bool:
    """Whether there is a whole header, and its page size is one that exists."""
    if len(head) < 100:
        return False
    if head.startswith(DATABASE):
        size = int.from_bytes(head[16:18], "big")
        return size == 1 or (size >= 512 and size & (size - 1) == 0)
    size = int.from_bytes(head[8:12], "big")
    return 512 <= size <= 65536 and size & (size - 1) == 0


def _database(file: BinaryIO, size: int) -> Pages:
    def page(number: int) -> bytes:
        file.seek((number - 1) * size)
        return file.read(size)

    return page


def _log(file: BinaryIO, size: int, frames: dict[int, int]) -> Pages:
    def page(number: int) -> bytes:
        if number not in frames:
            return b""
        file.seek(frames[number])
        return file.read(size)

    return page


def _frames(file: BinaryIO, size: int) -> dict[int, int]:
    """Page number → where its newest frame's content starts."""
    frames: dict[int, int] = {}
    end = file.seek(0, 2)
    for at in range(32, end - size - 23, size + 24):
        file.seek(at)
        frames[int.from_bytes(file.read(4), "big")] = at + 24
    return frames


def _rows(pages: Pages, number: int, usable: int) -> Iterator[Member]:
    page = pages(number)
    start = 100 if number == 1 else 0
    if len(page) < start + 12 or page[start] not in (TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR):
        return
    kind = page[start]
    count = min(unpack_from(">H", page, start + 3)[0], usable // 6)
    pointers = start + (12 if kind == INDEX_INTERIOR else 8)
    for cell in range(min(count, (len(page) - pointers) // 2)):
        at = unpack_from(">H", page, pointers + 2 * cell)[0]
        row = _overflowing(pages, page, at, kind, usable)
        if row:
            yield text_member(f"page-{number}-row-{cell + 1}", row)


def _overflowing(pages: Pages, page: bytes, at: int, kind: int, usable: int) -> bytes:
    """The whole payload of a cell that goes on in other pages, or nothing."""
    if kind == INDEX_INTERIOR:
        at += 4
    size, at = _varint(page, at)
    if kind == TABLE_LEAF:
        _, at = _varint(page, at)
        here_max = usable - 35
    else:
        here_max = (usable - 12) * 64 // 255 - 23
    if size <= here_max or size > PAYLOAD_MAX:
        return b""
    least = (usable - 12) * 32 // 255 - 23
    here = least + (size - least) % (usable - 4)
    here = here if here <= here_max else least
    parts = [page[at : at + here]]
    following = int.from_bytes(page[at + here : at + here + 4], "big")
    left = size - here
    while left > 0 and following:
        more = pages(following)
        if len(more) < 5:
            break
        parts.append(more[4 : min(usable, 4 + left)])
        left -= usable - 4
        following = int.from_bytes(more[:4], "big")
    return b"".join(parts)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        if at >= len(page):
            return 0, at
        byte = page[at]
        at += 1
        if count == 8:
            return (value << 8) | byte, at
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            break
    return value, at


CONTAINER = Container(
    name="sqlite",
    magics=((0, DATABASE), *((0, magic) for magic in LOGS)),
    members=members,
    fits=fits,
    derived=True,
)
