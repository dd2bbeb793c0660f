"""``ar`` archives: Debian packages (tars inside) and static libraries."""

from collections.abc import Iterator
from typing import BinaryIO

from keyscan.container import Container, Member, Problem
from keyscan.inflate import Corrupt, fill

MAGIC = b"!<arch>\n"


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """Every file, in order."""
    fill(file.read, len(MAGIC))
    while len(head := fill(file.read, 60)) == 60:
        size = head[48:58].strip()
        if head[58:] != b"`\n" or not size.isdigit():
            raise Corrupt("a header is broken")
        content = _Content(file, int(size))
        name = head[:16].decode("utf-8", "replace").strip().rstrip("/")
        yield Member(name or "symbols", content.read)
        while content.left:
            content.read(1 << 20)
        fill(file.read, int(size) & 1)
    if head.strip():
        raise Corrupt("the file ends too early")


class _Content:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self.left = file, size

    def read(self, size: int) -> bytes:
        if not self.left:
            return b""
        data = self._file.read(min(size, self.left))
        if not data:
            self.left = 0
            raise Corrupt("the file ends too early")
        self.left -= len(data)
        return data


CONTAINER = Container(name="ar", magics=((0, MAGIC),), members=members, streamed=True)
