"""Literal search: the one pass that every byte goes through.

stringzilla finds one literal at about 30 GB/s here and has wheels for every platform that we
name; without it ``bytes.find`` finds exactly the same, about ten times slower (``bench/``).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

Find = Callable[[bytes, bytes, int], int]


class Hit(NamedTuple):
    """A literal at an offset; ``literal`` is its index in the searched sequence."""

    at: int
    literal: int


def _best_find() -> Find:
    try:
        from stringzilla import find
    except ImportError:  # no wheel, a broken install: slower, never blind
        return bytes.find
    found: Find = find
    return found


find: Find = _best_find()


def search(data: bytes, literals: Sequence[bytes]) -> list[Hit]:
    """Every occurrence of every literal, overlapping ones too, by offset."""
    hits = []
    for index, literal in enumerate(literals):
        at = find(data, literal, 0)
        while at >= 0:
            hits.append(Hit(at, index))
            at = find(data, literal, at + 1)
    if len(hits) > 1:
        hits.sort()
    return hits
