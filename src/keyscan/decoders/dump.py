"""Hexadecimal dumps as ``xxd``, ``hexdump -C`` and debuggers print them, and ``73:6b:2d``."""

import re
from binascii import unhexlify

from keyscan.decoder import Clues, Decoder, Pieces, Text, lazy, merged

_LITERALS = (b"6b 2d", b"6B 2D", b"6b2d ", b"6b:2d")
_BYTES = rb"(?:[0-9A-Fa-f]{2}){1,8}"
_MORE = rb"(?:(?:[ \t:\-]|  ?(?=[0-9A-Fa-f]{2} )| - )" + _BYTES + rb")"
_OFFSET = rb"(?:0x)?[0-9A-Fa-f]{4,16}:?[ \t|]{1,4}"
_LINE = lazy(
    rb"^[ \t|>#]{0,8}(?:" + _OFFSET + rb"(" + _BYTES + _MORE + rb"*)|(" + _BYTES + _MORE + rb"+))"
    rb"(?=[ \t|:]|\r?$)",
    re.M,
)
_PAIR = lazy(rb"[0-9A-Fa-f]{2}")
_REACH = 1600


def _decode(data: bytes, clues: Clues) -> Text | None:
    windows = list(clues.broken)
    if clues.first >= 0:
        hits = (m.span() for m in re.finditer(rb"6[bB][ :]2[dD]|6b2d ", data[clues.first :]))
        near = ((clues.first + start, clues.first + end) for start, end in hits)
        windows = merged((*windows, *near), _REACH, len(data))
    pieces = Pieces()
    for start, end in windows:
        for line in _LINE.finditer(data, data.rfind(b"\n", 0, start) + 1, end):
            for pair in _PAIR.finditer(data, *line.span(line.lastindex or 0)):
                pieces.add(unhexlify(pair.group()), pair.start(), 0)
    return pieces.text() if pieces.size else None


DECODER = Decoder("dump", _decode, _LITERALS)
