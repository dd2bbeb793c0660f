"""What is asked of large buffers, at the speed of the optional libraries where they are there.

Hits are offsets with the number of what was sought: the literals of ``sift`` in their order, and
behind them ``STREAMS``, the beginnings of what is packed, in base64 and hex.
"""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

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
_SIZES = (*map(len, SOUGHT), *map(len, STREAMS))
_64_BITS = (1 << 64) - 1
_SALT = int.from_bytes(os.urandom(8), "little")  # nobody can prepare two texts of one digest
_ODD = 0x9E3779B97F4A7C15  # spreads small numbers over all bits


def digest(data: bytes, more: int = 0) -> int:
    """A number of 64 bits for bytes and a number; the same within one process only."""
    if _hash is None:
        return hash((data, more))
    stamp: int = _hash(data, _SALT ^ more * _ODD & _64_BITS)
    return stamp


def search() -> Search:
    """A search for everything at once; it takes 10 ms to make."""
    try:
        import hyperscan
    except ImportError:
        return _one_by_one
    expressions = [_escaped(one) for one in (*SOUGHT, *STREAMS)]
    count = len(expressions)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=expressions, ids=range(count), elements=count, flags=[0] * count)
    hits: list[tuple[int, int]] = []

    def hit(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
        hits.append((end - _SIZES[index], index))

    def searched(data: bytes) -> list[tuple[int, int]]:
        database.scan(data, match_event_handler=hit)
        found = sorted(hits)
        hits.clear()
        return found

    return searched


def _escaped(literal: bytes) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in literal)


def _one_by_one(data: bytes) -> list[tuple[int, int]]:
    return sorted(_each(data))


def _each(data: bytes) -> Iterator[tuple[int, int]]:
    for index, literal in enumerate((*SOUGHT, *STREAMS)):
        at = find(data, literal, 0)
        while at >= 0:
            yield at, index
            at = find(data, literal, at + 1)
