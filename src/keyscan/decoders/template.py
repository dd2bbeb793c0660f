"""Format strings filled with the literals that follow them: ``"%s%s" % ("…", "…")``."""

import re

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_HOLE = rb"(?:%[sv@]|%\d\$s|\{\d?\}|\{" + rb"[A-Za-z_]\w{0,30}\}|\$\{?[A-Za-z_]\w{0,30}\}?)"
_LITERAL = rb"\\?[\"'\x02]([A-Za-z0-9_\-]{1,200})\\?[\"'\x03]"
_TEXT = rb"[A-Za-z0-9_\-]{0,120}"
_ARGUMENT = rb"(?:[A-Za-z_]\w{0,30}[ \t]*=[ \t]*|\\?[\"']\w{1,30}\\?[\"']:[ \t]*)?"
_CALL = lazy(
    rb"(?P<quote>\\?[\"'`])"
    rb"(?P<text>" + _TEXT + rb"(?:" + _HOLE + _TEXT + rb"){1,12})(?P=quote)[ \t\r\n)]*"
    rb"(?:%|,|-f\b|\.[ \t]*(?:format|formatted|substitute|safe_substitute|printf)\b)"
    rb"[ \t\r\n(\[]*(?P<values>(?:" + _ARGUMENT + rb"[A-Za-z]{0,2}"
    rb"\\?[\"'\x02][A-Za-z0-9_\-]{1,200}\\?[\"'\x03][,\s{}]*){1,12})"
    rb"|[$#]?\{[ \t]*\\?(?P<inner>[\"'])(?P<literal>[A-Za-z0-9_\-]{1,200})\\?(?P=inner)[ \t]*\}"
)
_ONE_HOLE = lazy(_HOLE)
_VALUE = lazy(
    rb"(?:\\?[\"']?([A-Za-z_]\w{0,30})\\?[\"']?[ \t]*[=:][ \t]*)?[A-Za-z]{0,2}" + _LITERAL
)


def _filled(found: re.Match[bytes]) -> bytes | None:
    if found["literal"]:
        return bytes(found["literal"])
    values = [(one[1], one[2]) for one in _VALUE.finditer(found["values"])]
    named = {name: value for name, value in values if name}
    order = iter(value for _, value in values)

    def fill(hole: re.Match[bytes]) -> bytes:
        key = hole.group().strip(b"%${}s@v")
        if key.isdigit():
            index = int(key) - (hole.group()[:1] == b"%")
            return values[index][1] if 0 <= index < len(values) else b""
        return named.get(key) or next(order, b"")

    quote: bytes = found["quote"]
    return quote + _ONE_HOLE.sub(fill, found["text"]) + quote


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _CALL, _filled)


DECODER = Decoder("template", _decode, joins=True)
