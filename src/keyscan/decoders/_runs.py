"""Long runs of an encoding's letters, joined over the ways in which such runs are wrapped."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from keyscan.decoder import Pieces, Span, Text, lazy, merged
from keyscan.long_runs import HEX_DIGITS, STREAMS
from keyscan.prefilter import find

# Between two lines of one run: quotes, operators, prefixes of comments and quoted mail, a line
# break that was itself escaped. Letters of base64 are left to the next line, so the sign of a patch
# or a comment (``//``, ``--``) needs something else behind it: one line of 76 letters in 4096 has
# two slashes there.
_BREAK = (
    rb"(?:=?(?:[\"'`][ \t]*\+[ \t]*|[ \t\\\"'`.,&;)(]{0,8}[ \t]*)"
    rb"(?:\r?\n|(?:\\+r)?\\+n(?:[\"'`][ \t]*[+.&,\\]?[ \t]*\r?\n)?"
    rb"|[\"'`][ \t]*[+.&|,]?[ \t]*(?=[\"'`]))"
    rb"[ \t]*(?:(?:[+\-/]{1,4}(?=[ \t>#*|;])|[>#*|;.&,\"'`(]|b(?=[\"'])|\xe2\x94\x82)[ \t]*){0,4})"
)
_BREAKS = lazy(_BREAK)
# Hex has none of these letters, so a patch's signs need no blank behind them.
_SIGNED = _BREAK.replace(rb"[>#*|;", rb"[+\-/>#*|;")
SIGNED = lazy(_SIGNED)
# What a line of base64 begins with by chance in one of 16 million.
_RARE = tuple(
    one for one in STREAMS if len(one) > 5 or (len(one) > 3 and one.translate(None, HEX_DIGITS))
)
_SIGNS = ({b"+"}, {b"-"})  # of a patch
_REACH = 900  # bytes of a key in base64, on many lines
# How what is packed begins; text is opened by ``deflate``, files of their own by ``packed``.
MAGICS = (b"\x1f\x8b", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
FILES = (
    *(b"PK\x03\x04", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"%PDF-"),
    # which nothing here opens: said as a gap
    *(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"# v2 git bundle\n", b"# v3 git bundle\n"),
)


def block_pattern(letter: bytes, signed: bool = False) -> re.Pattern[bytes]:
    """A run of ``letter`` (a class) over lines; each but the last has 40 letters or more.

    ``signed``: signs before a line are no letters.
    """
    between = _SIGNED if signed else _BREAK
    return lazy(
        letter + rb"{40,}(?:" + between + letter + rb"{40,})*(?:" + between + letter + rb"+)?"
    )


def narrow_pattern(letter: bytes) -> re.Pattern[bytes]:
    """A run of ``letter`` (a class) over lines of 8 letters or more."""
    return lazy(letter + rb"{8,}(?:" + _BREAK + letter + rb"{8,})*(?:" + _BREAK + letter + rb"+)?")


def _first_line(data: bytes, begin: int, letters: bytes, breaks: re.Pattern[bytes]) -> int:
    """Where a shorter first line (indented, or behind a name) before this one begins."""
    if data.startswith(STREAMS, begin + (data[begin] in b"+-")):
        return begin  # no first line is missing in front of it
    newline = data.rfind(b"\n", max(0, begin - 40), begin)
    if newline < 0:
        return begin
    low = max(0, newline - 160)
    line = data[low:newline].rstrip(b" \t\r\\\"'+,.&=")
    # What ``stripped`` would not read over, such as an assignment, parts two texts.
    if not breaks.fullmatch(data, low + len(line), begin):
        return begin
    rest = len(line.rstrip(letters))
    return low + rest if rest < len(line) else begin


def blocks(
    data: bytes,
    long_runs: Sequence[Span],
    whole: re.Pattern[bytes],
    letters: bytes,
    breaks: re.Pattern[bytes] = _BREAKS,
) -> Iterator[Span]:
    """Each block once, in order."""
    done = 0
    for start, end in long_runs:
        found = whole.search(data, max(start, done), end) if end > done else None
        if found is None:
            continue
        begin = found.start()
        run = whole.match(data, begin)
        earlier = _first_line(data, begin, letters, breaks)
        if earlier >= done:  # else that line, which ended in its padding, was the last block's
            begin = earlier
        done = run.end() if run else end
        yield from _parted(data, begin, done, letters)


def _parted(data: bytes, begin: int, end: int, letters: bytes) -> Iterator[Span]:
    """The same in parts, where lines begin as archives do: each is a text of its own."""
    starts = {begin}
    for magic in _RARE:
        at = data.find(magic, begin + 1, end)
        while at >= 0:
            first = at - (data[at - 1] in b"+-")
            if data[first - 1] not in letters:
                starts.add(first)
            at = data.find(magic, at + 1, end)
    # One byte apart, so that ``merged`` does not join them again.
    return ((start, stop - 1) for start, stop in pairwise((*sorted(starts), end + 1)))


def stripped(
    data: bytes,
    span: Span,
    letters: re.Pattern[bytes],
    alphabet: bytes,
    breaks: re.Pattern[bytes] = _BREAKS,
) -> Text:
    """The letters of a block alone. A patch's sign in front of each line is none of them.

    ``letters`` is a run of the ``alphabet``.
    """
    block = data[slice(*span)]
    if not block.translate(None, alphabet + b"\n") and b"\n\n" not in block and block[:1] != b"\n":
        lines_alone = block.split(b"\n")
        if len(lines_alone) < 3 or {one[:1] for one in lines_alone[1:]} not in _SIGNS:
            return _unbroken(lines_alone, span[0])
    lines: list[tuple[bytes, int]] = []
    at, end = span
    while at < end:
        line = letters.match(data, at, end)
        if line is None:
            break
        lines.append((line.group(), at))
        gap = breaks.match(data, line.end(), end)
        at = gap.end() if gap else end
    pieces = Pieces()
    signs = {text[:1] for text, _ in lines[1:]}
    cut = len(lines) > 2 and signs in _SIGNS
    for index, (text, at) in enumerate(lines):
        sign = cut and (index > 0 or text[:1] in signs)  # the first may be words of another line
        pieces.add(text[sign:], at + sign)
    return pieces.text()


def _unbroken(lines: list[bytes], start: int) -> Text:
    """The same where nothing but the ends of lines stands between letters, however many."""
    ends: list[int] = []  # of lines, in letters

    def at(offset: int) -> int:
        if not ends:
            ends.extend(accumulate(map(len, lines)))
        return start + offset + min(bisect_right(ends, offset), len(lines) - 1)

    return Text(b"".join(lines), at)


def narrow(
    data: bytes, first: int, literals: Sequence[bytes], pattern: re.Pattern[bytes]
) -> list[Span]:
    """Blocks of shorter lines around the encoded forms of the marker's halves."""
    found: list[Span] = []
    for literal in literals if first >= 0 else ():
        done, at = 0, find(data, literal, first)
        while at >= 0:
            window = pattern.finditer(data, max(done, at - _REACH), at + _REACH)
            span = next((one.span() for one in window if one.end() > at), (at, at))
            if span[0] <= at < span[1]:
                found.append(span)
            done = max(span[1], at + len(literal))
            at = find(data, literal, done)
    return merged(found, 0)


# Letters and NULs to ``A``: what decodes to garbage has no 20 of them in a row.
_READABLE = bytes(
    0x41 if byte in b"\0\t\r\n" or 0x20 <= byte < 0x7F else 0x20 for byte in range(256)
)


def readable(data: bytes) -> bool:
    """Whether there is room for a key in it, or it is compressed."""
    return b"A" * 20 in data.translate(_READABLE) or data.startswith((*MAGICS, *FILES))
