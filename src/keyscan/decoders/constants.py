"""Constants of the same file put in place of their names: ``P + "…"``, ``f"{P}…"``, ``$A$B``.

The values get the marks \\x02 and \\x03 around them, which ``joined`` takes away. A key whose
parts are constants stands where its first character stands: at the definition of the first part,
which is what has to be removed, and what ``git blame`` is asked about.
"""

import re
from bisect import bisect
from itertools import chain, islice
from typing import NamedTuple

from keyscan.decoder import Clues, Decoder, Part, Span, Text, lazy, merged, substitute

_WORD = rb"[A-Za-z_][A-Za-z0-9_]{0,60}+"
_PLAIN = rb"[A-Za-z0-9_\-]{1,200}+"
_QUOTE = rb"\\{0,3}[\"'`]"
_VALUE = rb"[A-Za-z@$]{0,3}" + _QUOTE + rb"(?P<q%d>" + _PLAIN + rb")" + _QUOTE
_TYPE = rb"(?:[ \t]*:[ \t]*[&\w.'<>\[\] ]{1,40}?)?"
# The groups of each form: n its name, q a value in quotes, b one without.
_FORMS = (
    rb"(?:\b(?:define|set)[ \t]*\([ \t]*|\((?:setq|defconst|defvar|defparameter|def)[ \t]+)"
    rb"[\"']?(?P<n%d>" + _WORD + rb")[\"']?(?:[ \t]*,[ \t]*|[ \t]+)(?:" + _VALUE + rb"|(?P<b%d>"
    rb"" + _PLAIN + rb")(?=[ \t]*\)))[ \t]*\)",
    rb"\b(?:ENV|ARG|setenv|set|set -[a-zA-Z]{1,3})[ \t]+(?P<n%d>"
    + _WORD
    + rb")[ \t]+(?:"
    + _VALUE
    + rb"|(?P<b%d>"
    + _PLAIN
    + rb"))(?=[ \t;]*\r?$)",
    rb"<(?P<n%d>" + _WORD + rb")>[ \t]*(?P<b%d>" + _PLAIN + rb")[ \t]*</[\w.:\-]{1,60}>",
    rb"\b(?:variable|param|parameter)[ \t]+\"(?P<n%d>" + _WORD + rb")\"[ \t]*\{[^{}]{0,300}?"
    rb"\bdefault[ \t]*=[ \t]*" + _VALUE,
    rb"(?<![\w])[$@%%]?(?P<n%d>" + _WORD + rb")(?:"
    rb"(?:" + _TYPE + rb"(?:\[\d{0,4}\])?\\?[\"']?\]?[ \t]*(?::=|[?+]?=|=>|:)[ \t]*"
    rb"|[ \t]+(?=\"[^\"\n]+\"[ \t]*\r?$))" + _VALUE + rb"|[ \t]*(?::=|[?+]?=|:)[ \t]*(?P<b%d>"
    rb"" + _PLAIN + rb")(?=[ \t\"';]*(?:\r?$|&&)))",
)


def _numbered(form: bytes, number: int) -> bytes:
    return form % ((number,) * form.count(b"%d"))


_DEFINED = rb"|".join(_numbered(form, at) for at, form in enumerate(_FORMS))
_PATH = rb"(?:[\w$]{1,40}(?:\.|::|->))*"
_ASSIGNED = rb"(?![ \t]*(?:=[^=]|:=|\+=|\.=))"
_USED = (
    rb"[#$]\{\{?[ \t]*" + _PATH + rb"(" + _WORD + rb")(?::?-[^}]{0,200})?[ \t]*\}\}?"
    rb"|\\\((" + _WORD + rb")\)|\$\([ \t]*\$?" + _PATH + rb"(" + _WORD + rb")[ \t]*\)"
    rb"|%\((" + _WORD + rb")\)s|[%!](" + _WORD + rb")[%!]"
    rb"|\{\{?[ \t]*\$?" + _PATH + rb"(" + _WORD + rb")(?:![rsa])?[ \t]*\}\}?"
    rb"|\$"
    + _PATH
    + rb"("
    + _WORD
    + rb")"
    + _ASSIGNED
    +
    # A bare name; inside of a string it is none.
    rb"|(?<![\w\-\"'`$)}%])"
    + _PATH
    + rb"("
    + _WORD
    + rb")(?![\w\-])"
    + _ASSIGNED
)
_DEFINITION = lazy(_DEFINED, re.M)
_DEFINED_OR_USED = lazy(_DEFINED + b"|" + _USED, re.M)
_END = lazy(rb"[ \t]*(?:[;,)}]|\r?$|#|//|/\*|\\+[nr])", re.M)
_PIECE = lazy(rb"sk-|T3Bl|bkFJ|gsk_|xai-|nvapi-|pplx-|tvly-")
_NAMES = 64  # whose uses are looked up; a file with more constants that hold pieces is a list
_NAMED = re.compile(r"[qb](\d+)")


class _Value(NamedTuple):
    defined: int
    start: int
    text: bytes


_Table = dict[bytes, list[_Value]]


def _decode(data: bytes, clues: Clues) -> Text | None:
    if not clues.broken:
        return None
    table: _Table = {}
    for found in _DEFINITION.finditer(data):
        name, value = _definition(found)
        table.setdefault(name, []).append(value)
    if not table:
        return None

    def marked(found: re.Match[bytes]) -> bytes | list[Part] | None:
        if found.lastgroup:  # a definition would be joined with the use that follows it
            ended = found.lastgroup[0] == "b" or data[found.end() - 1 : found.end()] == b")"
            return b"\x01" if ended or _END.match(data, found.end()) else None
        return _used(found, table)

    text = substitute(data, _windows(data, clues, table), _DEFINED_OR_USED, marked)
    return text if text and b"\x02" in text.data else None


def _definition(found: re.Match[bytes]) -> tuple[bytes, _Value]:
    group = str(found.lastgroup)
    return found["n" + group[1:]], _Value(found.start(), found.start(group), found[group])


def _windows(data: bytes, clues: Clues, table: _Table) -> list[Span]:
    """Around broken keys, and wherever the name of a constant stands that holds a piece of one."""
    telling = (n for n, values in table.items() if any(_PIECE.search(one.text) for one in values))
    some = b"|".join(map(re.escape, islice(telling, _NAMES)))
    if not some:
        return list(clues.broken)
    names = re.compile(rb"\b(?:" + some + rb")\b|\$(?:" + some + rb")")
    uses = merged((found.span() for found in names.finditer(data)), 600, len(data))
    return merged(chain(uses, clues.broken), 0)


def _used(found: re.Match[bytes], table: _Table) -> list[Part] | None:
    """The value that the name had last been given here, or is given first below."""
    group = found.lastindex or 0
    name = found[group]
    if found[0][:1] == b"$" and found.end() == found.end(group):
        while name not in table and name:  # "$PREFIXrest"
            name = name[:-1]
    values = table.get(name)
    if values is None:
        return None
    value = values[max(0, bisect(values, (found.start(),)) - 1)]
    rest = found.start(group) + len(name)
    after = (found[group][len(name) :], rest)
    return [(b"\x02", -1), (value.text, value.start), (b"\x03", -1), after]


DECODER = Decoder("constants", _decode, joins=True)
