"""Literal search: the one pass that every byte goes through.

``sift`` has told apart what certainly holds nothing; here every hit is wanted, with its offset.
"""

from collections.abc import Callable, Sequence
from functools import cache

from keyscan.literal_search import LONG, Adaptive, find
from keyscan.long_runs import encoded_runs as runs

__all__ = ["LONG", "find", "firsts", "runs", "search"]


def search(
    data: bytes, literals: Sequence[bytes], wanted: Callable[[int, int], bool] | None = None
) -> list[tuple[int, int]]:
    """Every occurrence of every literal, overlapping ones too: (offset, index of the literal).

    Those that are not ``wanted`` are not kept, not even for a moment.
    """
    every = _every(tuple(literals)).search(data)
    hits = list(every) if wanted is None else [hit for hit in every if wanted(*hit)]
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
