"""Which parts of a large buffer the full program has to look at; the others hold nothing for it.

``sift`` says where something could be, over thousands of objects at once; here the rule or the
decoder that owns the literal is asked, so that only what it makes something of is left. A history
repeats itself: what was judged once is not judged again in the next version of the same file.
``tests/test_interest.py`` compares all of it with the full program.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from keyscan.buffers import SOUGHT, STEMS_FROM, STREAMS_FROM, Look, digest, search
from keyscan.containers import FIRST, TAR, ZIP_END, expand, suspect
from keyscan.decoder import Clues
from keyscan.decoders import utf16
from keyscan.decoders._transcode import transcoded
from keyscan.hidden import Hidden
from keyscan.model import Blob, Gap
from keyscan.named import Named
from keyscan.owners import MAYBE, NOTHING, READ, Owners, made, owners
from keyscan.passages import REMEMBERED
from keyscan.sift import _escapes, _follows, _wide_text, own_hits

_ESCAPED = 2 << 10  # bytes around an escape sequence, more than ``spells`` reads
_DEPTH = 6  # of encodings and containers in each other, more than the full program reads


class Interest:
    """Judges buffer after buffer, and remembers what it saw of them (as hashes)."""

    def __init__(self) -> None:
        self._search = search()
        self._named = Named()
        self._plain: set[int] = set()
        self._hidden = Hidden(self._in_part)
        self._depth = 0

    def __call__(self, data: bytes, looks: Sequence[Look]) -> dict[int, bool]:
        """Which of them may hold a key, by ``Look.at``; true where a rule reads one as it stands.

        They are in order and do not overlap.
        """
        if not looks:
            return {}
        found = self._in_looks(data, looks)
        for one in looks:
            if one.at not in found and _begins(data, one) and self._in_container(data, one):
                found[one.at] = False
        return found

    def _in_part(self, text: bytes) -> bool:
        """Whether decoded bytes may hold a key, or the name of one that follows."""
        return self._in_text(text, False)

    def _in_text(self, text: bytes, last: bool = True) -> bool:
        """Whether decoded or unpacked bytes may hold a key."""
        if self._depth >= _DEPTH:
            return True
        self._depth += 1
        try:
            return bool(self._in_looks(text, (Look(0, 0, len(text), True, last),)))
        finally:
            self._depth -= 1

    def _in_container(self, data: bytes, look: Look) -> bool:
        """Whether what an object holds when it is unpacked or transcoded may hold a key."""
        if not (look.first and look.last):
            return True
        whole = Blob("", data[look.start : look.end])
        for one in expand((whole,)):
            if isinstance(one, Gap) or (one is not whole and self._in_text(one.data)):
                return True
            text = transcoded(one)
            if text is not None and self._in_text(text.data):
                return True
        return False

    def _in_wide(self, data: bytes, look: Look) -> bool:
        """Whether UTF-16 or UTF-32 among other bytes may hold a key."""
        text = utf16.DECODER.decode(data[look.start : look.end], Clues(0, (), (), 0))
        return text is not None and self._in_text(text.data)

    def _in_looks(self, data: bytes, looks: Sequence[Look]) -> dict[int, bool]:
        found: dict[int, bool] = {}
        self._add_hits(found, data, looks)
        starts = [one.start for one in looks]
        for at in own_hits(data):
            here = looks[max(0, bisect_right(starts, at) - 1)]
            if here.start <= at < here.end:
                found.setdefault(here.at, False)
        for at in _wide(data, looks, starts):
            here = looks[max(0, bisect_right(starts, at) - 1)]
            if here.start <= at < here.end and here.at not in found and self._in_wide(data, here):
                found[here.at] = False
        self._add_hidden(found, data, looks, starts)
        return found

    def _add_hits(self, found: dict[int, bool], data: bytes, looks: Sequence[Look]) -> None:
        """Adds the objects in which a literal stands of which the full program makes something."""
        escapes = _escapes(data)
        asked: set[tuple[int, int]] = set()
        tried: dict[int, int] = {}
        every = owners()
        names = self._named.reading(data)
        rest = iter(looks)
        here = next(rest)
        for at, literal in self._search(data):
            while at >= here.end:
                names.end()
                following = next(rest, None)
                if following is None:
                    return
                here = following
            if at < here.start or here.at in found:
                continue
            if literal < STEMS_FROM:
                who = every[literal]
                if who is None:
                    continue  # marks of containers, which ``_begins`` knows
                if who.near:
                    holds = names.holds(here, at, literal, who)
                else:
                    holds = self._holds(data, here, at, literal, who, asked)
            elif literal < STREAMS_FROM:
                holds = self._spells(data, at, literal, escapes)
            else:
                holds = self._hidden.stream(data, here.start, here.end, at, tried)
            if holds > 0:
                found[here.at] = holds == READ
        names.end()

    def _spells(
        self, data: bytes, at: int, literal: int, escapes: Callable[[int, int], bool]
    ) -> bool:
        """Whether escape sequences here spell a piece of a key."""
        if SOUGHT[literal][:1].isdigit():
            return escapes(at, literal)  # of a list of codes, which may be of any length
        low = max(0, at - _ESCAPED)
        stamp = digest(data[low : at + _ESCAPED], literal << 20 | at - low)
        if stamp in self._plain:
            return False
        told = escapes(at, literal)
        if not told and len(self._plain) < REMEMBERED:
            self._plain.add(stamp)
        return told

    def _holds(
        self,
        data: bytes,
        look: Look,
        at: int,
        literal: int,
        who: Owners,
        asked: set[tuple[int, int]],
    ) -> int:
        """What the full program makes of this hit."""
        if not _follows(data, at, literal):
            return NOTHING
        content = data[look.start : look.end]
        told = made(content, at - look.start, SOUGHT[literal], who)
        if told or (look.at, literal) in asked:  # decoders read all of it at its first hit
            return told
        asked.add((look.at, literal))
        views = (one.decode(content, Clues(0, (), (), 0)) for one in who.decoders)
        return MAYBE if any(one and self._hidden.telling(one.data, 1) for one in views) else NOTHING

    def _add_hidden(
        self, found: dict[int, bool], data: bytes, looks: Sequence[Look], starts: Sequence[int]
    ) -> None:
        """Adds the objects with runs of base64 or hex that hold something."""
        done = 0
        spans = self._hidden.runs(data)
        for index, (start, end) in enumerate(spans):
            here = looks[max(0, bisect_right(starts, start) - 1)]
            start, end = max(start, here.start), min(end, here.end)
            if here.at in found or start >= end or start < done:
                continue
            some = chain([(start, end)], islice(spans, index + 1, None))
            done = self._hidden.judged(data, here.start, here.end, some)
            if done < 0:
                found[here.at] = False


def _wide(data: bytes, looks: Sequence[Look], starts: Sequence[int]) -> Iterator[int]:
    """Where letters and NULs take turns, once for each object."""
    look = _wide_text(data)
    at = look(0)
    while at >= 0:
        yield at
        at = look(max(at + 1, looks[max(0, bisect_right(starts, at) - 1)].end))


def _begins(data: bytes, one: Look) -> bool:
    """Whether it has to be unpacked or transcoded; a look at a few bytes for nearly all."""
    start, end = one.start, one.end
    lead = data[start : start + 4] if one.first else b""
    if (
        (lead[:2] in FIRST or lead[:2] in _BOMS or b"\0" in lead)
        or data[start + 257 : start + 262] == TAR
        or data[end - 22 : end - 18] == ZIP_END
    ):
        blob = Blob("", data[start:end], offset=0 if one.first else 1, final=one.last)
        return suspect(blob) or (one.first and transcoded(blob) is not None)
    return not one.first and one.last and suspect(Blob("", data[start:end], offset=1))


_BOMS = frozenset((b"\xff\xfe", b"\xfe\xff", b"\0\0"))
