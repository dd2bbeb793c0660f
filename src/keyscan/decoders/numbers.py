"""Keys written as lists of character codes or characters: ``[115, 107, 45]``, ``{'s', 'k', '-'}``.

Also ``{0x73, 0x6b}``, Go's ``[115 107 45]``, ``chr(115).chr(107)``, and bits.
"""

import re

from keyscan.decoder import Clues, Decoder, Span, Text, lazy, merged, substitute
from keyscan.prefilter import find

_LITERALS = (
    *(b"84 51 66", b"chr(84)", b"01010100 00110011"),
    *(b"'T', '3'", b"'T','3'", b'"T", "3"', b'"T","3"'),
)
_CAST = rb"(?:\([ \t]*(?:byte|char|u8)[ \t]*\)[ \t]*)?"
_CODE = rb"(?:1[01][0-9]|12[0-6]|[3-9][0-9])"
_ONE = lazy(
    _CAST + rb"(?:0[xX]([2-7][0-9A-Fa-f])|(" + _CODE + rb")(?![0-9(]))(?:u8)?"
    rb"(?:[ \t]*,\s*|[ ]|(?=\s*(?:[\]})]|\Z)))"
    rb"|[cC]hr[wW]?\((" + _CODE + rb")\)(?:\s*[.+&,~]\s*)?"
    rb"|\b(0[01]{7})\b ?"
    rb"|[\"']([A-Za-z0-9_\-])[\"'](?:\s*,\s*)?"
)
_RUN = lazy(
    rb"(?:" + _CAST + rb"(?:0[xX][2-7][0-9A-Fa-f]|" + _CODE + rb")(?:u8)?[ \t]*,\s*){30,}"
    rb"(?:0[xX][0-9A-Fa-f]{2}|\d{2,3})?"
    rb"|(?:" + _CODE + rb" ){30,}" + _CODE + rb"\b"
    rb"|(?:[cC]hr[wW]?\(" + _CODE + rb"\)(?:\s*[.+&,~]\s*)?){30,}"
    rb"|(?:0[01]{7} ){30,}0[01]{7}"
    rb"|(?:[\"'][A-Za-z0-9_\-][\"']\s*,\s*){30,}[\"'][A-Za-z0-9_\-][\"']"
)
_REACH = 1500  # bytes from the beginning of a key to the piece by which it is known


def _plain(found: re.Match[bytes]) -> bytes:
    kind = found.lastindex or 0
    if kind == 5:
        return bytes(found[5])
    return bytes((int(found[kind], (16, 10, 10, 2)[kind - 1]),))


def _runs(data: bytes, clues: Clues) -> list[Span]:
    first = clues.first
    found = [
        (run.start(), run.end() + 1)
        for window in clues.broken
        for run in _RUN.finditer(data, *window)
    ]
    for literal in _LITERALS if first >= 0 else ():
        done, at = 0, find(data, literal, first)
        while at >= 0:
            run = _RUN.search(data, max(done, at - _REACH), at + 2 * _REACH)
            run = run and _RUN.match(data, run.start())
            if run:
                found.append((run.start(), run.end() + 1))
            done = max(run.end() if run else 0, at + len(literal))
            at = find(data, literal, done)
    return merged(found, reach=0, size=len(data))


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, _runs(data, clues), _ONE, _plain)


DECODER = Decoder("numbers", _decode, _LITERALS)
