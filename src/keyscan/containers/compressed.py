"""Single compressed streams: gzip, bzip2, xz, zstd, zlib."""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from keyscan.container import Container, Member, Problem
from keyscan.container import unsupported as missing
from keyscan.inflate import MAGICS, Corrupt, Inflated, Unsupported, codec_of


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """The one thing inside."""
    head = file.read(8)
    make = codec_of(head)
    if make is None:
        raise Corrupt("no compressed stream")
    tape = BytesIO(head)
    try:
        stream = Inflated(lambda n: tape.read(n) or file.read(n), make, many=True)
    except Unsupported as error:
        yield missing(str(error))
        return
    yield Member("", stream.read, lambda: stream.used, bare=True)


def fits(head: bytes) -> bool:
    """Beyond the magic: flags and header fields that make sense, for zlib a trial."""
    if head[:1] == b"\x1f":
        return len(head) > 10 and head[3] < 0x20
    if head[:3] == b"BZh":
        marks = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")
        return head[3:4] in b"123456789" and head[4:10] in marks
    if head[:1] == b"x":
        return _inflates(head)
    return True


def _inflates(head: bytes) -> bool:
    make = codec_of(head)
    try:
        return make is not None and bool(Inflated(BytesIO(head).read, make).read(64))
    except Corrupt:
        return False


CONTAINER = Container(
    name="compressed",
    magics=tuple((0, magic) for magic in MAGICS),
    members=members,
    fits=fits,
    streamed=True,
)
