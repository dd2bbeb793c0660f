"""Compressed text inside an encoding: gzip or zlib in base64, as deployment tools store it.

Behind another decoder only: files that are compressed themselves are containers.
"""

from keyscan.container import corrupt
from keyscan.decoder import Clues, Decoder, Pieces, Text
from keyscan.decoders._runs import MAGICS
from keyscan.model import Gap
from keyscan.prefilter import find

_FIRST, _STEP = 1 << 10, 16 << 10  # bytes that are inflated at once: to 16 MB at most


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

    pieces, done, cut = Pieces(), 0, False
    room = 4 * len(data) + (8 << 20)  # more than the driver's share of memory: it then says so
    for start in _starts(data):
        while start >= done and pieces.size <= room:
            stream, size = zlib.decompressobj(wbits=47), pieces.size  # either header
            end = start
            try:
                # In steps: what is left behind a stream's end is copied each time.
                while end < len(data) and not stream.eof and pieces.size <= room:
                    step = data[end : end + (_STEP if end > start else _FIRST)]
                    pieces.add(stream.decompress(step), start, 0)
                    end += len(step) - len(stream.unused_data)
            except zlib.error:
                break
            finally:
                pieces.add(b"\n" if pieces.size > size else b"", start, 0)
            done, cut = end, not stream.eof
            if cut or not data.startswith(b"\x1f\x8b", done):
                break
            start = done  # gzip's members follow each other
    if not pieces.size:
        return None
    gaps = (Gap("", "archive-corrupt", corrupt("the compressed data ends too early")),)
    return pieces.text()._replace(lost=gaps if cut else ())


DECODER = Decoder("deflate", _decode, MAGICS, inner=True)
