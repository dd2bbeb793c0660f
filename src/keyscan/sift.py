"""What certainly holds no key, told apart at the speed of a literal search.

Both the fast hook and the full program start here, so this imports no rules: bare literals and
the first look at what follows them (``_literals``, written from the rules). What is passed over,
the full program would find nothing in; what is not, it judges from the start.
"""

from _bisect import bisect_right  # ``bisect`` without its Python part

from keyscan._literals import BEGINNINGS, LITERALS, NAMES, PLACEHOLDERS, PREFIXES

# stringzilla finds a literal at 20 to 30 GB/s and has wheels for every platform that we name;
# ``bytes.find`` finds exactly the same, about twenty times slower (``bench/``).
try:
    from stringzilla import find as _find
except ImportError:
    _find = bytes.find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Search = Callable[[bytes], Iterable[tuple[int, int]]]

# (data, literal, from) → the first offset from there on, or -1
find: "Callable[[bytes, bytes, int], int]" = _find

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_VALUE = _WORD + b".+/=~"
_BETWEEN = _VALUE + b" \t\r\n:,(>?|<[]&;"  # all that can stand between a name and its value
_PLAIN = _VALUE + b" ,:()"
_WORDS = bytes(byte if byte in _VALUE else 0x20 for byte in range(256))
_LETTERS = bytes(byte if byte in _WORD + b"+/" else 0x20 for byte in range(256))
_BASE64 = bytes(0x20 if byte == 0x20 else 0x41 for byte in _LETTERS)
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
_TURNS = b"A0" * 20  # a key has more letters than that
_SAMPLES = b"A" * 14
# Every literal; NUL apart, because in a binary every second byte can be one.
_SOUGHT = tuple(one for one in LITERALS if one != _NUL) + PREFIXES + NAMES
_ALWAYS = len(_SOUGHT) - len(PREFIXES) - len(NAMES)
_NAMES_FROM = len(_SOUGHT) - len(NAMES)


def clean(data: bytes) -> bool:
    """Whether the full program is certain to find nothing in a file of these bytes."""
    return not _begins(data) and not _suspects(data, (0,), _one_by_one)


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
    found.update(i for i, piece in enumerate(pieces) if _begins(piece))
    return found


def _begins(data: bytes) -> bool:
    return data[:2] in _LEADS and data.startswith(BEGINNINGS)


def _suspects(data: bytes, starts: "Sequence[int]", search: "Search") -> set[int]:
    """Indexes of the pieces, by their starts, that the full program has to look at."""
    found: set[int] = set()
    for at, literal in search(data):
        piece = bisect_right(starts, at) - 1
        if piece not in found and _follows(data, at, literal):
            found.add(piece)
    ends = (*starts[1:], len(data) + 1)
    for look in (_wide_text, _long_runs):
        _add_pieces(found, look(data), starts, ends)
    return found


def _follows(data: bytes, at: int, literal: int) -> bool:
    """Whether a hit could be the start of a key, or wakes a decoder."""
    if literal < _ALWAYS:
        return True
    end = at + len(_SOUGHT[literal])
    return _value_follows(data, end) if literal >= _NAMES_FROM else _key_follows(data, end)


def _one_by_one(data: bytes) -> "Iterator[tuple[int, int]]":
    """Every hit, literal by literal, about 20 GB/s for each of them."""
    for index, literal in enumerate(_SOUGHT):
        at = find(data, literal, 0)
        while at >= 0:
            yield at, index
            at = find(data, literal, at + 1)


def fast_search() -> "Search":
    """Hyperscan where it is installed: all literals in one pass at 4 GB/s (``bench/``).

    It takes 10 ms to load, which only a scan of some megabytes wins back.
    """
    try:
        import hyperscan
    except ImportError:
        return _one_by_one
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    count = len(_SOUGHT)
    database.compile(
        expressions=_SOUGHT, ids=range(count), elements=count, flags=[0] * count, literal=True
    )
    sizes = [len(literal) for literal in _SOUGHT]
    hits: list[tuple[int, int]] = []

    def hit(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
        hits.append((end - sizes[index], index))

    def search(data: bytes) -> list[tuple[int, int]]:
        hits.clear()
        database.scan(data, match_event_handler=hit)
        return hits

    return search


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
        at = find(classes, _TURNS, start)
        return int(at) + 2 if at >= 0 else -1  # the first letter can be the break before a piece

    return look


def _nowhere(_start: int) -> int:
    return -1


def _long_runs(data: bytes) -> "Callable[[int], int]":
    """Where 56 letters of base64's alphabets stand in a row (``prefilter.runs``).

    Rulers (``# ------``) do not count: four different letters encode nothing that is sought.
    """
    sample = data[::4].translate(_BASE64)

    def look(start: int) -> int:
        at = find(sample, _SAMPLES, start // 4)
        while at >= 0:
            stop = find(sample, b" ", at)
            stop = len(sample) if stop < 0 else stop
            first = max(start, at * 4 - 3)
            part = data[first : stop * 4].translate(_LETTERS)
            runs = part.split()
            if runs and len(max(runs, key=len)) >= 56:
                for run in runs:
                    if len(run) >= 56 and len(set(run)) > 4:
                        return int(first + part.find(run))
            at = find(sample, _SAMPLES, stop)
        return -1

    return look


def _has_digits(word: bytes) -> bool:
    """Whether a word has a digit, or eight hex letters in a row: a UUID may lack digits."""
    marked = word.translate(_HEX)
    return b"0" in marked or b"a" * 8 in marked


def _key_follows(data: bytes, at: int) -> bool:
    """Whether what stands here is long enough for a key: not in ``task-force``."""
    following = data[at : at + _FOLLOWING]
    return len(following) == _FOLLOWING and not following.lstrip(_VALUE)


def _value_follows(data: bytes, at: int) -> bool:
    """Whether the name that goes on here may be given a long value or a placeholder.

    Asks for less than ``context.value_after`` and the rules do, without a regex.
    """
    near = data[at : at + _REACH]
    if any(len(word) >= 20 and _has_digits(word) for word in near.translate(_WORDS).split()):
        return True
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
