"""Compressed text inside an encoding: gzip or zlib in base64, as deployment tools store it.

Behind another decoder only: files that are compressed themselves are containers.
"""

from keyscan.decoder import Clues, Decoder, Pieces, Text
from keyscan.decoders._runs import MAGICS
from keyscan.prefilter import find


def _starts(data: bytes) -> list[int]:
    """Where a stream may begin: at the start of a decoded piece, literal by literal."""
    starts = [0] if data.startswith(MAGICS) else []
    for magic in MAGICS:
        at = find(data, b"\n" + magic, 0)
        while at >= 0:
            starts.append(at + 1)
            at = find(data, b"\n" + magic, at + 1)
    return sorted(one for one in starts if data[one] == 0x78 or data[one + 3 : one + 4] < b" ")


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.depth == 0 or clues.first < 0:
        return None
    import zlib  # not needed for a clean scan

    pieces, done = Pieces(), 0
    for start in _starts(data):
        if start < done:
            continue
        stream = zlib.decompressobj(wbits=47)  # either header
        try:
            # One byte more than the driver's share of memory: it then says so.
            plain = stream.decompress(data[start:], 4 * len(data) + (8 << 20))
        except zlib.error:
            continue
        done = len(data) - len(stream.unused_data)
        pieces.add(plain, start, 0)
        pieces.add(b"\n", start, 0)
    return pieces.text() if pieces.size else None


DECODER = Decoder("deflate", _decode, MAGICS, inner=True)
