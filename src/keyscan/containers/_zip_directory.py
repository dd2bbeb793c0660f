"""What a zip says of its members: local headers, the central directory, the end record."""

from struct import error as struct_error
from struct import unpack, unpack_from
from typing import BinaryIO, NamedTuple

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64, END64_AT = b"PK\x06\x06", b"PK\x06\x07"
KNOWN = frozenset((0, 1, 6, 8, 9, 10, 12, 14, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99))
DIRECTORY_MAX = 64 << 20  # about 500,000 members; the limit on members is met before


class Entry(NamedTuple):
    offset: int
    name: str
    flags: int
    method: int
    packed: int


def local_entry(file: BinaryIO, offset: int) -> tuple[Entry | None, int]:
    file.seek(offset)
    head = file.read(30)
    if len(head) < 30 or not plausible(head):
        return None, 0
    flags, method, packed, name_size, extra_size = unpack("<6xHH8xI4xHH", head)
    name = _text(file.read(name_size), flags)
    if not name or not name.isprintable():
        return None, 0
    if packed == 0xFFFFFFFF:
        packed = _wide(file.read(extra_size), [packed, packed])[1]
    return Entry(offset, name, flags, method, packed), offset + 30 + name_size + extra_size


def plausible(head: bytes) -> bool:
    """Whether a local header could be one: version, method and name length make sense."""
    if head[:4] != LOCAL or len(head) < 30:
        return False
    version, method, name_size = unpack_from("<H2xH16xH", head, 4)
    return (version & 0xFF) <= 90 and method in KNOWN and 0 < name_size <= 4096


def content_at(file: BinaryIO, offset: int) -> int | None:
    """Where a member's content starts, by its local header."""
    file.seek(offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != LOCAL:
        return None
    name_size, extra_size = unpack_from("<HH", head, 26)
    return offset + 30 + int(name_size) + int(extra_size)


def _text(name: bytes, flags: int) -> str:
    return name.decode("utf-8" if flags & 0x800 else "cp437", "replace")


def ends_in_zip(file: BinaryIO) -> bool:
    """Whether a file ends exactly where a zip with at least one member does."""
    size = file.seek(0, 2)
    end = _end(file, size)
    if end is None or not end.exact:
        return False
    at, count, directory_size, _, _ = end
    if not count or directory_size > at:
        return False
    file.seek(at - directory_size)
    return file.read(4) == CENTRAL


class _End(NamedTuple):
    """Where the directory ends, and what the record there says; ``exact``: nothing follows."""

    at: int
    members: int
    size: int
    offset: int
    exact: bool


def _end(file: BinaryIO, size: int) -> _End | None:
    start = max(0, size - 22 - 0xFFFF)
    file.seek(start)
    tail = file.read(22 + 0xFFFF)
    at = tail.rfind(END)
    while at >= 0 and len(tail) - at < 22:
        at = tail.rfind(END, 0, at)
    if at < 0:
        return None
    count, directory_size, offset, note_size = unpack_from("<HIIH", tail, at + 10)
    exact = at + 22 + note_size == len(tail)
    wide = start + at - 20 - 56
    if wide >= 0 and tail[max(0, at - 20) : at][:4] == END64_AT:
        file.seek(wide)
        record = file.read(56)
        if record[:4] == END64:
            count, directory_size, offset = unpack_from("<QQQ", record, 32)
            return _End(wide, count, directory_size, offset, exact)
    return _End(start + at, count, directory_size, offset, exact)


def central_entries(file: BinaryIO, size: int) -> tuple[list[Entry], bool]:
    """The directory's entries by offset, each place once, and whether it is whole."""
    end = _end(file, size)
    if end is None or end.size > end.at:
        return [], False
    at, count, directory_size, offset, _ = end
    start = at - directory_size
    file.seek(start)
    data = file.read(min(directory_size, DIRECTORY_MAX))
    shift = start - offset  # what was put before the zip
    entries: dict[int, Entry] = {}
    here = 0
    try:
        while data[here : here + 4] == CENTRAL:
            entry, here = _central_entry(data, here, shift)
            entries.setdefault(entry.offset, entry)
    except struct_error:
        return sorted(entries.values()), False
    return sorted(entries.values()), here == directory_size and len(entries) == count


def _central_entry(data: bytes, here: int, shift: int) -> tuple[Entry, int]:
    flags, method, packed, real, name_size, extra_size, note_size, offset = unpack_from(
        "<8xHH8xIIHHH8xI", data, here
    )
    name_at = here + 46
    name = _text(data[name_at : name_at + name_size], flags)
    extra = data[name_at + name_size : name_at + name_size + extra_size]
    _, packed, offset = _wide(extra, [real, packed, offset])
    return (
        Entry(max(0, offset + shift), name, flags, method, packed),
        name_at + name_size + extra_size + note_size,
    )


def _wide(extra: bytes, values: list[int]) -> list[int]:
    """The 64-bit values of the zip64 field, for those that are all ones."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        at += 4 + size
        if kind != 1:
            continue
        for index, value in enumerate(values):
            if value == 0xFFFFFFFF and len(field) >= 8:
                values[index] = unpack_from("<Q", field)[0]
                field = field[8:]
        break
    return values
