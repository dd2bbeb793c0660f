"""Literal search: the one pass that every byte goes through.

``sift`` has told apart what certainly holds nothing; here every hit is wanted, with its offset.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from keyscan.sift import find


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


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_IN_RUN = bytes(0x41 if byte in _BASE64 else 0x20 for byte in range(256))
_RUN = re.compile(rb"[A-Za-z0-9+/_\-]{56,}")
_STEP = 4
_SAMPLES = b"A" * (56 // _STEP)


def _is_hex(letters: bytes) -> bool:
    """Whether nearly all are hex digits; ``0x`` or a name may stand in front."""
    return len(letters.translate(None, b"0123456789abcdefABCDEF")) <= 16


def _is_digest(data: bytes, start: int, end: int) -> bool:
    """Whether it is 64 digits that stand alone: SHA-256, and too short for a key in hex."""
    return (
        end - start == 64
        and data[end : end + 1] not in (b"\r", b"\n", b"\\")
        and data[start - 1 : start] not in (b"\r", b"\n", b" ", b"n")
    )


def runs(data: bytes) -> list[tuple[int, int]]:
    """Runs of 56 or more letters of base64's (and so of hex's) alphabets: start and end.

    Whatever is encoded in base64 or hex, however often, shows as such a run; literals would
    be needed for each alignment of each nesting. Every fourth byte is looked at, which costs
    as much as searching about fifteen literals (``bench/``).
    """
    found: list[tuple[int, int]] = []
    sample = data[::_STEP].translate(_IN_RUN)
    at = find(sample, _SAMPLES, 0)
    while at >= 0:
        stop = find(sample, b" ", at)
        stop = len(sample) if stop < 0 else stop
        first = max(0, (at - 1) * _STEP + 1)
        for run in _RUN.finditer(data, first, stop * _STEP):
            letters = run.group()
            # Base64 of so many bytes has letters of both cases; names and paths have one.
            one_case = letters.islower() or letters.upper() == letters
            if not one_case or (_is_hex(letters) and not _is_digest(data, *run.span())):
                found.append(run.span())
        at = find(sample, _SAMPLES, stop)
    return found
