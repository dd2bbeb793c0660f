"""Which parts of a large buffer the full program has to look at; the others hold nothing for it.

``sift`` says where something could be, over thousands of objects at once; here the rule or the
decoder that owns the literal is asked, so that only what it makes something of is left. A history
repeats itself: what was judged once is not judged again in the next version of the same file.
``tests/test_interest.py`` compares all of it with the full program.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from keyscan.buffers import SOUGHT, STEMS_FROM, STREAMS_FROM, digest, search
from keyscan.containers import FIRST, TAR, ZIP_END, expand, suspect
from keyscan.decoder import Clues, Decoder
from keyscan.decoders import _is_piece, all_decoders, utf16
from keyscan.decoders._transcode import transcoded
from keyscan.hidden import LETTERS, Hidden
from keyscan.model import Blob, Gap
from keyscan.passages import NEAR, PASSAGE, REMEMBERED, Passages
from keyscan.provider import Rule
from keyscan.providers import rules_by_literal
from keyscan.sift import _escapes, _follows, _wide_text, own_hits

_BEFORE, _BEHIND = 256, 1024  # all that a rule reads of the bytes around a name (``context``)
_NOTHING, _MAYBE, _READ = range(3)  # what is made of a hit; the last: a rule reads a key there
_KEY = 200  # letters: more than any key with the marker has
_DEPTH = 6  # of encodings and containers in each other, more than the full program reads


class Look(NamedTuple):
    """Bytes of a buffer: an object, or a piece of one without its ``first`` or ``last`` byte.

    ``at`` is what the caller calls it.
    """

    at: int
    start: int
    end: int
    first: bool = True
    last: bool = True


class _Owners(NamedTuple):
    """Who is asked about a literal. ``near``: all of them read only a few bytes around it."""

    rules: tuple[Rule, ...]
    decoders: tuple[Decoder, ...]
    near: bool


class Interest:
    """Judges buffer after buffer, and remembers what it saw of them (as hashes)."""

    def __init__(self) -> None:
        self._search = search()
        self._dull: set[int] = set()
        self._passages: dict[int, int] = {}
        self._hidden = Hidden(self._in_text)
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

    def _in_text(self, text: bytes) -> bool:
        """Whether decoded or unpacked bytes may hold a key."""
        if self._depth >= _DEPTH:
            return True
        self._depth += 1
        try:
            return bool(self._in_looks(text, (Look(0, 0, len(text)),)))
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
        owners = _owners()
        asked: set[tuple[int, int]] = set()
        passages = Passages(self._passages)
        rest = iter(looks)
        here, last = next(rest), -NEAR
        done = 0
        for at, literal in self._search(data):
            while at >= here.end:
                passages.break_off()
                following = next(rest, None)
                if following is None:
                    return
                here, done = following, 0
            if at < here.start or here.at in found:
                continue
            if literal < STEMS_FROM:
                owner = owners[literal]
                if owner is None:
                    continue  # marks of containers, which ``_begins`` knows
                if not owner.near:
                    holds = self._holds(data, here, at, literal, owner, asked)
                elif at < done:
                    continue
                else:
                    if at < last + NEAR and (skip := passages.dull(_around(data, here, at), at)):
                        done = at + skip
                        continue
                    holds = self._holds_near(data, here, at, literal, owner)
                    passages.add(at)
                    last = at
            elif literal < STREAMS_FROM:
                holds = escapes(at, literal)
            else:
                holds = self._hidden.stream(data, here.start, here.end, at)
            if holds:
                found[here.at] = holds == _READ
                passages.forget()

    def _holds_near(self, data: bytes, look: Look, at: int, literal: int, owners: "_Owners") -> int:
        """What rules that read only what stands around make of this hit."""
        start = max(look.start, at - _BEFORE)
        window = data[start : min(look.end, at + _BEHIND)]
        stamp = digest(window, literal << 9 | at - start)
        if stamp in self._dull:
            return _NOTHING
        made = _made(window, at - start, SOUGHT[literal], owners)
        if not made and len(self._dull) < REMEMBERED:
            self._dull.add(stamp)
        return made

    def _holds(
        self,
        data: bytes,
        look: Look,
        at: int,
        literal: int,
        owners: "_Owners",
        asked: set[tuple[int, int]],
    ) -> int:
        """What the full program makes of this hit."""
        if not _follows(data, at, literal):
            return _NOTHING
        content = data[look.start : look.end]
        made = _made(content, at - look.start, SOUGHT[literal], owners)
        if made or (look.at, literal) in asked:  # decoders read all of it at its first hit
            return made
        asked.add((look.at, literal))
        clues = Clues(0, (), (), 0)
        return _MAYBE if any(one.decode(content, clues) for one in owners.decoders) else _NOTHING

    def _add_hidden(
        self, found: dict[int, bool], data: bytes, looks: Sequence[Look], starts: Sequence[int]
    ) -> None:
        """Adds the objects with runs of base64 or hex that hold something."""
        done = 0
        for start, end in self._hidden.runs(data):
            here = looks[max(0, bisect_right(starts, start) - 1)]
            start, end = max(start, here.start), min(end, here.end)
            if here.at in found or start >= end or start < done:
                continue
            done = self._hidden.judged(data, here.start, here.end, (start, end))
            if done < 0:
                found[here.at] = False


def _around(data: bytes, look: Look, at: int) -> int:
    """Stands for all that decides about names from here to the end of a passage."""
    start = max(look.start, at - _BEFORE)
    return digest(data[start : min(look.end, at + PASSAGE + _BEHIND)], 1 << 15 | at - start)


def _wide(data: bytes, looks: Sequence[Look], starts: Sequence[int]) -> Iterator[int]:
    """Where letters and NULs take turns, once for each object."""
    look = _wide_text(data)
    at = look(0)
    while at >= 0:
        yield at
        at = look(max(at + 1, looks[max(0, bisect_right(starts, at) - 1)].end))


@cache
def _owners() -> tuple[_Owners | None, ...]:
    """For each literal of ``sift``."""
    decoders: dict[bytes, tuple[Decoder, ...]] = {}
    for one in all_decoders():
        for text in () if one.inner else one.literals:
            decoders[text] = (*decoders.get(text, ()), one)
    return tuple(_owners_of(text, decoders.get(text, ())) for text in SOUGHT)


def _owners_of(text: bytes, decoders: tuple[Decoder, ...]) -> _Owners | None:
    if text in _marks():
        return None
    rules = tuple(rules_by_literal().get(text, ()))
    named = bool(rules) and all(rule.priority >= 2 for rule in rules)
    return _Owners(rules, decoders, named and not decoders)


@cache
def _marks() -> frozenset[bytes]:
    """What only says that a file may be a container."""
    from keyscan.containers import LEADS

    return frozenset((TAR, *(marker for markers in LEADS.values() for marker in markers)))


def _made(content: bytes, at: int, text: bytes, owners: _Owners) -> int:
    if any(rule.match(content, at) for rule in owners.rules):
        return _READ
    if not owners.rules and not owners.decoders:  # a half of the marker
        return _NOTHING if _in_run(content, at) else _MAYBE
    return _MAYBE if owners.rules and _is_piece(content, at, text) else _NOTHING


def _in_run(content: bytes, at: int) -> bool:
    """Whether nothing but base64 stands as far around as a key reaches: nothing is joined there."""
    around = content[max(0, at - _KEY) : at + _KEY]
    return len(around) == 2 * _KEY and not around.translate(None, LETTERS)


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
