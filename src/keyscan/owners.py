"""Who is asked about a literal: the rules and decoders that look for it, and what they say."""

from functools import cache
from typing import NamedTuple

from keyscan.buffers import SOUGHT
from keyscan.containers import LEADS, TAR
from keyscan.decoder import Decoder
from keyscan.decoders import _is_piece, all_decoders
from keyscan.hidden import LETTERS
from keyscan.provider import Rule
from keyscan.providers import rules_by_literal
from keyscan.shape import in_digest

_MARKER = b"T3Blbk" + b"FJ"
_KEY = 200  # bytes: more than a key has on either side of its marker, on many lines, too
NOTHING, MAYBE, READ = range(3)  # what is made of a hit; the last: a rule reads a key there


class Owners(NamedTuple):
    """Who is asked about a literal. ``near``: all of them read only a few bytes around it."""

    rules: tuple[Rule, ...]
    decoders: tuple[Decoder, ...]
    near: bool


@cache
def owners() -> tuple[Owners | None, ...]:
    """For each literal of ``sift``."""
    decoders: dict[bytes, tuple[Decoder, ...]] = {}
    for one in all_decoders():
        for text in () if one.inner else one.literals:
            decoders[text] = (*decoders.get(text, ()), one)
    return tuple(_of(text, decoders.get(text, ())) for text in SOUGHT)


def _of(text: bytes, decoders: tuple[Decoder, ...]) -> Owners | None:
    if text in _marks():
        return None
    rules = tuple(rules_by_literal().get(text, ()))
    named = bool(rules) and all(rule.priority >= 2 for rule in rules)
    return Owners(rules, decoders, named and not decoders)


@cache
def _marks() -> frozenset[bytes]:
    """What only says that a file may be a container."""
    return frozenset((TAR, *(marker for markers in LEADS.values() for marker in markers)))


def made(content: bytes, at: int, text: bytes, who: Owners) -> int:
    """What rules make of a literal that stands at an offset, or whether it is a piece of a key."""
    matches = (rule.match(content, at) for rule in who.rules)
    if any(one and not in_digest(content, one.start) for one in matches):
        return READ
    if not who.rules and not who.decoders:  # a half of the marker
        return NOTHING if _in_run(content, at) else MAYBE
    return MAYBE if who.rules and _is_piece(content, at, text) else NOTHING


def _in_run(content: bytes, at: int) -> bool:
    """Whether nothing but base64 stands as far around as a key reaches: nothing is joined there.

    Not even over the ends of lines, which make no marker of it.
    """
    around = content[max(0, at - _KEY) : at + _KEY]
    if len(around) < 2 * _KEY or around.translate(None, LETTERS + b"\r\n"):
        return False
    return _MARKER not in around.translate(None, b"\r\n")
