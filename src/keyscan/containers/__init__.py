"""What holds further content: archives, documents, databases; one file for each kind.

A blob that is no container costs a look at a few of its bytes. The files beside this one, and
``unpack`` that walks through them, are first imported when a blob looks like a container.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from keyscan.model import Blob, Gap
from keyscan.prefilter import find

if TYPE_CHECKING:
    from keyscan.container import Limits

# The first two bytes of every kind, and what else must stand in the first block, so that a scan
# without containers imports none of them. A test compares this with what the files declare.
LEADS: dict[bytes, tuple[bytes, ...]] = {
    b"PK": (),
    b"\x1f\x8b": (),
    b"BZ": (),
    b"\xfd7": (),
    b"\x28\xb5": (),
    b"x\x01": (),
    b"x\x9c": (),
    b"x\xda": (),
    b"SQ": (),
    b"7\x7f": (),
    b"%P": (),
    b"!<": (),
    b"7z": (),
    b"Ra": (),
    b"MS": (),
    b"\x04\x22": (),
    b"\x1f\x9d": (),
    b"LZ": (),
    b"\xed\xab": (),
    b"# ": (b" git bundle\n",),  # also a heading, and the first comment of a program
    b"PA": (b"PACK\0\0\0",),
    b"\x89P": (b"iTXt", b"zTXt"),
    b"<?": (b"openxmlformats.org", b"opendocument"),
    b'{"': (b'"nbformat"',),
    b"{\n": (b'"nbformat"',),
    b"{\r": (b'"nbformat"',),
    b"{ ": (b'"nbformat"',),
}
TAR = b"ustar"  # at 257: the one magic that stands elsewhere
ZIP_END = b"PK\x05\x06"  # 22 bytes before the end of a zip, whatever stands before it
ZIP_TAIL = 22 + 0xFFFF  # with the longest comment
PROGRAMS = frozenset((b"MZ", b"\x7fE", b"#!", b"\xcf\xfa", b"\xca\xfe"))  # may carry a zip

FIRST = PROGRAMS.union(LEADS)


def expand(blobs: Iterable[Blob | Gap], limits: "Limits | None" = None) -> Iterator[Blob | Gap]:
    """Every blob as it is, then what it holds, level by level. Gaps pass through."""
    opened = ""  # a large file is opened at its first block, or at its last: not at both
    for blob in blobs:
        yield blob
        if isinstance(blob, Gap):
            continue
        data = blob.data  # the next line is all that nearly every blob costs
        looks = data[:2] in FIRST or data[257:262] == TAR or data[-22:-18] == ZIP_END
        if not looks and not blob.offset:
            continue
        if suspect(blob) and (blob.offset == 0 or blob.path != opened):
            opened = blob.path
            from keyscan.unpack import unpack  # late: a clean scan loads none of it

            yield from unpack(blob, limits)


def inflate(data: bytes) -> bytes | None:
    """What a gzip, zlib, bzip2, xz or zstd stream holds (16 MiB at most), or None."""
    from keyscan.inflate import inflate as read  # late: for decoders that met a stream

    return read(data) if data[:2] in LEADS else None


def suspect(blob: Blob) -> bool:
    """Whether a few bytes look like a container: false for nearly every blob."""
    data = blob.data
    if blob.offset:
        return blob.final and find(data[-ZIP_TAIL:], ZIP_END, 0) >= 0
    lead = data[:2]
    if lead in LEADS:
        markers = LEADS[lead]
        return not markers or any(find(data, marker, 0) >= 0 for marker in markers)
    if data[257:262] == TAR or data[-22:-18] == ZIP_END:
        return True
    return lead in PROGRAMS and find(data[-ZIP_TAIL:], ZIP_END, 0) >= 0
