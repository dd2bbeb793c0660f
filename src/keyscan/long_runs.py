"""Long runs of base64's letters that hide something: whatever is encoded shows as such a run."""

from _bisect import bisect_right  # ``bisect`` without its Python part

from keyscan.literal_search import LONG, Hyperscan, find, letter_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyscan.literal_search import Search

__all__ = ["LONG", "STREAMS", "encoded_runs", "encodes"]

_DIGITS, _SMALL = b"0123456789", b"abcdefghijklmnopqrstuvwxyz"
_LARGE = _SMALL.upper()
IN_FRONT = 16  # letters of a name, or ``0x``, that can stand in front of hex without a break
HEX_DIGITS = b"0123456789abcdefABCDEF"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_ONLY_HEX = bytes(byte if byte in HEX_DIGITS else 0x66 for byte in range(256))
# Letters and NULs to ``A``: what decodes to garbage has no 20 of them in a row.
_CLEAR = bytes(0x41 if byte in b"\0\t\r\n" or 0x20 <= byte < 0x7F else 0x20 for byte in range(256))
_TEXT = b"A" * 20
# How compressed streams and archives begin in base64 and hex: gzip, zlib at each of its levels,
# bzip2, xz, zstd, zip, 7z, RAR. ``tests/test_encoded.py`` makes them from the bytes.
STREAMS = (
    *(b"H4sI", b"Qlpo", b"/Td6W", b"_Td6W", b"KLUv", b"UEsDB", b"N3q8", b"UmFyI"),
    *(b"eAE", b"eAF", b"eAG", b"eAH", b"eF4", b"eF5", b"eF6", b"eF7"),
    *(b"eJw", b"eJx", b"eJy", b"eJz", b"eNo", b"eNp", b"eNq", b"eNr"),
    *(b"1f8b08", b"1F8B08", b"425a68", b"425A68", b"fd377a58", b"FD377A58"),
    *(b"28b52ffd", b"28B52FFD", b"504b0304", b"504B0304"),
    *(b"377abcaf", b"377ABCAF", b"52617221"),
    *(b"7801", b"785e", b"785E", b"789c", b"789C", b"78da", b"78DA"),
)
_IN_WORD = bytes(
    byte if byte in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-" else 0x20
    for byte in range(256)
)


def encoded_runs(data: bytes, search: "Search | None" = None) -> "list[tuple[int, int]]":
    """Runs of ``LONG`` or more letters that encode readable text or the head of a stream.

    Whatever is encoded in base64 or hex, however often, shows as such a run; literals would be
    needed for each alignment of each nesting. All runs are decoded at once.
    """
    runs = search.runs if isinstance(search, Hyperscan) else letter_runs
    spans = [(s, e) for s, e in runs(data) if len(data[s:e].translate(None, _DIGITS)) < e - s]
    if not spans:
        return spans
    some = set(_readable(data, spans))
    return [
        one
        for i, one in enumerate(spans)
        if (i in some or _is_stream(data, one[0])) and encodes(data[slice(*one)])
    ]


def _readable(data: bytes, spans: "Sequence[tuple[int, int]]") -> "Iterator[int]":
    """The indexes of the spans that decode, at some alignment, to readable text."""
    from binascii import a2b_base64, unhexlify  # most files have no such run

    letters = [data[start:end] for start, end in spans]
    every = list(range(len(spans)))
    hexes = [i for i in every if len(letters[i].translate(None, HEX_DIGITS)) <= IN_FRONT]
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
    # behind ``0x``, ``\\n`` or a patch's ``+``, too, which look like letters of it
    if any(data.startswith(STREAMS, start + at) for at in range(4)):
        return True
    if start and data[start - 1] not in b"\n \t\"'":
        return False
    before = data[max(0, start - 200) : start].translate(_IN_WORD)
    return any(word.startswith(STREAMS) for word in before.split())


def encodes(run: bytes) -> bool:
    """Whether a long run of base64's letters can be base64 or hex, and is no path or name.

    Base64 of 42 bytes or more has digits and both cases, but for one in ten thousand, and lower
    case in about four of ten letters; paths and long names have it in nearly all.
    """
    digits = len(run) - len(run.translate(None, _DIGITS))
    if not digits or len(set(run)) <= 4:
        return False
    if len(run.translate(None, HEX_DIGITS)) <= IN_FRONT:
        return True
    small = len(run) - len(run.translate(None, _SMALL))
    large = len(run) - len(run.translate(None, _LARGE))
    return 0 < small <= 0.72 * len(run) and large > 0
