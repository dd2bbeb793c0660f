"""Format strings filled with the literals that follow them: ``"%s%s" % ("…", "…")``."""

import re

from keyscan.decoder import Clues, Decoder, Text, substitute

_HOLE = rb"(?:%[sv@]|%\d\$s|\{\d?\}|\{" + rb"[A-Za-z_]\w{0,30}\}|\$\{?[A-Za-z_]\w{0,30}\}?)"
_LITERAL = rb"\\?[\"'\x02]([A-Za-z0-9_\-]{1,200})\\?[\"'\x03]"
_CALL = re.compile(
    rb"(?P<quote>\\?[\"'`])(?P<text>[A-Za-z0-9_\-]{0,120}(?:"
    + _HOLE
    + rb"[A-Za-z0-9_\-]{0,120}){1,12})"
    rb"(?P=quote)[ \t\r\n)]*(?:%|,|-f\b|\.[ \t]*(?:format|formatted|substitute|safe_substitute|printf)\b)"
    rb"[ \t\r\n(\[]*(?P<values>(?:(?:[A-Za-z_]\w{0,30}[ \t]*=[ \t]*|\\?[\"']\w{1,30}\\?[\"']:[ \t]*)?"
    rb"[A-Za-z]{0,2}\\?[\"'\x02][A-Za-z0-9_\-]{1,200}\\?[\"'\x03][,\s{}]*){1,12})"
)
_ONE_HOLE = re.compile(_HOLE)
_VALUE = re.compile(
    rb"(?:\\?[\"']?([A-Za-z_]\w{0,30})\\?[\"']?[ \t]*[=:][ \t]*)?[A-Za-z]{0,2}" + _LITERAL
)


def _filled(found: re.Match[bytes]) -> bytes | None:
    values = [(one[1], one[2]) for one in _VALUE.finditer(found["values"])]
    named = {name: value for name, value in values if name}
    order = iter(value for _, value in values)

    def fill(hole: re.Match[bytes]) -> bytes:
        key = hole.group().strip(b"%${}s@v")
        if key.isdigit():
            index = int(key) - (hole.group()[:1] == b"%")
            return values[index][1] if 0 <= index < len(values) else b""
        return named.get(key) or next(order, b"")

    return found["quote"] + _ONE_HOLE.sub(fill, found["text"]) + found["quote"]


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _CALL, _filled)


DECODER = Decoder("template", _decode)
