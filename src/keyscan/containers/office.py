"""The XML of office documents: text runs joined, since an editor splits words over them.

No XML parser: tags are taken out, so nothing in a document is ever expanded or looked up. Every
paragraph (``w:p``, ``a:p``, ``text:p``, a shared string ``si``) becomes a line.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO

from keyscan.container import Container, Member, Problem

PIECE = 1 << 20
_LINE_END = re.compile(rb"</(?:\w+:)?(?:p|h|si|is|c|v|f|t_row|row|comment)>|<(?:\w+:)?(?:br|cr)/>")
_TAG = re.compile(rb"<[^<>]*>")


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """The document's text."""
    yield Member("text", _Text(file).read)


class _Text:
    """Takes the tags out as it reads, piece by piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._rest, self._ready, self._ended = file, b"", b"", False

    def read(self, size: int) -> bytes:
        while not self._ready and not self._ended:
            data = self._file.read(PIECE)
            self._ended = not data
            data = self._rest + data
            cut = len(data) if self._ended else _safe_cut(data)
            self._rest = data[cut:]
            text = _TAG.sub(b"", _LINE_END.sub(b"\n", data[:cut]))
            if b"&" in text:
                text = unescape(text.decode("utf-8", "replace")).encode("utf-8", "replace")
            self._ready = text
        part, self._ready = self._ready[:size], self._ready[size:]
        return part


def _safe_cut(data: bytes) -> int:
    """Where no tag, entity or character is cut: before the last tag, if it is near."""
    cut = data.rfind(b"<")
    return cut if cut > 0 and len(data) < 4 * PIECE else len(data)


CONTAINER = Container(
    name="office",
    magics=((0, b"<?"),),
    markers=(b"openxmlformats.org", b"opendocument"),
    members=members,
    derived=True,
)
