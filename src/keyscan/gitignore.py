"""Paths by gitignore's syntax: what pathspec says they mean, in bounded time.

``re`` backtracks over pathspec's regexes: ``*a*a*a*b`` takes it a minute on one path of a thousand
letters. Hyperscan reads them in time that grows with the path alone (66 µs for 4,000 letters);
where it is not installed, or refuses a regex, what would take long is not begun.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from math import comb
from typing import TYPE_CHECKING

from keyscan.errors import IncompleteError
from keyscan.model import msg
from keyscan.pattern_syntax import PatternError

if TYPE_CHECKING:
    from pathspec import PathSpec, RegexPattern

_ESCAPE_OR_CLASS = re.compile(r"\\.|\[(\^?)(\]?[^\]]*\])", re.S)  # in pathspec's regexes
_RANGE = re.compile(r"(.)-([^\]])", re.S)
_STEPS = 100_000_000  # of ``re``: some seconds
_WILDCARDS = 20  # in a line; hyperscan takes 5 ms to prepare for these, two seconds for 1,000


class Paths:
    """Some lines of a ``.gitignore``; the last one that means a path, or a folder of it, decides.

    In git it is the folder that is left out, whatever later lines say of its files.

    Raises ``PatternError`` for a line that can mean nothing.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        for line in lines:
            _check(line)
        # Git: all folders below a; pathspec: all files below it. This says what git means.
        self._lines = [re.sub(r"(/\*\*)+/\Z", "/*/", line) for line in lines]

    def match(self, path: str) -> bool:
        """Whether they mean this file, by its POSIX path from the lines' own folder.

        Raises ``IncompleteError`` where to find out would take long.
        """
        spec, bounded = self._spec
        if not bounded and max(_steps(line, path) for line in self._lines) > _STEPS:
            raise IncompleteError(
                msg("a path of the configuration takes too long on this file's name; use fewer *")
            )
        # A name that is no UTF-8 is held with surrogates, which hyperscan does not read.
        return spec.match_file(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))

    @cached_property
    def _spec(self) -> "tuple[PathSpec[RegexPattern], bool]":
        """The lines, and whether matching takes time that grows with the path alone."""
        from pathspec import PathSpec

        try:
            return PathSpec.from_lines(_pattern, self._lines, backend="hyperscan"), True
        except Exception:  # not installed, or its own error: too large for it
            return PathSpec.from_lines(_pattern, self._lines, backend="simple"), False


def _check(line: str) -> None:
    import warnings  # late, as pathspec itself: most configurations name no path

    if "[:" in line:
        raise PatternError(msg("no named classes in a path: write [a-z] instead of [[:lower:]]"))
    if _wildcards(line) > _WILDCARDS:
        raise PatternError(msg("at most {count} wildcards in a path", count=_WILDCARDS))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            means = _pattern(line).include
    except (ValueError, re.error, Warning):
        means = None
    if means is None or not line.strip("!/ ") or not line.isprintable():
        raise PatternError(msg("this path means no file"))


def _pattern(line: str) -> "RegexPattern":
    from pathspec import RegexPattern
    from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

    regex, include = GitIgnoreBasicPattern.pattern_to_regex(line)
    if regex is None:
        return RegexPattern(None)
    return RegexPattern(re.compile(_ESCAPE_OR_CLASS.sub(_without_slash, regex)), include)


def _without_slash(found: re.Match[str]) -> str:
    """A class of characters that stands for no ``/``, which git's never do and pathspec's may."""
    negated, members = found.groups()
    if members is None:
        return found[0]
    if negated:
        return f"[^/\\{members}" if members[0] in "-]" else f"[^/{members}"
    return "[" + _RANGE.sub(
        lambda one: f"{one[1]}-.0-{one[2]}" if one[1] < "/" < one[2] else one[0], members
    )


def _wildcards(line: str) -> int:
    return len(re.findall(r"[*?\[]+", line))


def _steps(line: str, path: str) -> int:
    """At most so many: each wildcard may end anywhere behind the one before."""
    wildcards = _wildcards(line) + 1  # a line without a slash begins with one, too
    return comb(len(path) + wildcards, wildcards)
