"""What certainly holds no key, told apart at the speed of a literal search.

Both the fast hook and the full program start here, so this imports no rules: bare literals and
the first look at what follows them (``_literals``, written from the rules). What is passed over,
the full program would find nothing in; what is not, it judges from the start.
"""

from _bisect import bisect_left, bisect_right  # ``bisect`` without its Python part

from keyscan._literals import BEGINNINGS, LITERALS, NAMES, PLACEHOLDERS, PREFIXES, STEMS

# stringzilla finds a literal at 20 to 30 GB/s, translates at 17 GB/s and has wheels for every
# platform that we name; the methods of ``bytes`` do exactly the same ten to twenty times slower
# (``bench/``).
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

    Search = Callable[[bytes], Iterable[tuple[int, int]]]

# (data, literal, from) → the first offset from there on, or -1
find: "Callable[[bytes, bytes, int], int]" = _find

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_LETTERS = _WORD[:-2]
_VALUE = _WORD + b".+/=~"
_BETWEEN = _VALUE + b" \t\r\n:,(>?|<[]&;"  # all that can stand between a name and its value
_PLAIN = _VALUE + b" ,:()"
_LONG_WORD = b"A" * 20
_IN_VALUE = bytes(0x41 if byte in _VALUE else 0x20 for byte in range(256))
_HEX = bytes(
    0x30 if byte in b"0123456789" else 0x61 if byte in b"abcdefABCDEF" else 0x20
    for byte in range(256)
)
_FOLLOWING = 16  # characters of a key behind its prefix; no rule is content with fewer
_REACH = 720  # bytes from a name to the end of a value that a rule can still give to it
_LEADS = frozenset(one[:2] for one in BEGINNINGS)

_NUL = b"\0"
_CLASSES = bytes(  # the printable ones, NUL, and the others
    0x30 if byte == 0 else 0x41 if 0x20 <= byte < 0x7F or byte in b"\t\r\n" else 0x78
    for byte in range(256)
)
_TURNS = (b"A0" * 20, b"A000" * 20)  # a key has more letters than that
_BATCH = 256 << 10  # bytes sifted at once: they stay in the processor's own memory
_MANY = 4 << 20  # bytes from which on the faster search has won back its loading
_DIGITS, _SMALL = b"0123456789", b"abcdefghijklmnopqrstuvwxyz"
_LARGE = _SMALL.upper()
_IN_FRONT = 16  # letters of a name, or ``0x``, that can stand in front of hex without a break
_HEX_DIGITS = b"0123456789abcdefABCDEF"
LONG = 56  # letters: base64 of 42 bytes, hex of 28; the shortest key that is sought there has more
_RUN = b"A" * LONG
_LONG_RUN = rb"[A-Za-z0-9_\-+/]{%d}" % LONG
_NO_LETTERS = bytes(byte for byte in range(256) if byte not in _WORD + b"+/")
_IN_RUN = bytes(0x41 if byte in _WORD + b"+/" else 0x20 for byte in range(256))
_STANDARD = bytes.maketrans(b"-_", b"+/")
_ONLY_HEX = bytes(byte if byte in _HEX_DIGITS else 0x66 for byte in range(256))
# Letters and NULs to ``A``: what decodes to garbage has no 20 of them in a row.
_CLEAR = bytes(0x41 if byte in b"\0\t\r\n" or 0x20 <= byte < 0x7F else 0x20 for byte in range(256))
_TEXT = b"A" * 20
_STREAMS = (b"H4sI", b"eJ", b"eN", b"eA", b"Qlpo", b"/Td6W", b"1f8b08", b"1F8B08", b"789c", b"789C")
# Every literal; NUL apart, because in a binary every second byte can be one.
_SOUGHT = tuple(one for one in LITERALS if one != _NUL) + PREFIXES + NAMES + STEMS
_STEMS_FROM = len(_SOUGHT) - len(STEMS)
_NAMES_FROM = _STEMS_FROM - len(NAMES)
_ALWAYS = _NAMES_FROM - len(PREFIXES)
# Keys with these prefixes have letters and digits only: not in ``task_status_of_a_thing``.
_SOLID = frozenset(_SOUGHT.index(one) for one in (b"sk_", b"ek_", b"r8_", b"fw_", b"hf_"))


_own: tuple[bytes, ...] = ()  # literals of a configuration's rules


def also(literals: "tuple[bytes, ...]") -> None:
    """Seek these, too, wherever something is sifted from now on in this process."""
    global _own
    _own = literals


def own_hits(data: bytes) -> "Iterator[int]":
    """Where they stand, literal by literal."""
    return (at for at, _ in _one_by_one(data, _own)) if _own else iter(())


def clean(data: bytes) -> bool:
    """Whether the full program is certain to find nothing in a file of these bytes."""
    return not _begins(data) and not _suspects(data, (0,), _one_by_one)


class Sifter:
    """Sifts pieces many at a time. Each comes with a tag, and the tags of suspects come back."""

    def __init__(self, search: "Search | None" = None) -> None:
        self._tags: list[Any] = []
        self._pieces: list[bytes] = []
        self._size = self._total = 0
        self._search = search

    def add(self, tag: "Any", piece: bytes) -> "list[Any]":
        """Tags of suspects among the pieces so far, in order; mostly none yet."""
        self._tags.append(tag)
        self._pieces.append(piece)
        self._size += len(piece)
        return self.rest() if self._size >= _BATCH else []

    def rest(self) -> "list[Any]":
        """What ``add`` has not told yet."""
        self._total += self._size
        if self._search is None and self._total >= _MANY:
            self._search = fast_search()
        found = suspects(self._pieces, self._search)
        kept = [tag for i, tag in enumerate(self._tags) if i in found]
        self._tags, self._pieces, self._size = [], [], 0
        return kept


def suspects(pieces: "Sequence[bytes]", search: "Search | None" = None) -> set[int]:
    """The indexes of those that the full program has to look at.

    They are joined and searched at once, and a line break keeps them apart: a search costs as
    much to start as 4 kB to read. ``search`` is what ``fast_search`` gave.
    """
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece) + 1
    found = _suspects(b"\n".join(pieces), starts, search or _one_by_one) if pieces else set()
    found.update(
        i for i, piece in enumerate(pieces) if piece[:2] in _LEADS and piece.startswith(BEGINNINGS)
    )
    return found


def _begins(data: bytes) -> bool:
    return data[:2] in _LEADS and data.startswith(BEGINNINGS)


def _suspects(data: bytes, starts: "Sequence[int]", search: "Search") -> set[int]:
    """Indexes of the pieces, by their starts, that the full program has to look at."""
    found: set[int] = set()
    escapes = _escapes(data)
    for at, literal in search(data):
        if literal >= _STEMS_FROM and not escapes(at, literal):
            continue
        piece = bisect_right(starts, at) - 1
        if piece not in found and _follows(data, at, literal):
            found.add(piece)
    found.update(bisect_right(starts, at) - 1 for at in own_hits(data))
    ends = (*starts[1:], len(data) + 1)
    for look in (_wide_text(data), _long_runs(data, search)):
        _add_pieces(found, look, starts, ends)
    return found


def _follows(data: bytes, at: int, literal: int) -> bool:
    """Whether a hit could be the start of a key, or wakes a decoder."""
    if literal < _ALWAYS or literal >= _STEMS_FROM:
        return True
    end = at + len(_SOUGHT[literal])
    if literal >= _NAMES_FROM:
        return _value_follows(data, end)
    return _key_follows(data, end, _VALUE if literal not in _SOLID else _LETTERS)


def _escapes(data: bytes) -> "Callable[[int, int], bool]":
    """Whether an escape sequence spells a piece of a key; asked by offset, none is read twice."""
    last = looked = 0

    def escapes(at: int, literal: int) -> bool:
        nonlocal last, looked
        if last <= at < looked:
            return False
        from keyscan.escaped import spells  # late: it needs ``re``, and few files have any

        last, looked = at, spells(data, at, _SOUGHT[literal])
        return looked < 0

    return escapes


def _one_by_one(
    data: bytes, literals: "Sequence[bytes]" = _SOUGHT, once: bool = False
) -> "Iterator[tuple[int, int]]":
    """Every hit, literal by literal, about 20 GB/s for each of them."""
    for index, literal in enumerate(literals):
        at = find(data, literal, 0)
        while at >= 0:
            yield at, index
            at = -1 if once else find(data, literal, at + 1)


def fast_search(literals: "Sequence[bytes]" = _SOUGHT, *, once: bool = False) -> "Search":
    """Hyperscan where it is installed: all literals in one pass at 4 GB/s (``bench/``).

    It takes 10 ms to load, which only a scan of some megabytes wins back. ``once``: the first
    hit of each literal is enough.
    """
    try:
        import hyperscan
    except ImportError:
        return lambda data: _one_by_one(data, literals, once)
    return _Hyperscan(hyperscan, literals, once)


class _Hyperscan:
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
        self._letters = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._letters.compile(expressions=[_LONG_RUN], ids=[0], elements=1, flags=[0])
        self._stopped = hyperscan.ScanTerminated
        self._end = 0

    def __call__(self, data: bytes) -> list[tuple[int, int]]:
        self._hits.clear()
        self._database.scan(data, match_event_handler=self._hit)
        for index in self._others:
            hits = _one_by_one(data, (self._literals[index],), self._once)
            self._hits.extend((at, index) for at, _ in hits)
        return self._hits

    def _hit(self, index: int, _start: int, end: int, _flags: int, _context: object) -> None:
        self._hits.append((end - self._sizes[index], index))

    def runs(self, data: bytes) -> "Iterator[tuple[int, int]]":
        """What ``_runs`` gives, in less time: each search stops where a run is long enough."""
        view, at = memoryview(data), 0
        while at >= 0:
            self._end = 0
            try:
                self._letters.scan(view[at:], match_event_handler=self._long_enough)
                return
            except self._stopped:
                begin = at + self._end - LONG
                at = _find_any(data, _NO_LETTERS, begin + LONG)
            yield begin, at if at >= 0 else len(data)

    def _long_enough(self, _id: int, _start: int, end: int, _flags: int, _context: object) -> bool:
        self._end = end
        return True


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
            if self._total < _MANY:
                return _one_by_one(data, self._literals, self._once)
            self._fast = fast_search(self._literals, once=self._once)
        return self._fast(data)


def _add_pieces(
    found: set[int], look: "Callable[[int], int]", starts: "Sequence[int]", ends: "Sequence[int]"
) -> None:
    """Adds each piece in which ``look``, asked from an offset on, sees something."""
    at = look(0)
    while at >= 0:
        piece = bisect_right(starts, at) - 1
        found.add(piece)
        at = look(ends[piece])


def _wide_text(data: bytes) -> "Callable[[int], int]":
    """Where letters and NULs take turns, as in UTF-16; a NUL alone says nothing in a binary."""
    if data.find(b"\0") < 0:
        return _nowhere
    classes = data.translate(_CLASSES)

    def look(start: int) -> int:
        found = [at for at in (find(classes, turns, start) for turns in _TURNS) if at >= 0]
        return min(found) + 2 if found else -1  # the first letter can be a break before a piece

    return look


def _nowhere(_start: int) -> int:
    return -1


def _long_runs(data: bytes, search: "Search") -> "Callable[[int], int]":
    """Where a long run of letters stands that base64 or hex could have made of a key."""
    starts = [start for start, _ in encoded_runs(data, search)]

    def look(start: int) -> int:
        at = bisect_left(starts, start)
        return starts[at] if at < len(starts) else -1

    return look


def encoded_runs(data: bytes, search: "Search | None" = None) -> "list[tuple[int, int]]":
    """Runs of ``LONG`` or more letters that encode readable text or the head of a stream.

    Whatever is encoded in base64 or hex, however often, shows as such a run; literals would be
    needed for each alignment of each nesting. All runs are decoded at once.
    """
    runs = search.runs if _find_any and isinstance(search, _Hyperscan) else _runs
    spans = [(s, e) for s, e in runs(data) if len(data[s:e].translate(None, _DIGITS)) < e - s]
    if not spans:
        return spans
    some = set(_readable(data, spans))
    return [
        one
        for i, one in enumerate(spans)
        if (i in some or _is_stream(data, one[0])) and encodes(data[slice(*one)])
    ]


def _runs(data: bytes) -> "Iterator[tuple[int, int]]":
    letters = _translate(data, _IN_RUN)
    begin = letters.find(_RUN)  # faster than stringzilla's for this, and both skip what they can
    while begin >= 0:
        end = letters.find(b" ", begin + LONG)
        end = len(letters) if end < 0 else end
        yield begin, end
        begin = letters.find(_RUN, end)


def _readable(data: bytes, spans: "Sequence[tuple[int, int]]") -> "Iterator[int]":
    """The indexes of the spans that decode, at some alignment, to readable text."""
    from binascii import a2b_base64, unhexlify  # most files have no such run

    letters = [data[start:end] for start, end in spans]
    every = list(range(len(spans)))
    hexes = [i for i in every if len(letters[i].translate(None, _HEX_DIGITS)) <= _IN_FRONT]
    as_hex = [letters[i].translate(_ONLY_HEX) for i in hexes]
    for some, parts, group, size, fill, decode in (
        (every, letters, 4, 3, b"/", a2b_base64),
        (hexes, as_hex, 2, 1, b"f", unhexlify),
    ):
        # What is filled in between decodes to bytes of ones, which no text holds.
        ends, at = [], 0
        padded = []
        for part in parts:
            padded.append(part + fill * (-len(part) % group + 2 * group))
            at += len(padded[-1])
            ends.append(at)
        joined = b"".join(padded)
        if group == 4:
            joined = joined.translate(_STANDARD)
        for phase in range(group if joined else 0):
            whole = joined[phase : len(joined) - (group - phase) % group]
            classes = decode(whole).translate(_CLEAR)
            at = find(classes, _TEXT, 0)
            while at >= 0:
                # By the last letter: text cannot begin in the filling of the run before.
                index = bisect_right(ends, phase + at // size * group + group - 1)
                yield some[index]
                # Rounded up: a start at or before this hit would find it again for ever.
                at = find(classes, _TEXT, -((phase - ends[index]) // group) * size)


def _is_stream(data: bytes, start: int) -> bool:
    """Whether a run begins as base64 or hex of compressed bytes does, or the line before it."""
    if data.startswith(_STREAMS, start):
        return True
    if start and data[start - 1] not in b"\n \t\"'":
        return False
    before = data[max(0, start - 200) : start]
    return any(find(before, one, 0) >= 0 for one in _STREAMS)


def encodes(run: bytes) -> bool:
    """Whether a long run of base64's letters can be base64 or hex, and is no path or name.

    Base64 of 42 bytes or more has digits and both cases, but for one in ten thousand, and lower
    case in about four of ten letters; paths and long names have it in nearly all.
    """
    digits = len(run) - len(run.translate(None, _DIGITS))
    if not digits or len(set(run)) <= 4:
        return False
    if len(run.translate(None, _HEX_DIGITS)) <= _IN_FRONT:
        return True
    small = len(run) - len(run.translate(None, _SMALL))
    large = len(run) - len(run.translate(None, _LARGE))
    return 0 < small <= 0.72 * len(run) and large > 0


def _has_digits(word: bytes) -> bool:
    """Whether a word has a digit, or eight hex letters in a row: a UUID may lack digits."""
    marked = word.translate(_HEX)
    return b"0" in marked or b"a" * 8 in marked


def _key_follows(data: bytes, at: int, letters: bytes) -> bool:
    """Whether what stands here is long enough for a key: not in ``task-force``."""
    following = data[at : at + _FOLLOWING]
    return len(following) == _FOLLOWING and not following.lstrip(letters)


def _value_follows(data: bytes, at: int) -> bool:
    """Whether the name that goes on here may be given a long value or a placeholder.

    Asks for less than ``context.value_after`` and the rules do, without a regex.
    """
    near = data[at : at + _REACH]
    words = near.translate(_IN_VALUE)
    start = words.find(_LONG_WORD)
    while start >= 0:
        end = words.find(b" ", start)
        end = len(words) if end < 0 else end
        if _has_digits(near[start:end]):
            return True
        start = words.find(_LONG_WORD, end)
    if find(near, b"&quot;", 0) >= 0:
        return True
    rest = near.lstrip(_WORD).replace(b"%22", b'"').replace(b"\\", b"")
    rest = rest.replace(b"'", b'"').replace(b"`", b'"').lstrip(b'"])')
    between, _, rest = rest.partition(b'"')
    quoted, closed, _ = rest.partition(b'"')
    if between.translate(None, _BETWEEN) or not closed:
        return False
    return bool(quoted.translate(None, _PLAIN)) or any(
        one in quoted.lower() for one in PLACEHOLDERS
    )
