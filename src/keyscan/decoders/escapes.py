r"""Backslash escapes of string literals and JSON, however often they were escaped again.

``\u0073``, ``\u{73}``, ``\x73``, ``\x{73}``, ``\163``, ``\0163``, ``\n``, ``\"``, ``\/``,
Markdown's ``\_``, ``\000073`` of CSS, ``\N{HYPHEN-MINUS}``, ``\'2d`` of RTF. Any number of
backslashes counts as one, so that JSON in JSON in JSON lines takes one step.
"""

import re

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_ONE = lazy(
    rb"\\+(?:u\{?0{0,6}([0-9A-Fa-f]{2})\}?|x\{?0{0,6}([0-9A-Fa-f]{2})\}?|U000000([0-9A-Fa-f]{2})"
    rb"|0000([2-7][0-9A-Fa-f]) ?|'(2[dD]|5[fF])"
    rb"|(0(?:0[4-7]|1[0-7])[0-7]|[0-3][0-7]{2}|[0-7]{2})"
    rb"|(e\[)|N\{(HYPHEN-MINUS|LOW LINE)\}|([nrt])|([\"'`/_\-.$]))"
)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"HYPHEN-MINUS": b"-", b"LOW LINE": b"_"}


def _plain(found: re.Match[bytes]) -> bytes:
    kind = found.lastindex or 0
    text = found[kind]
    if kind <= 5:
        return bytes((int(text, 16),))
    if kind == 6:
        return bytes((int(text, 8),))
    return b"\x1b[" if kind == 7 else _NAMED.get(text, text)


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _ONE, _plain)


DECODER = Decoder("escapes", _decode)
