"""Which parts of a large buffer the full program has to look at; the others hold nothing for it.

``sift`` says where something could be, over thousands of objects at once; here the rule or the
decoder that owns the literal is asked, so that only what it makes something of is left. A history
repeats itself: what was judged once is not judged again in the next version of the same file.
``tests/test_interest.py`` compares all of it with the full program.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from keyscan.containers import FIRST, TAR, ZIP_END, suspect
from keyscan.decoder import Clues, Decoder
from keyscan.decoders import _is_piece, all_decoders
from keyscan.decoders._transcode import transcoded
from keyscan.model import Blob
from keyscan.provider import Rule
from keyscan.providers import rules_by_literal
from keyscan.sift import (
    _BASE64,
    _SAMPLES,
    _SOUGHT,
    _follows,
    _wide_text,
    fast_search,
    find,
)

_BEFORE, _BEHIND = 256, 1024  # all that a rule reads of the bytes around a name (``context``)
_REMEMBERED = 1 << 20  # judgements


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
        self._search = fast_search()
        self._dull: set[int] = set()
        self._runs: dict[bytes, int] = {}

    def __call__(self, data: bytes, looks: Sequence[Look]) -> set[int]:
        """Which of them may hold a key, by ``Look.at``. They are in order and do not overlap."""
        found = {one.at for one in looks if _begins(data, one)}
        if not looks:
            return found
        starts = [one.start for one in looks]
        for at, literal in self._search(data):
            here = looks[max(0, bisect_right(starts, at) - 1)]
            if here.at in found or not here.start <= at < here.end:
                continue
            if self._holds(data, here, at, literal):
                found.add(here.at)
        for here in looks if data.find(b"\0") >= 0 else ():
            if here.at not in found and _wide_text(data[here.start : here.end])(0) >= 0:
                found.add(here.at)
        self._add_runs(data, looks, starts, found)
        return found

    def _holds(self, data: bytes, look: Look, at: int, literal: int) -> bool:
        """Whether the full program makes something of this hit."""
        text, owners = _SOUGHT[literal], _owners()[literal]
        if owners is None:
            return False  # marks of containers, which ``_begins`` knows
        if owners.near:
            start, end = max(look.start, at - _BEFORE), min(look.end, at + _BEHIND)
            stamp = hash((literal, at - start, data[start:end]))
            if stamp in self._dull:
                return False
            if _follows(data, at, literal) and _made(data[start:end], at - start, text, owners):
                return True
            if len(self._dull) < _REMEMBERED:
                self._dull.add(stamp)
            return False
        if not _follows(data, at, literal):
            return False
        return _made(data[look.start : look.end], at - look.start, text, owners)

    def _add_runs(
        self, data: bytes, looks: Sequence[Look], starts: Sequence[int], found: set[int]
    ) -> None:
        """Adds what holds a long run of base64's letters that may encode text."""
        sample = data[::4].translate(_BASE64)
        at = find(sample, _SAMPLES, 0)
        while at >= 0:
            stop = find(sample, b" ", at)
            stop = len(sample) if stop < 0 else stop
            start = max(0, at * 4 - 3)
            run = data[start : stop * 4]
            kind = self._runs.get(run)
            if kind is None:
                kind = _encodes(run)
                if len(run) < 200 and len(self._runs) < _REMEMBERED // 8:
                    self._runs[run] = kind
            if kind == _TEXT or (kind == _NOISE and self._packed(data, start, stop * 4)):
                # Samples step over what parts two runs, so this may be more than one object.
                first = max(0, bisect_right(starts, start) - 1)
                last = bisect_right(starts, stop * 4)
                found.update(one.at for one in looks[first:last] if one.end > start)
            at = find(sample, _SAMPLES, stop)

    def _packed(self, data: bytes, start: int, stop: int) -> bool:
        """Whether compressed data begins in an encoded run, or on a shorter line before it."""
        line = data.rfind(b"\n", max(0, start - 40), start + 4)
        near = data[start if line < 0 else max(0, line - 170) : min(stop, start + 100)]
        stamp = hash(near)
        if stamp in self._dull:
            return False
        if _PACKED.search(near):
            return True
        if len(self._dull) < _REMEMBERED:
            self._dull.add(stamp)
        return False


@cache
def _owners() -> tuple[_Owners | None, ...]:
    """For each literal of ``sift``."""
    decoders: dict[bytes, tuple[Decoder, ...]] = {}
    for one in all_decoders():
        for text in () if one.inner else one.literals:
            decoders[text] = (*decoders.get(text, ()), one)
    return tuple(_owners_of(text, decoders.get(text, ())) for text in _SOUGHT)


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


def _made(content: bytes, at: int, text: bytes, owners: _Owners) -> bool:
    if not owners.rules and not owners.decoders:
        return True  # a piece that belongs to nothing but keys
    if owners.rules and _is_piece(content, at, text):
        return True
    clues = Clues(0, (), (), 0)
    return any(rule.match(content, at) for rule in owners.rules) or any(
        one.decode(content, clues) is not None for one in owners.decoders
    )


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

# Four groups of base64 that decode to twelve characters of ASCII, at any alignment: the first
# three letters of a group are among those that leave the top bit of its bytes unset. A key is
# longer, also where a line break halves it.
_ASCII_64 = re.compile(
    rb"(?:[ACDI-Za-f][AC-HQS-Xgi-nwyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_\-]){4}"
)
_ASCII_HEX = re.compile(rb"(?:[02-7][0-9A-Fa-f]){14}")
# Where gzip and zlib begin: encoded in base64, and in hex.
_PACKED = re.compile(rb"H4s|eJ[w-z]|eN[o-r]|1[fF]8[bB]|789[cC]|78[dD][aA]")
_HEX = re.compile(rb"[0-9a-f]{40}")
_PACKED_HEX = re.compile(rb"(?:\A|[^0-9a-f])[0-9a-f]?(?:1f8b|789c|78da)[0-9a-f]{36}")
_NOTHING, _NOISE, _TEXT = range(3)


def _encodes(run: bytes) -> int:
    """What a run of letters may be: a name or a path, an encoding of bytes, or of text."""
    if _ASCII_64.search(run) or _ASCII_HEX.search(run):
        return _TEXT
    if not run.islower():
        return _NOISE
    digits = _HEX.search(run)
    if digits is None:
        return _NOTHING
    if _PACKED_HEX.search(run):
        return _TEXT
    return _NOISE if digits.start() <= 4 else _NOTHING  # at its start a line may go before
