"""What stands around a value: the name that it is assigned to, and the value of a name.

Both directions work on a few hundred bytes around a hit, in any language's notation.
"""

import re
from typing import NamedTuple

_REACH = 240  # bytes looked at to the left of a value or the right of a name
_QUOTE = rb"(?:\\{0,4}[\"'`]|&quot;|%22)"

# name, then closing quotes or brackets, an optional type, an operator, an opening quote.
_NAME_BEFORE = re.compile(
    rb"(?P<name>[A-Za-z_][A-Za-z0-9_.\-]{1,80})"
    rb"(?:" + _QUOTE + rb"|[\])}])*"
    rb"[ \t]*(?::[ \t]*[A-Za-z_][\w.\[\]| ]{0,40}?[ \t]*(?==))?"
    rb"(?::=|=>|==|\?\?|\|\||[=:,(>]|[ \t])[ \t\r\n]*"
    rb"(?:[A-Za-z]{0,2}" + _QUOTE + rb")?(?:[Bb]earer(?:[ \t]+|%20))?\Z"
)
_WORDLESS = {b"bearer", b"authorization", b"string", b"str", b"value", b"default", b"return"}


def name_before(data: bytes, start: int) -> str:
    """The variable, key or option name that the value at ``start`` is given to, or ``""``.

    Names that say nothing (``string``, ``value``) are skipped for the next one to the left.
    """
    floor = max(0, start - _REACH)
    tail = data[floor:start]
    for _ in range(3):
        found = _NAME_BEFORE.search(tail)
        if found is None:
            return ""
        name = found["name"].strip(b"-.")
        if name.lower() not in _WORDLESS:
            return name.decode()
        tail = tail[: found.start()] + b"="
    return ""


class Value(NamedTuple):
    """The span of a literal value, without its quotes."""

    start: int
    end: int
    quoted: bool


_VALUE_AFTER = re.compile(
    rb"(?:" + _QUOTE + rb"|[\])])*[ \t]*"
    rb"(?::[ \t]*[A-Za-z_][\w.\[\]| ]{0,40}?[ \t]*(?==))?"
    rb"(?P<operator>:=|=>|[=:,(]|[ \t])[ \t]*"
    rb"(?:[A-Za-z]{0,2}(?P<quote>\\{0,4}[\"'`])(?P<quoted>[^\r\n\"'`\\]{1,400})(?P=quote)"
    rb"|(?P<bare>[^\s\"'`,;(){}\[\]<>#\\]{4,400}))"
)


def value_after(data: bytes, end: int) -> Value | None:
    """The literal assigned to the name that ends at ``end``, or None where none follows.

    A bare value (``KEY=value``, YAML) is taken only after ``=`` or ``:``.
    """
    found = _VALUE_AFTER.match(data, end, end + _REACH + 400)
    if found is None:
        return None
    if found["quoted"] is not None:
        return Value(*found.span("quoted"), True)
    if found["operator"] not in (b"=", b":"):
        return None
    return Value(*found.span("bare"), False)


def line_around(data: bytes, start: int, end: int, reach: int = 400) -> bytes:
    """The line that holds a span, cut at ``reach`` bytes on either side."""
    left = data.rfind(b"\n", max(0, start - reach), start) + 1 or max(0, start - reach)
    right = data.find(b"\n", end, end + reach)
    return data[left : right if right >= 0 else end + reach]
