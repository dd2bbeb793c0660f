"""Zip and its family: whl, jar, apk, ipa, docx, xlsx, pptx, odt, epub, zipapps.

The headers are not trusted: names and places come from the central directory, and what stands
between the places it names (all of the file, where it is cut off) is searched for members that
it does not name; sizes are those that really come out. Format: PKWARE APPNOTE 6.3.
"""

from collections.abc import Callable, Generator, Iterator
from io import BytesIO
from struct import error as struct_error
from struct import unpack, unpack_from
from typing import BinaryIO, NamedTuple

from keyscan.container import Container, Member, Problem
from keyscan.inflate import Codec, Corrupt, Inflated, Read, bzip2, deflate, zstandard
from keyscan.model import msg

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64, END64_AT = b"PK\x06\x06", b"PK\x06\x07"
STORED, LZMA = 0, 14
CODECS: dict[int, Callable[[], Codec]] = {8: deflate, 12: bzip2, 93: zstandard, 20: zstandard}
KNOWN = frozenset((0, 1, 6, 8, 9, 10, 12, 14, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99))
DIRECTORY_MAX = 64 << 20  # about 500,000 members; the limit on members is met before


Members = Generator[Member | Problem, None, int]  # returns where in the file they end


class _Entry(NamedTuple):
    offset: int
    name: str
    flags: int
    method: int
    packed: int


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """Every member that can be read, in the order of its place in the file."""
    size = file.seek(0, 2)
    named, complete = _central(file, size)
    refused = _Refused()
    at = 0
    for entry in named:
        at = yield from _unnamed(file, at, entry.offset, refused)
        start = _content_at(file, entry.offset)
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
        self._names: dict[str, list[str]] = {}

    def add(self, reason: str, name: str) -> None:
        names = self._names.setdefault(reason, [])
        names.append(name if not names else "")

    def problems(self) -> Iterator[Problem]:
        for reason, names in self._names.items():
            detail = msg("{count} members use compression {reason}: unpack it and scan the folder",
                         count=len(names), reason=reason)  # fmt: skip
            if reason == "archive-encrypted":
                detail = msg(
                    "{count} members are encrypted: unpack it and scan the folder",
                    count=len(names),
                )
                yield Problem("", reason, detail)
            elif reason == "zstd":
                from keyscan.container import unsupported

                yield unsupported(reason)
            else:
                yield Problem("", "archive-unsupported", detail)


def _entry(file: BinaryIO, entry: _Entry, start: int, refused: _Refused) -> Members:
    """One member; returns where its compressed bytes end."""
    end = start + entry.packed
    if entry.flags & 1:
        refused.add("archive-encrypted", entry.name)
        return end
    if entry.name.endswith("/") and entry.packed == 0:
        return end
    window = _Window(file, start, entry.packed if entry.method == STORED else None)
    if entry.method == STORED:
        yield Member(entry.name, window.read, lambda: max(1, window.at - start))
        return end
    stream = _inflated(entry.method, window.read)
    if isinstance(stream, str):
        refused.add(stream, entry.name)
        return end
    yield Member(entry.name, stream.read, lambda: stream.used)
    return max(end, start + stream.used) if stream.used else end


def _inflated(method: int, read: Read) -> Inflated | str:
    """The decompressed stream, or the name of what is missing for it."""
    from keyscan.inflate import Unsupported

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


def _find_local(file: BinaryIO, at: int, end: int) -> tuple[_Entry, int] | None:
    """The next local header that makes sense in a range, and where its content starts."""
    step = 1 << 10  # grows: members stand close together, what stands between them may be long
    while at < end:
        file.seek(at)
        part = file.read(min(step + 3, end - at))
        here = part.find(LOCAL)
        while here >= 0:
            entry, start = _local(file, at + here)
            if entry is not None:
                return entry, start
            here = part.find(LOCAL, here + 1)
        at += step
        step = min(step * 2, 1 << 20)
    return None


def _local(file: BinaryIO, offset: int) -> tuple[_Entry | None, int]:
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
    return _Entry(offset, name, flags, method, packed), offset + 30 + name_size + extra_size


def plausible(head: bytes) -> bool:
    """Whether a local header could be one: version, method and name length make sense."""
    if head[:4] != LOCAL or len(head) < 30:
        return False
    version, method, name_size = unpack_from("<H2xH16xH", head, 4)
    return (version & 0xFF) <= 90 and method in KNOWN and 0 < name_size <= 4096


def _content_at(file: BinaryIO, offset: int) -> int | None:
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


def _central(file: BinaryIO, size: int) -> tuple[list[_Entry], bool]:
    """The directory's entries by offset, each place once, and whether it is whole."""
    end = _end(file, size)
    if end is None or end.size > end.at:
        return [], False
    at, count, directory_size, offset, _ = end
    start = at - directory_size
    file.seek(start)
    data = file.read(min(directory_size, DIRECTORY_MAX))
    shift = start - offset  # what was put before the zip
    entries: dict[int, _Entry] = {}
    here = 0
    try:
        while data[here : here + 4] == CENTRAL:
            entry, here = _central_entry(data, here, shift)
            entries.setdefault(entry.offset, entry)
    except struct_error:
        return sorted(entries.values()), False
    return sorted(entries.values()), here == directory_size and len(entries) == count


def _central_entry(data: bytes, here: int, shift: int) -> tuple[_Entry, int]:
    flags, method, packed, real, name_size, extra_size, note_size, offset = unpack_from(
        "<8xHH8xIIHHH8xI", data, here
    )
    name_at = here + 46
    name = _text(data[name_at : name_at + name_size], flags)
    extra = data[name_at + name_size : name_at + name_size + extra_size]
    _, packed, offset = _wide(extra, [real, packed, offset])
    return (
        _Entry(max(0, offset + shift), name, flags, method, packed),
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


CONTAINER = Container(
    name="zip",
    magics=((0, LOCAL), (0, END), (0, b"PK00PK\x03\x04"), (0, b"PK\x07\x08PK\x03\x04")),
    members=members,
    fits=lambda head: plausible(head[:30]) or head[:4] != LOCAL,
)
