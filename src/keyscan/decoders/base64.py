"""Base64 at any alignment, standard and URL alphabets, on one line or wrapped."""

from binascii import a2b_base64
from functools import partial

from keyscan.decoder import Clues, Decoder, Pieces, Text, lazy, merged
from keyscan.decoders._runs import (
    block_pattern,
    blocks,
    narrow,
    narrow_pattern,
    readable,
    stripped,
)
from keyscan.prefilter import LONG

_LETTER = rb"[A-Za-z0-9+/_\-]"
_LETTERS = lazy(_LETTER + b"+")
_BLOCK = block_pattern(_LETTER)
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
# The halves of the marker at the three alignments: lines may be too short for a long run.
_LITERALS = (b"VDNCb", b"GJrRk", b"QzQmx", b"ia0ZK", b"UM0Js", b"YmtGS")
_NARROW = narrow_pattern(_LETTER)
_STANDARD = bytes.maketrans(b"-_", b"+/")


def _decode(data: bytes, clues: Clues) -> Text | None:
    pieces = Pieces()
    wide = list(blocks(data, clues.runs, _BLOCK, _ALPHABET))
    short = narrow(data, clues.first, _LITERALS, _NARROW)
    short.extend(span for span in clues.runs if span[1] - span[0] < LONG)
    for span in merged((*wide, *short), 0):
        letters = stripped(data, span, _LETTERS, _ALPHABET)
        if not letters.data.translate(None, b"0123456789abcdefABCDEF"):
            continue  # hex: as base64 it is noise
        plain = letters.data.translate(_STANDARD)
        # What stands before a run without a break (``\n``, ``%20``, ``key_``) shifts it.
        for phase in range(4):
            decoded = _decoded(plain[phase:])
            if not readable(decoded):
                continue
            pieces.add(decoded, 0, partial(_at, letters, phase))
            pieces.add(b"\n", letters.at(phase), 0)
    return pieces.text() if pieces.size else None


def _decoded(plain: bytes) -> bytes:
    rest = len(plain) % 4
    if rest == 1:
        plain, rest = plain[:-1], 0
    return a2b_base64(plain + b"=" * (-rest % 4))


def _at(letters: Text, phase: int, offset: int) -> int:
    return letters.at(phase + offset * 4 // 3)


DECODER = Decoder("base64", _decode, _LITERALS)
