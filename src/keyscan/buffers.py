"""What is asked of large buffers, at the speed of the optional libraries where they are there.

Hits are offsets with the number of what was sought: the literals of ``sift`` in their order, and
behind them ``STREAMS``, the beginnings of what is packed, in base64 and hex.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from keyscan._literals import LITERALS, NAMES, PREFIXES, STEMS
from keyscan.literal_search import find
from keyscan.long_runs import STREAMS

try:  # 17 GB/s instead of 1.4, and 18 instead of 2 (``bench/``); what they give is the same
    from stringzilla import hash as _hash
    from stringzilla import translate as translate
except ImportError:
    translate = bytes.translate
    _hash = None


class Look(NamedTuple):
    """Bytes of a buffer: an object, or a piece of one without its ``first`` or ``last`` byte.

    ``at`` is what the caller calls it.
    """

    at: int
    start: int
    end: int
    first: bool = True
    last: bool = True


Search = Callable[[bytes], list[tuple[int, int]]]  # in order

# NUL apart, because in a binary every second byte can be one.
SOUGHT = (*(one for one in LITERALS if one != b"\0"), *PREFIXES, *NAMES, *STEMS)
STEMS_FROM = len(SOUGHT) - len(STEMS)
STREAMS_FROM = len(SOUGHT)
_ALL = (*SOUGHT, *STREAMS)
# What has to stand behind literals that are everywhere (``task_``, ``&#39;``) for anyone to make
# something of them, as expressions with their sizes; of escape sequences the letters that
# ``escaped`` asks for. It leaves a fifth of ansible's hits.
_SOLID = ((rb"[A-Za-z0-9]{16}", 16),)
_DECIMAL = ((rb"[0xX]", 1), (rb"(?:84|51|66|98|70|74|4[89]|5[0-7])", 2), (rb"10[78]", 3))
_HEXED = ((rb"[{0]", 1), (rb"(?:54|33|42|6[2bBcC]|46|4[aA]|3[0-9])", 2))
_FOLLOWED = {
    **dict.fromkeys((b"sk_", b"ek_", b"fw_"), _SOLID),
    **dict.fromkeys((b"&#", b"&amp;#"), _DECIMAL),
    b"u00": _HEXED,
    rb"\6": ((rb"[0-7]", 1),),
}
_MUCH = 256 << 20  # bytes, from which on it pays: the expressions take 20 ms to compile
_64_BITS = (1 << 64) - 1
_SALT = int.from_bytes(os.urandom(8), "little")  # nobody can prepare two texts of one digest
_ODD = 0x9E3779B97F4A7C15  # spreads small numbers over all bits


def digest(data: bytes, more: int = 0) -> int:
    """A number of 64 bits for bytes and a number; the same within one process only."""
    if _hash is None:
        return hash((data, more))
    stamp: int = _hash(data, _SALT ^ more * _ODD & _64_BITS)
    return stamp


def search(much: int = _MUCH) -> Search:
    """A search for everything at once; it takes 10 ms to make.

    Hits of which nobody makes anything may be left out, once ``much`` was searched.
    """
    try:
        import hyperscan
    except ImportError:
        return _one_by_one
    hits: list[tuple[int, int]] = []
    scan = _prepared(hyperscan, hits, {})
    left = much

    def searched(data: bytes) -> list[tuple[int, int]]:
        nonlocal scan, left
        if left > 0:
            left -= len(data)
            if left <= 0:
                scan = _prepared(hyperscan, hits, _FOLLOWED)
        scan(data)
        found = sorted(hits)
        hits.clear()
        return found

    return searched


def _prepared(
    hyperscan: "Any",
    hits: list[tuple[int, int]],
    followed: Mapping[bytes, tuple[tuple[bytes, int], ...]],
) -> "Callable[[bytes], object]":
    """A search that adds to ``hits``."""
    expressions, sizes, literals = [], [], []
    for index, one in enumerate(_ALL):
        for behind, size in followed.get(one, ((b"", 0),)):
            expressions.append(_escaped(one) + behind)
            sizes.append(len(one) + size)
            literals.append(index)
    count = len(expressions)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=expressions, ids=range(count), elements=count, flags=[0] * count)

    def hit(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
        hits.append((end - sizes[index], literals[index]))

    return partial(database.scan, match_event_handler=hit)


def _escaped(literal: bytes) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in literal)


def _one_by_one(data: bytes) -> list[tuple[int, int]]:
    return sorted(_each(data))


def _each(data: bytes) -> Iterator[tuple[int, int]]:
    for index, literal in enumerate(_ALL):
        at = find(data, literal, 0)
        while at >= 0:
            yield at, index
            at = find(data, literal, at + 1)
