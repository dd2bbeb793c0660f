"""Literals sought in bytes: by the library that is fastest, or by what every Python has.

stringzilla finds a literal at 20 to 30 GB/s, translates at 17 GB/s and has wheels for every
platform that we name; hyperscan seeks all literals in one pass at 4 GB/s. The methods of
``bytes`` do exactly the same, ten to twenty times slower (``bench/``).
"""

try:
    from stringzilla import find as _find
    from stringzilla import find_first_of as _find_any
    from stringzilla import translate as _translate
except ImportError:
    _find, _find_any, _translate = bytes.find, None, bytes.translate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    # data → hits, as offset and the literal's index, in any order; used up before the next search
    Search = Callable[[bytes], Iterable[tuple[int, int]]]

# (data, literal, from) → the first offset from there on, or -1
find: "Callable[[bytes, bytes, int], int]" = _find
# (data, table of 256 bytes) → as ``bytes.translate``
translate: "Callable[[bytes, bytes], bytes]" = _translate

LONG = 56  # letters: base64 of 42 bytes, hex of 28; the shortest key that is sought there has more
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"  # both base64s
MANY = 4 << 20  # bytes from which on the faster search has won back its loading
_NUL = b"\0"
_LONG_RUN = rb"[A-Za-z0-9_\-+/]{%d}" % LONG
_OTHERS = bytes(byte for byte in range(256) if byte not in LETTERS)
_RUN = b"A" * LONG
_IN_RUN = bytes(0x41 if byte in LETTERS else 0x20 for byte in range(256))


def one_by_one(
    data: bytes, literals: "Sequence[bytes]", once: bool = False
) -> "Iterator[tuple[int, int]]":
    """Every hit, literal by literal, about 20 GB/s for each of them."""
    for index, literal in enumerate(literals):
        at = find(data, literal, 0)
        while at >= 0:
            yield at, index
            at = -1 if once else find(data, literal, at + 1)


def fast_search(literals: "Sequence[bytes]", *, once: bool = False) -> "Search":
    """Hyperscan where it is installed: all literals in one pass at 4 GB/s (``bench/``).

    It takes 10 ms to load, which only a scan of some megabytes wins back. ``once``: the first
    hit of each literal is enough.
    """
    try:
        import hyperscan
    except ImportError:
        return lambda data: one_by_one(data, literals, once)
    return Hyperscan(hyperscan, literals, once)


class Hyperscan:
    """Its literals end at a NUL, so that those with one are sought as ever."""

    def __init__(self, hyperscan: "Any", literals: "Sequence[bytes]", once: bool) -> None:
        ids = [index for index, literal in enumerate(literals) if _NUL not in literal]
        self._others = [index for index in range(len(literals)) if index not in ids]
        self._literals, self._once = literals, once
        self._sizes = [len(literal) for literal in literals]
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[literals[index] for index in ids],
            ids=ids,
            elements=len(ids),
            flags=[hyperscan.HS_FLAG_SINGLEMATCH if once else 0] * len(ids),
            literal=True,
        )
        self._hits: list[tuple[int, int]] = []
        self._hyperscan = hyperscan
        self._letters: Any = None
        self._end = 0

    def __call__(self, data: bytes) -> list[tuple[int, int]]:
        self._hits.clear()
        self._database.scan(data, match_event_handler=self._hit)
        for index in self._others:
            hits = one_by_one(data, (self._literals[index],), self._once)
            self._hits.extend((at, index) for at, _ in hits)
        return self._hits

    def _hit(self, index: int, _start: int, end: int, _flags: int, _context: object) -> None:
        self._hits.append((end - self._sizes[index], index))

    def runs(self, data: bytes) -> list[tuple[int, int]]:
        """What ``letter_runs`` gives, in less time: each search ends where a run is long enough."""
        if not _find_any:
            return list(letter_runs(data))
        scan, long_enough, view = self._run_search(), self._long_enough, memoryview(data)
        found, at = [], 0
        while at >= 0:
            self._end = 0
            scan(view[at:], long_enough)
            if not self._end:
                break
            begin = at + self._end - LONG
            at = _find_any(data, _OTHERS, begin + LONG)
            found.append((begin, at if at >= 0 else len(data)))
        return found

    def _run_search(self) -> "Callable[..., object]":
        if self._letters is None:
            once = self._hyperscan.HS_FLAG_SINGLEMATCH
            self._letters = self._hyperscan.Database(mode=self._hyperscan.HS_MODE_BLOCK)
            self._letters.compile(expressions=[_LONG_RUN], ids=[0], elements=1, flags=[once])
        search: Callable[..., object] = self._letters.scan
        return search

    def _long_enough(self, _id: int, _start: int, end: int, _flags: int, _context: object) -> None:
        self._end = end


class Adaptive:
    """Some literals; sought by the faster search once that has won back its loading."""

    def __init__(self, literals: "Sequence[bytes]", *, once: bool = False) -> None:
        self._literals, self._once = literals, once
        self._total = 0
        self._fast: Search | None = None

    def search(self, data: bytes) -> "Iterable[tuple[int, int]]":
        """Hits (offset, index), in any order, to be used up before the next search."""
        if self._fast is None:
            self._total += len(data)
            if self._total < MANY:
                return one_by_one(data, self._literals, self._once)
            self._fast = fast_search(self._literals, once=self._once)
        return self._fast(data)


def letter_runs(data: bytes) -> "Iterator[tuple[int, int]]":
    """Spans of runs of ``LONG`` or more of the ``LETTERS``."""
    letters = translate(data, _IN_RUN)
    begin = letters.find(_RUN)  # faster than stringzilla's for this, and both skip what they can
    while begin >= 0:
        end = letters.find(b" ", begin + LONG)
        end = len(letters) if end < 0 else end
        yield begin, end
        begin = letters.find(_RUN, end)
