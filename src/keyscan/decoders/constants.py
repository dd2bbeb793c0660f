"""Constants of the same file put in place of their names: ``P + "…"``, ``f"{P}…"``, ``$A$B``.

The values get the marks \\x02 and \\x03 around them, which ``joined`` takes away.
"""

import re
from bisect import bisect
from itertools import islice

from keyscan.decoder import Clues, Decoder, Text, lazy, merged, substitute

_WORD = rb"[A-Za-z_][A-Za-z0-9_]{0,60}"
_VALUE = rb"[A-Za-z@$]{0,3}\\?[\"'`](?P<value>[A-Za-z0-9_\-]{1,200})\\?[\"'`]"
_TYPE = rb"(?:[ \t]*:[ \t]*[&\w.'<>\[\] ]{1,40}?)?"
_DEFINED = (
    rb"(?<![\w])[$@%]?(?P<name>" + _WORD + rb")(?:"
    rb"(?:(?<=\w)" + _TYPE + rb"(?:\[\d{0,4}\])?\\?[\"']?\]?[ \t]*(?::=|[?+]?=|=>|:)[ \t]*"
    rb"|[ \t]+(?=\"[^\"\n]+\"[ \t]*\r?$))" + _VALUE + rb"(?P<end>[ \t]*(?:[;,)}]|\r?$|#|//))?"
    rb"|[ \t]*(?::=|[?+]?=|:)[ \t]*(?P<bare>[A-Za-z0-9_\-]{1,200})[ \t\"';]*(?=\r?$|\r?\n))"
)
_PATH = rb"(?:[\w$]{1,40}(?:\.|::|->))*"
_USED = (
    rb"[#$]\{\{?[ \t]*" + _PATH + rb"(" + _WORD + rb")(?::?-[^}]{0,200})?[ \t]*\}\}?"
    rb"|\\\((" + _WORD + rb")\)|\$\((" + _WORD + rb")\)|%\((" + _WORD + rb")\)s"
    rb"|[%!](" + _WORD + rb")[%!]"
    rb"|\{\{?[ \t]*" + _PATH + rb"(" + _WORD + rb")(?:![rsa])?[ \t]*\}\}?"
    rb"|(?<![\w\-])\$?" + _PATH + rb"(" + _WORD + rb")(?![\w]|[ \t]*(?:=[^=]|:=|\+=))"
)
_DEFINITION = lazy(_DEFINED, re.M)
_DEFINED_OR_USED = lazy(_DEFINED + b"|" + _USED, re.M)
_PIECE = lazy(rb"sk-|T3Bl|bkFJ|gsk_|xai-|nvapi-|pplx-|tvly-")
_NAMES = 64  # whose uses are looked up; a file with more constants that hold pieces is a list


def _decode(data: bytes, clues: Clues) -> Text | None:
    if not clues.broken:
        return None
    table: dict[bytes, list[tuple[int, bytes]]] = {}
    for found in _DEFINITION.finditer(data):
        value = found["value"] or found["bare"]
        table.setdefault(found["name"], []).append((found.start(), value))
    telling = [n for n, values in table.items() if any(_PIECE.search(v) for _, v in values)]
    if not telling:
        return None
    names = re.compile(rb"\b(?:" + b"|".join(map(re.escape, islice(telling, _NAMES))) + rb")\b")
    uses = (found.span() for found in names.finditer(data))
    windows = merged(uses, 600, len(data))

    def marked(found: re.Match[bytes]) -> bytes | None:
        if found["name"]:  # a definition would be joined with the use that follows it
            return b"\x01" if found["end"] is not None or found["bare"] else None
        values = table.get(found[found.lastindex or 0])
        if values is None:
            return None
        before = bisect(values, (found.start(),)) - 1
        return b"\x02" + values[max(0, before)][1] + b"\x03"

    text = substitute(data, windows, _DEFINED_OR_USED, marked)
    return text if text and b"\x02" in text.data else None


DECODER = Decoder("constants", _decode, joins=True)
