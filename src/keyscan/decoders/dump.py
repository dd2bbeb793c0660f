"""Hexadecimal dumps as ``xxd``, ``hexdump -C`` and debuggers print them, and bytes in a row.

``73:6b:2d``, ``73-6b-2d``, ``<Buffer 73 6b 2d>``, ``hex(2):73,00,6b,00`` of the Windows registry.
"""

from binascii import unhexlify

from keyscan.decoder import Clues, Decoder, Pieces, Span, Text, lazy, merged
from keyscan.prefilter import find

# The prefix, or a piece of the marker where a line ends within it; and the registry's types.
_LITERALS = (
    *(b"6b 2d", b"6B 2D", b"6b2d ", b"6b:2d", b"6B:2D", b"6b-2d", b"6B-2D", b"6b,2d", b"6b,00,2d"),
    *(b"33 42", b"62 6b", b"626b 46", b"=hex:", b"hex(2):", b"hex(7):"),
)
_BYTES = rb"(?:[0-9A-Fa-f]{2}){1,8}"
_MORE = rb"(?:(?:[ \t:\-]|  ?(?=[0-9A-Fa-f]{2} )| - )" + _BYTES + rb")"
_OFFSET = rb"(?:0x)?[0-9A-Fa-f]{4,16}:?[ \t|]{1,4}"
_LINE = lazy(
    rb"(?m:^)[ \t|>#]{0,8}(?:" + _OFFSET + rb"(" + _BYTES + _MORE + rb"*)"
    rb"|(" + _BYTES + _MORE + rb"+))(?=[ \t|:]|(?m:\r?$))"
)
_PAIR = lazy(rb"[0-9A-Fa-f]{2}")
# No dump has lines of 50 bytes; the shortest key has 51.
_ROW = lazy(
    rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}"
    rb"(?:(?:[ :\-]|,[ ]?)(?:\\?\r?\n[ \t]*)?[0-9A-Fa-f]{2}){50,}(?![0-9A-Fa-f])"
)
_REACH = 1600
_VALUE = 16_000  # bytes of a long value in the registry


def _windows(data: bytes, first: int) -> list[Span]:
    spans: list[Span] = []
    for literal in _LITERALS if first >= 0 else ():
        reach = _VALUE if b"hex" in literal else len(literal)
        at = find(data, literal, first)
        while at >= 0:
            spans.append((at, min(at + reach, len(data))))
            at = find(data, literal, at + reach)
    return spans


def _decode(data: bytes, clues: Clues) -> Text | None:
    windows = _windows(data, clues.first)
    pieces = Pieces()
    for start, end in merged((*clues.broken, *windows), _REACH, len(data)):
        rows = list(_ROW.finditer(data, start, end))
        for row in rows:
            _add(pieces, data, row.span())
            pieces.add(b"\n", row.end() - 1, 0)
        if not rows:
            for line in _LINE.finditer(data, data.rfind(b"\n", 0, start) + 1, end):
                _add(pieces, data, line.span(line.lastindex or 0))
    return pieces.text() if pieces.size else None


def _add(pieces: Pieces, data: bytes, span: Span) -> None:
    for pair in _PAIR.finditer(data, *span):
        pieces.add(unhexlify(pair.group()), pair.start(), 0)


DECODER = Decoder("dump", _decode, _LITERALS)
