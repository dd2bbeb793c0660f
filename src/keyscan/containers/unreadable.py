"""Compressed kinds that nothing here can read: gaps, so that nobody takes them as clean."""

from collections.abc import Iterator
from typing import BinaryIO

from keyscan.container import Container, Problem, unsupported

KINDS: dict[bytes, str] = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"MSCF\0\0\0\0": "Cabinet",
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x1f\x9d\x90": "compress (.Z)",
    b"LZIP\x01": "lzip",
    b"\xed\xab\xee\xdb": "RPM",
}


def members(file: BinaryIO) -> Iterator[Problem]:
    """No member, one problem."""
    head = file.read(8)
    for magic, name in KINDS.items():
        if head.startswith(magic):
            yield unsupported(name)


CONTAINER = Container(
    name="unreadable",
    magics=tuple((0, magic) for magic in KINDS),
    members=members,
    derived=True,
)
