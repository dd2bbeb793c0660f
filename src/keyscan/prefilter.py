"""Literal search: the one pass that every byte goes through.

``sift`` has told apart what certainly holds nothing; here every hit is wanted, with its offset.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from keyscan.literal_search import LONG, Adaptive, find
from keyscan.long_runs import encoded_runs as runs

__all__ = ["LONG", "find", "firsts", "runs", "search"]


class Hit(NamedTuple):
    """A literal at an offset; ``literal`` is its index in the searched sequence."""

    at: int
    literal: int


def search(data: bytes, literals: Sequence[bytes]) -> list[Hit]:
    """Every occurrence of every literal, overlapping ones too, by offset."""
    hits = [Hit(*hit) for hit in _every(tuple(literals)).search(data)]
    if len(hits) > 1:
        hits.sort()
    return hits


def firsts(data: bytes, literals: Sequence[bytes]) -> dict[bytes, int]:
    """The first offset of each literal that occurs."""
    return {literals[index]: at for at, index in _first(tuple(literals)).search(data)}


@cache
def _every(literals: tuple[bytes, ...]) -> Adaptive:
    return Adaptive(literals)


@cache
def _first(literals: tuple[bytes, ...]) -> Adaptive:
    return Adaptive(literals, once=True)
