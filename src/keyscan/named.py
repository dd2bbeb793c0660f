"""Names that may be given a key: what rules make of them, remembered for what stands around."""

from keyscan.buffers import SOUGHT, Look, digest
from keyscan.owners import MAYBE, NOTHING, Owners, made
from keyscan.passages import NEAR, PASSAGE, REMEMBERED, Passages
from keyscan.sift import _follows

_BEFORE, _BEHIND = 256, 1024  # bytes around a name in which a value that it is given stands
_FAR = 16 << 10  # bytes around it in which rules look for what tells whose it is
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
        if not _follows(near, at - low, literal):
            _remember(self._bare, stamp)
            return _BARE
        if high == look.end and not look.last:
            return MAYBE  # it may be given what comes after this piece
        low, high = max(look.start, at - _FAR), min(look.end, at + _FAR)
        far = data[low:high]
        stamp = digest(far, literal << 20 | at - low)
        if stamp in self._dull:
            return NOTHING
        told = made(far, at - low, SOUGHT[literal], who)
        if not told:
            _remember(self._dull, stamp)
        return told


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
