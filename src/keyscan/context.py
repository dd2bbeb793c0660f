"""What stands around a value: the name that it is assigned to, and the value of a name.

Both directions work on a few hundred bytes around a hit, in any language's notation.
"""

import re
from functools import cache
from typing import NamedTuple

from keyscan.shape import KEY_BYTES, looks_random

_REACH = 240  # bytes looked at to the left of a value or the right of a name
_QUOTE = rb"(?:\\{0,4}[\"'`]|&quot;|%22)"
_NAME_BYTES = KEY_BYTES + b"."

# What may stand between a name and its value: quotes, operators, brackets, tags.
_GLUE = b" \t\r\n\"'`\\=:,(>[]{}<&|?;/@$)"
_OPERATORS = b"=:,(>[|?"
_OPENING = rb"(?:\b[A-Za-z]{1,2})?" + _QUOTE + rb"\Z"
_SCHEME = rb"\b(?:[Bb]earer|[Bb]asic|[Tt]oken)(?:[ \t]+|%20|\+)\Z"
_TAG = rb"(?:(?:</[A-Za-z]{1,12}>|<string>)[ \t\r\n]*){1,3}\Z"
_SHORTEST = 16  # bytes of what may be an earlier key, on a line of its own
_MARKER = "T3Blbk" + "FJ"
_WORDLESS = frozenset(
    b"bearer string str value default return secretstr secret optional none null true false const"
    b" char bytes union any if else and or not is the to in env environ getenv get setenv".split()
)


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)  # when first needed: a clean scan needs none of them


def name_before(data: bytes, start: int) -> str:
    """The variable, key or option name that the value at ``start`` is given to, or ``""``.

    Names that say nothing (``string``, ``value``) and earlier values of the same list are
    skipped for the next word to the left, but not for one of another statement. A word that could
    be a key is never a name.
    """
    floor = max(0, start - _REACH)
    tail = _compiled(_SCHEME).sub(b"", data[floor:start])
    tail = _compiled(_SCHEME).sub(b"", _compiled(_OPENING).sub(b"", tail))
    assigned, target = False, b""
    for _ in range(8):
        tail = _compiled(_TAG).sub(b">", tail)
        rest = tail.rstrip(_GLUE)
        between = tail[len(rest) :]
        word = rest[len(rest.rstrip(_NAME_BYTES)) :]
        tail = rest[: len(rest) - len(word)]
        if not word or (not tail and floor > 0) or b"\n\n" in between:
            return ""
        name = word.strip(b"-.").decode()
        if name.lower() == "authorization":
            return ""
        named, operated = _is_name(name), any(byte in _OPERATORS for byte in between)
        if _ends(between, target, word if not named else b""):
            return ""
        assigned = assigned or operated
        if named and name.lower().encode() not in _WORDLESS:
            assigned = assigned or word.startswith(b"-")
            capitals = name.isupper() and (b"\n" not in between or _is_alone(tail))
            return name if assigned or capitals else ""
        if any(byte in b"=:(" for byte in between):
            target = word
    return ""


def _ends(between: bytes, target: bytes, value: bytes) -> bool:
    """Whether a statement ends in ``between``, so that the word to its left is of another one.

    ``target``: the last word, if any, that the value is given to without being its name.
    ``value``: the word to the left, unless it is a name.
    """
    if b"\n" not in between:
        return b";" in between and bool(target) and not target.isdigit()  # Rust: ``[&str; 2] = [``
    if any(byte in b"([{" for byte in between):
        return False
    if target:
        # ``name: X`` above ``value: ...`` is one; ``X=`` above ``value=...`` or ``k=...`` is not.
        return b"=" in between or target.lower() not in _WORDLESS
    return b"," not in between and 0 < len(value.strip(b"-")) < _SHORTEST


def _is_alone(before: bytes) -> bool:
    """Whether a word that ``before`` ends in front of begins its line, as headings do."""
    return before.rpartition(b"\n")[2].strip(b" \t#*-") == b""


def _is_name(word: str) -> bool:
    """An identifier, and nothing that could be (a piece of) a key."""
    if not 2 <= len(word) <= 60 or not (word[0].isalpha() or word[0] == "_"):
        return False
    digits = sum(map(str.isdigit, word))
    if digits > 4 or word.startswith("sk-") or (digits and looks_random(word)):
        return False
    # ``OPENAI_<48 characters>``: what stands in front makes a word of what is the key. Letters
    # alone are a name in camel case more often than not, up to 30 of them.
    parts = re.findall(r"[A-Za-z0-9]{30,}" if not digits else r"[A-Za-z0-9]{16,}", word)
    return not any(_MARKER in part or looks_random(part) for part in parts)


def shown_name(name: str) -> str:
    """The name as it may be told: one that could be (a piece of) a key is not."""
    return name if _is_name(name) else "…"


_WORDS = rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"


def words_of(name: str) -> tuple[str, ...]:
    """``OPENAI_API_KEY``, ``openaiApiKey`` and ``openai.api-key`` → ``openai api key``."""
    raw = name.encode(errors="surrogateescape")  # a file's name need not be UTF-8
    return tuple(word.lower().decode() for word in _compiled(_WORDS).findall(raw))


def whole_name(data: bytes, at: int) -> tuple[int, int]:
    """The span of the whole dotted name around ``at``."""
    before = data[max(0, at - 80) : at]
    after = data[at : at + 60]
    left = len(before) - len(before.rstrip(_NAME_BYTES))
    return at - left, at + len(after) - len(after.lstrip(KEY_BYTES))


class Value(NamedTuple):
    """The span of a literal value, without its quotes."""

    start: int
    end: int
    quoted: bool


@cache
def _value_after() -> re.Pattern[bytes]:
    annotation = rb"(?:\??:[ \t]*[A-Za-z_&][\w.\[\]| ]{0,40}?[ \t]*(?==))?"
    operator = (
        rb"(?:[ \t]+value[ \t]*=|</key>\s{0,40}<string>|\r?\n[ \t]*value[ \t]*[:=]"
        rb"|:=|=>|\?\?=?|\|\||[=:,(>]|[ \t])"
    )
    fallback = rb"(?:process\.env\.\w{1,60}[ \t]*(?:\|\||\?\?)[ \t]*)?"
    call = rb"(?:(?:new[ \t]+)?[A-Za-z_][\w.:]{0,40}\([ \t]*(?=[\"'`\\A-Za-z]))?"
    quoted = (
        rb"(?:[A-Za-z]{0,2}(?P<quote>\\{0,4}[\"'`])(?P<quoted>[^\r\n\"'`\\]{1,400})(?P=quote)"
        rb"|&quot;(?P<entity>[^&\r\n]{1,400})&quot;)"
    )
    return re.compile(
        rb"(?:" + _QUOTE + rb"|[\])])*[ \t]*"
        rb"" + annotation + rb"(?P<operator>" + operator + rb")[ \t]*"
        rb"(?:[\r\n]+[ \t]*(?=[\"']))?"
        rb""
        + fallback
        + rb"(?:"
        + call
        + quoted
        + rb"|(?P<bare>[^\s\0\"'`,;(){}\[\]<>#\\&|]{4,400}))"
    )


def value_after(data: bytes, end: int) -> Value | None:
    """The literal assigned to the name that ends at ``end``, or None where none follows.

    A bare value (``KEY=value``, YAML, XML, ``--option value``) is taken after an operator that
    assigns, or after a space where the name is an option or all capitals.
    """
    found = _value_after().match(data, end, end + _REACH + 400)
    if found is None:
        return None
    for group in ("quoted", "entity"):
        if found[group] is not None:
            return Value(*found.span(group), True)
    if found["operator"] in (b":=", b"=>", b"??", b"??=", b"||", b",", b"("):
        return None
    if not found["operator"].strip() and not _takes_argument(data, end):
        return None
    return Value(*found.span("bare"), found["operator"].endswith(b">"))


def _takes_argument(data: bytes, end: int) -> bool:
    """``--api-key value`` and Dockerfile's ``ENV NAME value``, not words of a sentence."""
    start, _ = whole_name(data, end - 1)
    name = data[start:end]
    return name.startswith(b"--") or name.isupper()


def named_value(data: bytes, at: int) -> tuple[str, int, Value] | None:
    """The name around a hit, where it starts, and the literal that it is given."""
    start, end = whole_name(data, at)
    if end - start > 70:
        return None
    value = value_after(data, end)
    return None if value is None else (data[start:end].decode(), start, value)


def line_around(data: bytes, start: int, end: int, reach: int = 400) -> bytes:
    """The line that holds a span, cut at ``reach`` bytes on either side."""
    left = data.rfind(b"\n", max(0, start - reach), start) + 1 or max(0, start - reach)
    right = data.find(b"\n", end, end + reach)
    return data[left : right if right >= 0 else end + reach]


_BRACKET, _CLOSE = rb"[(){}\[\]]", b")]}"


def statement_around(data: bytes, start: int, end: int, reach: int = 1500) -> tuple[int, int]:
    """The innermost call, object or list that holds a span, or else its logical line.

    Lines that end in a backslash are one logical line (curl commands). Brackets in strings are
    not told apart: the reach bounds what a wrong count can do.
    """
    opening = _unmatched(data, start, max(0, start - reach))
    if opening >= 0:
        close = _matching(data, end, min(len(data), end + reach))
        if close >= 0:
            return opening, close + 1
    return _logical_line(data, start, end, reach)


def _unmatched(data: bytes, start: int, floor: int) -> int:
    depth = 0
    for found in reversed(list(_compiled(_BRACKET).finditer(data, floor, start))):
        if found[0] in _CLOSE:
            depth += 1
        elif depth == 0:
            return found.start()
        else:
            depth -= 1
    return -1


def _matching(data: bytes, end: int, ceiling: int) -> int:
    depth = 0
    for found in _compiled(_BRACKET).finditer(data, end, ceiling):
        if found[0] not in _CLOSE:
            depth += 1
        elif depth == 0:
            return found.start()
        else:
            depth -= 1
    return -1


def _logical_line(data: bytes, start: int, end: int, reach: int) -> tuple[int, int]:
    floor, ceiling = max(0, start - reach), min(len(data), end + reach)
    left = data.rfind(b"\n", floor, start)
    while left > floor and data[floor:left].rstrip(b"\r \t").endswith((b"\\", b"`")):
        left = data.rfind(b"\n", floor, left)
    right = data.find(b"\n", end, ceiling)
    while right >= 0 and data[end:right].rstrip(b"\r \t").endswith((b"\\", b"`")):
        right = data.find(b"\n", right + 1, ceiling)
    return max(left + 1, floor), right if right >= 0 else ceiling


_SECTION = rb"(?m)^[ \t]*\[+([\w.\-\" ]{2,60})\]+[ \t]*\r?$"
_PARENT = rb"(?m)^([ \t]*(?:- )?)[\"']?([A-Za-z_][\w.\-]{1,60})[\"']?:[ \t]*\r?$"


def headings(data: bytes, start: int, reach: int = 1500) -> tuple[str, ...]:
    """Names of what holds the value: a call or object's name, an INI section, YAML parents."""
    names = []
    opening = _unmatched(data, start, max(0, start - reach))
    if opening > 0:
        left, right = whole_name(data, opening)
        called = data[left:right].decode() if right == opening else ""
        names.append(called or name_before(data, opening))
    before = data[max(0, start - reach) : start]
    if opening < 0:
        sections = _compiled(_SECTION).findall(before) if b"[" in before else []
        names += [sections[-1].strip(b'"').decode()] if sections else []
        names += _parents(before)
    return tuple(name for name in names if name and _is_name(name.strip('" ')))


def _parents(before: bytes) -> list[str]:
    line = before[before.rfind(b"\n") + 1 :]
    indent = len(line) - len(line.lstrip(b" \t-"))
    if not indent:
        return []
    parents = []
    for found in reversed(list(_compiled(_PARENT).finditer(before))):
        if len(found[1]) < indent:
            parents.append(found[2].decode())
            indent = len(found[1])
        if indent == 0:
            break
    return parents
