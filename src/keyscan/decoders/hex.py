"""Hexadecimal text, upper or lower case, on one line or wrapped as ``xxd -p`` does."""

from binascii import unhexlify
from functools import partial

from keyscan.decoder import Clues, Decoder, Pieces, Text, lazy
from keyscan.decoders._runs import SIGNED, block_pattern, blocks, readable, stripped
from keyscan.long_runs import HEX_DIGITS

_LETTER = rb"[0-9A-Fa-f]"
_LETTERS = lazy(_LETTER + b"+")
_BLOCK = block_pattern(_LETTER, signed=True)


def _decode(data: bytes, clues: Clues) -> Text | None:
    pieces = Pieces()
    for span in blocks(data, clues.runs, _BLOCK, HEX_DIGITS, SIGNED):
        letters = stripped(data, span, _LETTERS, HEX_DIGITS, SIGNED)
        for phase in range(2):
            size = (len(letters.data) - phase) // 2 * 2
            decoded = unhexlify(letters.data[phase : phase + size])
            if readable(decoded):
                pieces.add(decoded, 0, partial(_at, letters, phase))
                pieces.add(b"\n", letters.at(phase), 0)
    return pieces.text() if pieces.size else None


def _at(letters: Text, phase: int, offset: int) -> int:
    return letters.at(phase + 2 * offset)


DECODER = Decoder("hex", _decode)
