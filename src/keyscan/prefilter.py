"""Literal search: the one pass that every byte goes through.

``sift`` has told apart what certainly holds nothing; here every hit is wanted, with its offset.
"""

from collections.abc import Sequence
from typing import NamedTuple

from keyscan.sift import LONG, find
from keyscan.sift import encoded_runs as runs

__all__ = ["LONG", "find", "runs", "search"]


class Hit(NamedTuple):
    """A literal at an offset; ``literal`` is its index in the searched sequence."""

    at: int
    literal: int


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
