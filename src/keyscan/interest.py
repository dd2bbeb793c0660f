"""Which parts of a large buffer the full program has to look at; the others hold nothing for it.

Searching costs the same for one object as for thousands, so that the buffer is searched once.
What this passes over, ``decoders`` and ``detect`` would find nothing in: every literal is judged
by the rule or the decoder that owns it. ``tests/test_interest.py`` compares both.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from keyscan.containers import FIRST, TAR, ZIP_END, suspect
from keyscan.decoder import Clues, Decoder
from keyscan.decoders import _PIECES, _is_piece, all_decoders
from keyscan.decoders._transcode import transcoded
from keyscan.model import Blob
from keyscan.prefilter import find, runs
from keyscan.provider import Rule
from keyscan.providers import rules_by_literal


class Look(NamedTuple):
    """Bytes of a buffer: an object, or a piece of one without its ``first`` or ``last`` byte.

    ``at`` is what the caller calls it.
    """

    at: int
    start: int
    end: int
    first: bool = True
    last: bool = True


class _Literal(NamedTuple):
    """A literal and who is asked about each of its hits."""

    text: bytes
    rules: tuple[Rule, ...]
    decoders: tuple[Decoder, ...]


@cache
def _sought() -> tuple[_Literal, ...]:
    """Every literal once, whoever owns it."""
    rules = {text: tuple(owners) for text, owners in rules_by_literal().items()}
    decoders: dict[bytes, tuple[Decoder, ...]] = {}
    for one in all_decoders():
        for text in () if one.inner else one.literals:
            decoders[text] = (*decoders.get(text, ()), one)
    every = dict.fromkeys((*_PIECES, *rules, *decoders))
    return tuple(_Literal(text, rules.get(text, ()), decoders.get(text, ())) for text in every)


def interesting(data: bytes, looks: Sequence[Look]) -> set[int]:
    """Which of them may hold a key, by ``Look.at``. They are in order and do not overlap."""
    found = {one.at for one in looks if _begins(data, one)}
    if not looks:
        return found
    starts = [one.start for one in looks]
    for literal in _sought():
        for look, at in _hits(data, literal, looks, starts):
            if look.at not in found and _holds(data, look, at, literal):
                found.add(look.at)
    for at, _ in runs(data):
        here = looks[max(0, bisect_right(starts, at) - 1)]
        if here.start <= at < here.end:
            found.add(here.at)
    return found


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


def _hits(
    data: bytes, literal: _Literal, looks: Sequence[Look], starts: Sequence[int]
) -> Iterator[tuple[Look, int]]:
    """Each hit inside of an object; of a decoder's literal the first of each object only."""
    text, every = literal.text, bool(literal.rules)
    at = find(data, text, 0)
    while at >= 0:
        here = looks[max(0, bisect_right(starts, at) - 1)]
        if here.start <= at < here.end:
            yield here, at
        at = find(data, text, max(at + 1, 0 if every else here.end))


def _holds(data: bytes, look: Look, at: int, literal: _Literal) -> bool:
    """Whether the full program makes something of this hit."""
    if not literal.rules and not literal.decoders:
        return True  # half of a marker that belongs to nothing but keys
    content, at = data[look.start : look.end], at - look.start
    if literal.rules and _is_piece(content, at, literal.text):
        return True
    clues = Clues(0, (), (), 0)
    return any(rule.match(content, at) for rule in literal.rules) or any(
        one.decode(content, clues) is not None for one in literal.decoders
    )
