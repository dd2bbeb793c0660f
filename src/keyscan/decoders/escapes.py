r"""Backslash escapes of string literals and JSON, however often they were escaped again.

``\u0073``, ``\u{73}``, ``\x73``, ``\163``, ``\n``, ``\"``, ``\/``, Markdown's ``\_``. Any number
of backslashes counts as one, so that JSON in JSON in JSON lines takes one step.
"""

import re

from keyscan.decoder import Clues, Decoder, Text, dense, lazy, substitute

_LITERALS = (rb"\u003", rb"\x3", rb"\06", rb"\6", b"u{3", b"U0000003")
_ONE = lazy(
    rb"\\+(?:u\{?0{0,6}([0-9A-Fa-f]{2})\}?|x\{?([0-9A-Fa-f]{2})\}?|U000000([0-9A-Fa-f]{2})"
    rb"|(0?[0-7]{2,3})|(e\[)|([nrt])|([\"'`/_\-.$]))"
)
_CODE = rb"(?:[2-7][0-9A-Fa-f]|0[09ADad])"  # what text is made of, in UTF-16 too
_RUN = lazy(
    rb"(?:\\+(?:u00" + _CODE + rb"|u\{0{0,4}(?:" + _CODE + rb"|[9ADad])\}|x" + _CODE + rb"|U000000"
    rb"" + _CODE + rb"|0?(?:0?[4-7][0-7]|1[0-7][0-7]|0?1[125]|000)|[nrt])"
    rb"(?:[A-Za-z0-9_.\-]|[\"'] ?)?){24,}"
)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def _plain(found: re.Match[bytes]) -> bytes | None:
    hexadecimal = found[1] or found[2] or found[3]
    if hexadecimal:
        return bytes((int(hexadecimal, 16),))
    if found[4]:
        code = int(found[4], 8)
        return bytes((code,)) if code < 256 else None
    if found[5]:
        return b"\x1b["
    return _CONTROLS.get(found[6], found[7])


def _decode(data: bytes, clues: Clues) -> Text | None:
    spans = clues.broken
    if clues.first >= 0:
        spans = (*spans, *dense(data, clues.first, _LITERALS, _RUN))
    return substitute(data, spans, _ONE, _plain)


DECODER = Decoder("escapes", _decode, _LITERALS)
