"""Format strings filled with the literals that follow them: ``"%s%s" % ("…", "…")``."""

import re

from keyscan.decoder import Clues, Decoder, Part, Text, lazy, substitute

_HOLE = rb"(?:%[sv@]|%\d\$s|\{\d?\}|\{" + rb"[A-Za-z_]\w{0,30}\}|\$\{?[A-Za-z_]\w{0,30}\}?)"
_LITERAL = rb"\\?[\"'\x02]([A-Za-z0-9_\-]{1,200})\\?[\"'\x03]"
_TEXT = rb"[A-Za-z0-9_\-]{0,240}"
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


def _filled(found: re.Match[bytes]) -> list[Part]:
    if found["literal"]:
        return [(found["literal"], found.start("literal"))]
    values = list(_VALUE.finditer(found.string, found.start("values"), found.end("values")))
    named = {one[1]: one for one in values if one[1]}
    order = iter(values)

    def value(hole: bytes) -> re.Match[bytes] | None:
        key = hole.strip(b"%${}s@v")
        if key.isdigit():
            index = int(key) - (hole[:1] == b"%")
            return values[index] if 0 <= index < len(values) else None
        return named.get(key) or next(order, None)

    quote, done, parts = found["quote"], found.start("text"), [(found["quote"], -1)]
    for hole in _ONE_HOLE.finditer(found.string, done, found.end("text")):
        parts.append((found.string[done : hole.start()], done))
        filling = value(hole[0])
        if filling:
            parts.append((filling[2], filling.start(2)))
        done = hole.end()
    return [*parts, (found.string[done : found.end("text")], done), (quote, -1)]


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _CALL, _filled)


DECODER = Decoder("template", _decode, joins=True)
