"""What certainly holds no key, told apart at the speed of a literal search.

Both the fast hook and the full program start here, so this imports no rules: bare literals and
the first look at what follows them (``_literals``, written from the rules). What is passed over,
the full program would find nothing in; what is not, it judges from the start.
"""

from _bisect import bisect_left, bisect_right  # ``bisect`` without its Python part

from keyscan import literal_search
from keyscan._literals import BEGINNINGS, LITERALS, NAMES, PLACEHOLDERS, PREFIXES, STEMS
from keyscan.literal_search import MANY, find, one_by_one
from keyscan.long_runs import encoded_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from keyscan.literal_search import Search

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
# By their first two bytes: ``# `` begins many a text, and is compared with its own kind alone.
_LEADS = {
    lead: tuple(one for one in BEGINNINGS if one[:2] == lead)
    for lead in {one[:2] for one in BEGINNINGS}
}

_CLASSES = bytes(  # the printable ones, NUL, and the others
    0x30 if byte == 0 else 0x41 if 0x20 <= byte < 0x7F or byte in b"\t\r\n" else 0x78
    for byte in range(256)
)
_TURNS = (b"A0" * 20, b"A000" * 20)  # a key has more letters than that
_BATCH = 256 << 10  # bytes sifted at once: they stay in the processor's own memory
# Every literal; NUL apart, because in a binary every second byte can be one.
_ZIP_END = b"PK\x05\x06"  # near the end of a zip, whatever stands before it
_SOUGHT = (*(one for one in LITERALS if one != b"\0"), *PREFIXES, *NAMES, *STEMS, _ZIP_END)
_ZIP_ENDS = len(_SOUGHT) - 1
_STEMS_FROM = _ZIP_ENDS - len(STEMS)
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
    return (at for at, _ in one_by_one(data, _own)) if _own else iter(())


def clean(data: bytes) -> bool:
    """Whether the full program is certain to find nothing in a file of these bytes."""
    return not _begins(data) and not _suspects(data, (0,), _slow, None)


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
        if self._search is None and self._total >= MANY:
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
    return suspects_in(b"\n".join(pieces), starts, search) if pieces else set()


def suspects_in(data: bytes, starts: "Sequence[int]", search: "Search | None" = None) -> set[int]:
    """As ``suspects``, of pieces that have been joined: where each starts."""
    found, asked = looked_at(data, starts, search or _slow)
    return found.union(asked)


def looked_at(
    data: bytes, starts: "Sequence[int]", search: "Search"
) -> "tuple[set[int], dict[int, list[tuple[int, bytes]]]]":
    """The suspects that everything has to look at, and those that only rules have to.

    Of the second kind the hits are told, as offset in the piece and literal. These literals wake
    no decoder: unless a rule reads something at one of them, the piece holds nothing.
    """
    asked: dict[int, list[tuple[int, bytes]]] = {}
    found = _suspects(data, starts, search, asked)
    found.update(
        i
        for i, start in enumerate(starts)
        if (lead := data[start : start + 2]) in _LEADS and data.startswith(_LEADS[lead], start)
    )
    return found, {piece: hits for piece, hits in asked.items() if piece not in found}


def _begins(data: bytes) -> bool:
    return data[:2] in _LEADS and data.startswith(_LEADS[data[:2]])


def _suspects(
    data: bytes,
    starts: "Sequence[int]",
    search: "Search",
    asked: "dict[int, list[tuple[int, bytes]]] | None",
) -> set[int]:
    """Indexes of the pieces, by their starts, that the full program has to look at.

    Hits of which only rules make something go to ``asked``, where that is given.
    """
    found: set[int] = set()
    escapes = _escapes(data)
    for at, literal in search(data):
        if literal >= _STEMS_FROM and literal != _ZIP_ENDS and not escapes(at, literal):
            continue
        piece = bisect_right(starts, at) - 1
        if piece in found or not _follows(data, at, literal):
            continue
        if asked is not None and _ALWAYS <= literal < _STEMS_FROM:
            asked.setdefault(piece, []).append((at - starts[piece], _SOUGHT[literal]))
        else:
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
    look: Callable[[bytes, int, bytes], int] | None = None

    def escapes(at: int, literal: int) -> bool:
        nonlocal last, looked, look
        if last <= at < looked:
            return False
        if look is None:
            from keyscan.escaped import spells  # late: it needs ``re``, and few files have any

            look = spells
        last, looked = at, look(data, at, _SOUGHT[literal])
        return looked < 0

    return escapes


def fast_search() -> "Search":
    """The first look's literals, sought at once where that library is installed."""
    return literal_search.fast_search(_SOUGHT)


def _slow(data: bytes) -> "Iterator[tuple[int, int]]":
    return one_by_one(data, _SOUGHT)


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
    marked = near.translate(_HEX) if start >= 0 else b""
    while start >= 0:
        end = words.find(b" ", start)
        end = len(words) if end < 0 else end
        # A digit, or eight hex letters in a row: a UUID may lack digits.
        if marked.find(b"0", start, end) >= 0 or marked.find(b"a" * 8, start, end) >= 0:
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
