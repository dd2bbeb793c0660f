"""Keys written as lists of character codes: ``[115, 107, 45, …]``, ``{0x73, 0x6b, 0x2d, …}``."""

import re

from keyscan.decoder import Clues, Decoder, Text, dense, lazy, substitute

_LITERALS = (b"115,", b"0x73,")
_ONE = lazy(
    rb"(?:\([ \t]*(?:byte|char|u8)[ \t]*\)[ \t]*)?(?:0[xX]([2-7][0-9A-Fa-f])"
    rb"|(1[01][0-9]|12[0-6]|[3-9][0-9]))"
    rb"(?:u8)?(?:[ \t]*,[ \t]*\s*|(?=\s*(?:[\]})]|\Z)))"
)
_RUN = lazy(
    rb"(?:(?:\([ \t]*(?:byte|char|u8)[ \t]*\)[ \t]*)?(?:0[xX][2-7][0-9A-Fa-f]"
    rb"|(?:1[01][0-9]|12[0-6]|[3-9][0-9]))(?:u8)?[ \t]*,\s*){30,}(?:0[xX][0-9A-Fa-f]{2}|\d{2,3})?"
)


def _code(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16) if found[1] else int(found[2]),))


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.first < 0:
        return None
    spans = [(start, end + 1) for start, end in dense(data, clues.first, _LITERALS, _RUN)]
    return substitute(data, spans, _ONE, _code)


DECODER = Decoder("numbers", _decode, _LITERALS)
