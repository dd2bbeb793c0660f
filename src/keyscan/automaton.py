"""Patterns that come with a configuration, matched in time that grows with the text alone.

``re`` backtracks: ``(a+)+b`` takes for ever on forty letters (measured). Hyperscan has no wheel for
Windows on ARM, google-re2 none for musl, and a time limit (``regex``) makes a result depend on how
busy the machine is. So a pattern becomes a finite automaton here (Glushkov's: a state is a set of
the pattern's characters, kept as bits of a number). What it can say is regular: no anchors,
look-arounds or references back.
"""

from keyscan.errors import IncompleteError
from keyscan.model import msg
from keyscan.pattern_syntax import SIZE, Parser, Part, PatternError, too_long

BUDGET = 100_000_000  # steps of all rules in one run: 10 to 20 seconds
_STATES = 4000  # kept at once


class _Steps:
    """Counts steps. Each takes constant time, but content and pattern may make very many."""

    spent = 0

    def spend(self, steps: int) -> None:
        """Raises ``IncompleteError`` once it is used up."""
        self.spent += steps
        if self.spent > BUDGET:
            raise IncompleteError(
                msg(
                    "a pattern of the configuration takes too long on this content; make it simpler"
                )
            )


class Pattern:
    """The pattern of a rule (``pattern_syntax``). ``least`` is the length of its shortest match.

    Raises ``PatternError``.
    """

    def __init__(self, source: str) -> None:
        self._classes: list[frozenset[int]] = []
        self._follow: list[int] = []
        whole = Parser(source, self).whole()
        self.least = whole.least
        self._start = _bits(whole.first)
        self._last = whole.last
        self._empty = whole.empty
        self._symbols = [0] * 256
        for position, members in enumerate(self._classes):
            for byte in members:
                self._symbols[byte] |= 1 << position
        self._moves: dict[int, dict[int, int]] = {}

    def longest(self, data: bytes, start: int, stop: int) -> int:
        """The end of the longest match from ``start`` on, or -1. Raises ``IncompleteError``."""
        end = start if self._empty else -1
        state, moves, at = -1, self._moves, start
        for at in range(start, min(stop, len(data))):
            byte = data[at]
            known = moves.get(state)
            after = None if known is None else known.get(byte)
            state = self._step(state, byte) if after is None else after
            if not state:
                break
            if state & self._last:
                end = at + 1
        _SPENT.spend(at - start + 1)
        return end

    def _step(self, state: int, byte: int) -> int:
        positions = self._start if state < 0 else _bits(state)
        reachable = 0
        if state < 0:
            for position in positions:
                reachable |= 1 << position
        else:
            for position in positions:
                reachable |= self._follow[position]
        after = reachable & self._symbols[byte]
        _SPENT.spend(len(positions))
        if len(self._moves) >= _STATES:
            self._moves.clear()
        self._moves.setdefault(state, {})[byte] = after
        return after

    def position(self, members: frozenset[int]) -> Part:
        """One more character of the pattern."""
        if not members:
            raise PatternError(msg("a class of characters that nothing belongs to"))
        if len(self._classes) >= SIZE:
            raise too_long()
        bit = 1 << len(self._classes)
        self._classes.append(members)
        self._follow.append(0)
        return Part(False, bit, bit, 1)

    def joined(self, one: Part, other: Part) -> Part:
        """One after the other."""
        for position in _bits(one.last):
            self._follow[position] |= other.first
        return Part(
            one.empty and other.empty,
            one.first | (other.first if one.empty else 0),
            other.last | (one.last if other.empty else 0),
            one.least + other.least,
        )

    def looped(self, one: Part) -> Part:
        """One or more times."""
        for position in _bits(one.last):
            self._follow[position] |= one.first
        return one


_SPENT = _Steps()


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
