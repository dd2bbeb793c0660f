"""Compressed text inside an encoding: gzip or zlib in base64, as deployment tools store it."""

from keyscan.decoder import Clues, Decoder, Pieces, Text, lazy

# Behind another decoder only: files that are compressed themselves are containers.
_MAGIC = lazy(rb"(?:\A|(?<=\n))(?:\x1f\x8b\x08[\x00-\x1f]|x[\x01\x5e\x9c\xda])")
_LITERALS = (b"\x1f\x8b\x08", b"x\x9c", b"x\xda")


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.depth == 0 or clues.first < 0:
        return None
    import zlib  # not needed for a clean scan

    pieces, done = Pieces(), 0
    for found in _MAGIC.finditer(data):
        if found.start() < done:
            continue
        stream = zlib.decompressobj(wbits=47)  # either header
        try:
            # One byte more than the driver's share of memory: it then says so.
            plain = stream.decompress(data[found.start() :], 4 * len(data) + (8 << 20))
        except zlib.error:
            continue
        done = len(data) - len(stream.unused_data)
        pieces.add(plain, found.start(), 0)
        pieces.add(b"\n", found.start(), 0)
    return pieces.text() if pieces.size else None


DECODER = Decoder("deflate", _decode, _LITERALS, inner=True)
