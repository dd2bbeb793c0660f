"""Paths by gitignore's syntax, in time that grows with the path alone (``automaton``).

pathspec, the library for it, turns lines into regexes that backtrack: ``*a*a*a*b`` takes it a
minute on one path of a thousand letters. Tests compare this with pathspec and with git.
"""

import re
from collections.abc import Iterable

from keyscan.automaton import Pattern
from keyscan.model import msg
from keyscan.pattern_syntax import NOTHING, Part, PatternError, optional

_BYTES = frozenset(range(1, 256))
_IN_NAME = _BYTES - frozenset(b"/")


class Paths:
    """Some lines of a ``.gitignore``; the last one that means a path decides.

    Raises ``PatternError`` for a line that can mean nothing.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = [(_Line(line), not line.startswith("!")) for line in lines]

    def match(self, path: str) -> bool:
        """Whether they mean this file, by its POSIX path from the lines' own folder."""
        raw = _bytes(path)
        meant = False
        for line, adds in self._lines:
            if adds is not meant and line.match(raw):
                meant = adds
        return meant


class _Line:
    """One line, as a pattern of whole paths."""

    def __init__(self, line: str) -> None:
        text = re.sub(r"(?<!\\)((?:\\\\)*) +\Z", r"\1", line).removeprefix("!")
        self._only_folders = text.endswith("/")
        text = text.rstrip("/") if self._only_folders else text
        if not text.strip("/") or "\0" in text or line.startswith("#"):
            raise PatternError(msg("this path means no file"))
        # A slash that is not the last character binds the line to its own folder.
        names = [one for one in text.split("/") if one]
        if "/" not in text:
            names.insert(0, "**")
        self._pattern = Pattern(lambda built: _whole(names, built), _BYTES)

    def match(self, path: bytes) -> bool:
        """Whether it means the file, or a folder above it."""

        def whole(end: int) -> bool:
            if end == len(path):
                return not self._only_folders
            return path[end] == 0x2F

        return self._pattern.ends(path, whole)


def _whole(names: list[str], built: Pattern) -> Part:
    whole = NOTHING
    for index, name in enumerate(names):
        last = index == len(names) - 1
        if name != "**":
            part = _name(name, built)
            whole = built.joined(whole, part if last else built.joined(part, _slash(built)))
        elif last:
            whole = built.joined(whole, built.looped(built.position(_BYTES)))
        else:
            folders = built.joined(built.looped(built.position(_BYTES)), _slash(built))
            whole = built.joined(whole, optional(folders))
    return whole


def _bytes(text: str) -> bytes:
    """Git compares bytes; whatever a path holds has some."""
    return text.encode("utf-8", "surrogatepass")


def _slash(built: Pattern) -> Part:
    return built.position(frozenset(b"/"))


def _name(name: str, built: Pattern) -> Part:
    """One part between slashes, with its wildcards."""
    part, raw, at = NOTHING, _bytes(name), 0
    while at < len(raw):
        char = raw[at : at + 1]
        if char == b"*":
            at = len(raw) - len(raw[at:].lstrip(b"*"))
            piece = optional(built.looped(built.position(_IN_NAME)))
        elif char == b"[":
            members, at = _members(raw, at + 1)
            piece = built.position(members & _IN_NAME)
        else:
            at += char == b"\\"
            if at == len(raw):
                raise PatternError(msg("this path means no file"))
            piece = built.position(_IN_NAME if char == b"?" else frozenset(raw[at : at + 1]))
            at += 1
        part = built.joined(part, piece)
    return part


def _members(raw: bytes, at: int) -> tuple[frozenset[int], int]:
    """What ``[...]`` stands for, and where it ends."""
    negated = raw[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[int] = set()
    begin = at
    while raw[at : at + 1] != b"]" or at == begin:
        low, at = _member(raw, at)
        high = low
        if raw[at : at + 1] == b"-" and raw[at + 1 : at + 2] not in (b"]", b""):
            high, at = _member(raw, at + 1)
        members.update(range(low, high + 1))
    return (_IN_NAME - members if negated else frozenset(members)), at + 1


def _member(raw: bytes, at: int) -> tuple[int, int]:
    if raw.startswith(b"[:", at):
        raise PatternError(msg("no named classes in a path: write [a-z] instead of [[:lower:]]"))
    at += raw[at : at + 1] == b"\\"
    if at >= len(raw):
        raise PatternError(msg("a [ without its ]"))
    return raw[at], at + 1
