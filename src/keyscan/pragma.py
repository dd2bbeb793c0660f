"""Comments by which a line says that a key in it is meant to be there: keyscan's and its peers'.

They hold on the key's own line, or from a line above it that is nothing but a comment. What the
peers accept was read in their own sources: detect-secrets 1.5, gitleaks 8.30, betterleaks 2.0,
kingfisher 2.14, trufflehog 3, secretlint 13.
"""

import re
from bisect import bisect_right
from typing import NamedTuple

from keyscan.decoder import lazy

REACH = 1000  # bytes of a line looked at on either side of a key: minified files are one line
_FAR = 1 << 16  # bytes from the start of a line to a key that the line above can still allow
_LONGEST = 200  # characters of a reason
_WORDS = (b"keyscan", b"pragma", b"leaks:", b"kingfisher:", b"trufflehog:", b"secretlint-")

# ``[^\w]-`` and not a bare dash: ``--gitleaks:allow`` is a comment, ``my-gitleaks:allow`` is none.
_TOKEN = lazy(
    rb"(?i)(?<![\w.@])(?<![\w.@][-/])(?P<word>"
    rb"keyscan: ?allow|pragma: ?(?:allow|white)list[ -]secret"
    rb"|pragma: ?allowlist[ -]nextline[ -]secret"
    rb"|(?:gitleaks|betterleaks):allow|kingfisher:(?:ignore|allow)|trufflehog:ignore"
    rb"|secretlint-disable-(?:next-)?line)(?!\w|-\w)(?P<rest>[^\r\n]*)"
)
_BLOCK = lazy(
    rb"(?i)(?<![\w.@])(?<![\w.@][-/])secretlint-(?P<word>disable|enable)(?!\w|-\w)"
    rb"(?P<rest>[^\r\n]{0,400})"
)
# What opens a comment, in any language; a quote does where the pragma is all of a string (JSON).
_OPENING = lazy(
    rb"(?i)(?:^|(?<=[\s\"'`;,(){}\[\]<>=\\]))(?:\#|//|/\*|\*|--|;|<!--|%|\{[#-]|<[#%]|\(\*|!|\.\.|[\"'`]"
    rb"|(?:@?rem|dnl)(?=\s))"
)
_CLOSING = lazy(rb"\*/|--+!?>|#\}|%>|#>|-\}|\*\)|\\[rn]|[\"'`]\s*[,\])}]*\s*\Z")
_LIKE_A_KEY = lazy(rb"[\w+/=.\-]{20,}")


class Pragma(NamedTuple):
    """``word`` as its tool writes it, and the reason given behind it, or ``""``."""

    word: str
    reason: str

    def __str__(self) -> str:
        return f"{self.word} {self.reason}".rstrip()


class Pragmas:
    """The pragmas of one blob's bytes, as they are in the file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._blocks: list[tuple[int, bool, bytes]] | None = None

    def on(self, start: int, end: int, provider: str) -> Pragma | None:
        """What allows a key that is read from these bytes (``end`` exclusive), or None.

        Of a key in several lines, its first and last line count, and the one above the first.
        """
        several = self._data.find(b"\n", start, end) >= 0
        return (
            self._on_line(start, start + 1 if several else end, provider)
            or (self._on_line(end - 1, end, provider) if several else None)
            or self._above(start, provider)
            or self._in_block(start, provider)
        )

    def _on_line(self, start: int, end: int, provider: str) -> Pragma | None:
        """The key itself is cut out: no part of it is a pragma."""
        data = self._data
        left = data.rfind(b"\n", max(0, start - REACH), start) + 1
        # What stands before the reach could be cut within a word.
        cut = b"" if left or start <= REACH else b"x"
        left = left or max(0, start - REACH)
        right = data.find(b"\n", end, end + REACH)
        right = min(len(data), end + REACH) if right < 0 else right
        line = cut + data[left:start] + b"\0" + data[end:right].rstrip(b"\r")
        for found in _tokens(line):
            if not found.next_line and _opened(line, found.at):
                return found.pragma(provider)
        return None

    def _above(self, start: int, provider: str) -> Pragma | None:
        end = self._data.rfind(b"\n", max(0, start - _FAR), start)
        begin = self._data.rfind(b"\n", max(0, end - REACH), max(0, end)) + 1
        if end <= 0 or (begin == 0 and end > REACH):
            return None
        line = self._data[begin:end].rstrip(b"\r")
        for found in _tokens(line):
            if found.above and _only_comment(line, found.at):
                return found.pragma(provider)
        return None

    def _in_block(self, start: int, provider: str) -> Pragma | None:
        """Whether the last ``secretlint-disable`` for this provider was not taken back."""
        if self._blocks is None:
            self._blocks = _blocks(self._data)
        last = bisect_right(self._blocks, start, key=lambda one: one[0])
        for _, disables, rest in reversed(self._blocks[max(0, last - 50) : last]):
            if _concerns(rest, provider):
                return Pragma("secretlint-disable", _secretlint_reason(rest)) if disables else None
        return None


class _Found(NamedTuple):
    at: int
    word: bytes
    rest: bytes

    @property
    def next_line(self) -> bool:
        return b"next" in self.word

    @property
    def above(self) -> bool:
        """Whether it may stand above the line; two tools have a word of its own for that."""
        return self.next_line or not self.word.startswith((b"pragma", b"secretlint"))

    def pragma(self, provider: str) -> Pragma | None:
        if self.word.startswith(b"secretlint"):
            if not _concerns(self.rest, provider):
                return None
            return Pragma(self.word.decode(), _secretlint_reason(self.rest))
        return Pragma(self.word.decode(), _reason(self.rest))


def _tokens(line: bytes) -> list[_Found]:
    lower = line.lower()
    if not any(word in lower for word in _WORDS):
        return []
    found, at = [], 0
    while match := _TOKEN.search(line, at):
        word = re.sub(rb":\s+", b":", match["word"].lower())
        found.append(_Found(match.start(), word, match["rest"]))
        at = match.end("word")
    return found


def _opened(line: bytes, at: int) -> bool:
    """Whether a comment begins before it, or a string right there."""
    for opening in _OPENING.finditer(line, 0, at):
        if opening[0] not in (b'"', b"'", b"`") or not line[opening.end() : at].strip():
            return True
    return False


def _only_comment(line: bytes, at: int) -> bool:
    begin = len(line) - len(line.lstrip(b" \t\"'`"))
    opening = _OPENING.match(line, begin)
    if opening is None:
        return begin == at and line[:begin].strip() != b""
    return opening.start() < at


def _reason(rest: bytes) -> str:
    """``=reason``, ``: reason``, ``- reason`` or words in brackets, up to the comment's end."""
    closing = _CLOSING.search(rest)
    text = (rest[: closing.start()] if closing else rest).decode("utf-8", "replace").strip()
    text = text.lstrip("=:-–—( \t").strip("\"'`) \t,;")
    text = "".join(char if char.isprintable() else " " for char in text)
    raw = _LIKE_A_KEY.sub(b"...", text.encode())  # a key does not belong in a reason
    return raw.decode("utf-8", "replace")[:_LONGEST].strip()


def _blocks(data: bytes) -> list[tuple[int, bool, bytes]]:
    if b"secretlint-" not in data:
        return []
    found = []
    for one in _BLOCK.finditer(data):
        begin = data.rfind(b"\n", max(0, one.start() - REACH), one.start()) + 1
        line = data[max(begin, one.start() - REACH) : one.start()]
        if _opened(line + b"s", len(line)):
            found.append((one.start(), one["word"].lower() == b"disable", one["rest"]))
    return found


def _concerns(rest: bytes, provider: str) -> bool:
    """Whether secretlint's list of rules is empty, or names this provider or all of a preset."""
    rules = _secretlint_rules(rest)
    named = [rule for rule in rules if provider.encode() in rule or b"preset" in rule]
    return not rules or bool(named)


def _secretlint_rules(rest: bytes) -> list[bytes]:
    closing = _CLOSING.search(rest)
    text = rest[: closing.start()] if closing else rest
    return [one for one in re.split(rb"[,\s]+", text.partition(b" -- ")[0].lower()) if one]


def _secretlint_reason(rest: bytes) -> str:
    _, dashes, reason = rest.partition(b" -- ")
    return _reason(reason) if dashes else ""
