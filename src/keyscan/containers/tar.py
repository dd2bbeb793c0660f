"""Tar in all its dialects (ustar, pax, GNU, sparse): also Docker image layers."""

from collections.abc import Iterator
from typing import BinaryIO

from keyscan.container import Container, Member, Problem, text_member
from keyscan.inflate import Corrupt, Read, fill

SIZE = 512
NAME_MAX = 1 << 20  # a long name or a set of pax headers; more is not a name
FILES = b"0\x007S"
NAMES, HEADERS = b"LK", b"xgX"


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """Every file with content; links, devices and folders have none."""
    name, size = "", -1
    while len(head := fill(file.read, SIZE)) == SIZE:
        if not head.strip(b"\0"):
            continue
        if not fits(head):
            yield Member("rest", _Rest(head, file.read).read)
            raise Corrupt("a header is broken")
        kind, stated = head[156:157], _number(head[124:136])
        if kind in NAMES or kind in HEADERS:
            body = _Content(file.read, stated)
            text = fill(body.read, NAME_MAX)
            body.skip()
            if kind in NAMES:
                name = text.rstrip(b"\0").decode("utf-8", "replace") if kind == b"L" else name
            else:
                fields = _fields(text)
                name = fields.get(b"path", b"").decode("utf-8", "replace") or name
                size = _decimal(fields.get(b"size", b""))
                yield text_member("pax-headers", text)
            continue
        if kind == b"S":
            _skip_sparse_map(file.read, head)
        if kind in FILES or kind not in b"123456":
            content = _Content(file.read, size if size >= 0 else stated)
            yield Member(name or _name(head), content.read)
            content.skip()
        name, size = "", -1
    if head:
        raise Corrupt("the file ends too early")


_ASCII = bytes(range(128))


def fits(head: bytes) -> bool:
    """Whether the checksum is right, in either reading of signed bytes."""
    if len(head) < SIZE:
        return False
    stated = _number(head[148:156])
    block = head[:148] + b" " * 8 + head[156:SIZE]
    total = sum(block)
    return stated == total or stated == total - 256 * len(block.translate(None, _ASCII))


class _Content:
    """The next ``size`` bytes of the stream, padded to whole records."""

    def __init__(self, read: Read, size: int) -> None:
        if size < 0 or size > 1 << 62:
            raise Corrupt("a size makes no sense")
        self._read, self._left, self._pad = read, size, -size % SIZE

    def read(self, size: int) -> bytes:
        if not self._left or size <= 0:
            return b""
        data = self._read(min(size, self._left))
        if not data:
            self._left = self._pad = 0
            raise Corrupt("the file ends too early")
        self._left -= len(data)
        return data

    def skip(self) -> None:
        """Reads past what nobody wanted, and past the padding."""
        while self._left:
            self.read(1 << 20)
        fill(self._read, self._pad)
        self._pad = 0


class _Rest:
    """What follows a broken header, to be scanned as it is."""

    def __init__(self, head: bytes, read: Read) -> None:
        self._head, self._read = head, read

    def read(self, size: int) -> bytes:
        data, self._head = self._head[:size], self._head[size:]
        return data or self._read(size)


def _number(field: bytes) -> int:
    """Octal, or GNU's base 256; -1 for neither."""
    if field[0] & 0x80:
        return int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
    text = field.strip(b" \0")
    try:
        return int(text, 8) if text else 0
    except ValueError:
        return -1


def _decimal(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 20 else -1


def _name(head: bytes) -> str:
    name = head[:100].split(b"\0", 1)[0]
    prefix = head[345:500].split(b"\0", 1)[0] if head[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "replace")


def _fields(text: bytes) -> dict[bytes, bytes]:
    """The ``length key=value`` lines of a pax header."""
    fields = {}
    while text:
        length, _, _ = text.partition(b" ")
        size = _decimal(length)
        if size <= len(length):
            break
        key, _, value = text[len(length) + 1 : size].rstrip(b"\n").partition(b"=")
        fields[key] = value
        text = text[size:]
    return fields


def _skip_sparse_map(read: Read, head: bytes) -> None:
    """Old GNU sparse files: the map goes on in records of its own before the content."""
    more = head[482]
    while more:
        record = fill(read, SIZE)
        if len(record) < SIZE:
            raise Corrupt("the file ends too early")
        more = record[504]


CONTAINER = Container(
    name="tar", magics=((257, b"ustar"),), members=members, fits=fits, streamed=True
)
