"""Encoded words of mail headers (RFC 2047), each encoded on its own: ``=?utf-8?b?…?=`` folded."""

import re
from binascii import Error, a2b_base64, a2b_qp

from keyscan.decoder import Clues, Decoder, Part, Text, lazy, substitute

_LITERALS = (b"?B?", b"?b?", b"?Q?", b"?q?")
_WORD = lazy(
    rb"=\?[A-Za-z0-9_\-]{2,30}(?:\*[A-Za-z\-]{2,12})?\?([bBqQ])\?([!->@-~]{0,200})\?="
    rb"(?:(?:\r?\n)?[ \t]+(?==\?))?"
)
_LETTER = lazy(rb"=[0-9A-Fa-f]{2}|.")


def _plain(found: re.Match[bytes]) -> list[Part] | None:
    start, word = found.start(2), found[2]
    if found[1] in b"qQ":
        letters = _LETTER.finditer(word)
        return [(a2b_qp(one[0], header=True), start + one.start()) for one in letters]
    try:
        plain = a2b_base64(word)
    except Error:
        return None
    return [(plain[at : at + 3], start + at // 3 * 4) for at in range(0, len(plain), 3)]


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.first < 0:
        return None
    return substitute(data, [(max(0, clues.first - 48), len(data))], _WORD, _plain)


DECODER = Decoder("encoded-word", _decode, _LITERALS)
