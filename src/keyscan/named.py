"""Names that may be given a key: what rules make of them, remembered for what stands around."""

from keyscan._literals import NAMES
from keyscan.buffers import SOUGHT, Look, digest
from keyscan.context import named_value
from keyscan.decoders import short_value
from keyscan.owners import MAYBE, NOTHING, Owners, made
from keyscan.passages import NEAR, PASSAGE, REMEMBERED, Passages
from keyscan.sift import _follows

_BEFORE, _BEHIND = 256, 1024  # bytes around a name in which a value that it is given stands
_FAR = 16 << 10  # bytes around it in which rules look for what tells whose it is
# Names whose rules all begin with ``named_value``.
_ASSIGNED = frozenset(NAMES) - {b"machine api.", b"cohere.Client"}
# Those whose rules ask no more of what stands around than that a model or its host is named, in
# the statement or near it; ``tests/test_interest.py`` compares.
_TOLD = _ASSIGNED - {b"refresh_token", b"_TOKEN", b"personal_access_token"} | {b"Bearer "}
_TELLING, _TELLING_END = b"openai chatgpt https://api.openai.com/ (", b") openai chatgpt"
_BARE = -1  # no value follows, whatever stands far away


class Named:
    """What was judged, as hashes."""

    def __init__(self) -> None:
        self._bare: set[int] = set()
        self._dull: set[int] = set()
        self.passages: dict[int, int] = {}

    def reading(self, data: bytes) -> "Reading":
        return Reading(self, data)

    def judged(self, data: bytes, look: Look, at: int, literal: int, who: Owners) -> int:
        """What rules make of a hit; ``_BARE`` where that depends on a few bytes alone."""
        low, high = max(look.start, at - _BEFORE), min(look.end, at + _BEHIND)
        near = data[low:high]
        stamp = digest(near, literal << 20 | at - low)
        if stamp in self._bare:
            return _BARE
        if high == look.end and not look.last:
            # It may be given what comes after this piece.
            return MAYBE if _follows(near, at - low, literal) else NOTHING
        if not _has_value(near, at - low, literal, who):
            if short_value(near, at - low):
                return MAYBE
            _remember(self._bare, stamp)
            return _BARE
        low, high = max(look.start, at - _FAR), min(look.end, at + _FAR)
        far = data[low:high]
        stamp = digest(far, literal << 20 | at - low)
        if stamp in self._dull:
            return NOTHING
        told = made(far, at - low, SOUGHT[literal], who)
        if not told:
            _remember(self._dull, stamp)
        return told


def _has_value(near: bytes, at: int, literal: int, who: Owners) -> bool:
    """Whether a name is given a value in which a rule may read a key, if all around tells so."""
    text = SOUGHT[literal]
    if text in _TOLD:
        told = b"".join((_TELLING, near, _TELLING_END))
        return made(told, at + len(_TELLING), text, who) != NOTHING
    return named_value(near, at) is not None if text in _ASSIGNED else _follows(near, at, literal)


class Reading:
    """One buffer, whose names come in order."""

    def __init__(self, named: Named, data: bytes) -> None:
        self._named, self._data = named, data
        self._passages = Passages(named.passages)
        self._last, self._done = -NEAR, 0
        self.end = self._passages.break_off  # of an object

    def holds(self, look: Look, at: int, literal: int, who: Owners) -> int:
        """What rules make of a hit."""
        if at < self._done:
            return NOTHING
        if at < self._last + NEAR:
            skip = self._passages.dull(_passage(self._data, look, at), at)
            if skip:
                self._last = self._done = at + skip
                return NOTHING
        self._last = at
        told = self._named.judged(self._data, look, at, literal, who)
        if told == _BARE:
            self._passages.add(at)
            return NOTHING
        self._passages.break_off()
        return told


def _passage(data: bytes, look: Look, at: int) -> int:
    """Stands for all that decides about names from here to the end of a passage."""
    low = max(look.start, at - _BEFORE)
    return digest(data[low : min(look.end, at + PASSAGE + _BEHIND)], at - low)


def _remember(some: set[int], stamp: int) -> None:
    if len(some) < REMEMBERED:
        some.add(stamp)
