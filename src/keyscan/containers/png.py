"""PNG: compressed text chunks, where image generators keep the settings they were called with.

Text chunks that are not compressed are read as they stand. Format: PNG specification, third
edition, sections 5.3 and 11.3.3.
"""

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import BinaryIO

from keyscan.container import Container, Member
from keyscan.inflate import Inflated, gzip_or_zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXT_MAX = 64 << 20  # of one chunk, compressed


def members(file: BinaryIO) -> Iterator[Member]:
    """The text of each compressed chunk, by its keyword."""
    file.seek(len(_SIGNATURE))
    while True:
        head = file.read(8)
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or kind == b"IEND":
            return
        if kind not in (b"zTXt", b"iTXt") or size > _TEXT_MAX:
            file.seek(size + 4, 1)  # with its checksum
            continue
        packed = _packed(kind, file.read(size))
        file.seek(4, 1)
        if packed:
            stream = Inflated(BytesIO(packed).read, gzip_or_zlib)
            yield Member(kind.decode(), stream.read, partial(len, packed))


def _packed(kind: bytes, chunk: bytes) -> bytes:
    """The compressed part of a text chunk, empty if it has none."""
    _, _, rest = chunk.partition(b"\0")  # behind the keyword
    if kind == b"zTXt":
        return rest[1:]
    if rest[:1] != b"\1":
        return b""
    return rest[2:].partition(b"\0")[2].partition(b"\0")[2]  # behind language and translation


CONTAINER = Container(
    name="png", magics=((0, _SIGNATURE),), members=members, markers=(b"iTXt", b"zTXt")
)
