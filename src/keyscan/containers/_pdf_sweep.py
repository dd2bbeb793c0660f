"""PDF streams found by their keywords, and the text that they show by any font's table.

For what the library does not read: files without a table of objects or a tree of pages, objects
that an update replaced, appearances. Only Flate is inflated here (with hex and base-85 around
it), piece by piece; ``text`` joins the strings that a page shows: kerning cuts words into pieces,
and subset fonts number their glyphs, for which each font's table (``ToUnicode``) is tried.
Format: ISO 32000-1, sections 7.3.8, 7.4, 9.4.3 and 9.10.3.
"""

import binascii
import re
from base64 import a85decode
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import NamedTuple

from keyscan.container import Member, text_member
from keyscan.containers._pdf_parts import LIGATURES, Unread
from keyscan.inflate import Corrupt, Inflated, fill, gzip_or_zlib

TEXT_MAX = 16 << 20  # of one stream's content, for the joined text
WORK_MAX = 256 << 20  # of all contents together, each as often as it is read
FONTS_MAX = 64  # tables tried on each page
GLYPHS_MAX = 200_000  # in one table; there are 65,536

_FLATE = re.compile(rb"/Fl(?!ags)")
_FURTHER = re.compile(
    rb"/(?:LZW|LZWDecode|RunLengthDecode|RL|BrotliDecode|Crypt)\b|/Predictor\s+(?:[2-9]|1\d)"
    rb"|/Fl(?:ateDecode)?\s*/Fl"
)
_IMAGE = re.compile(rb"/(?:DCTDecode|DCT|JPXDecode|CCITTFaxDecode|CCF|JBIG2Decode)\b")
_DRAWN = re.compile(rb"/XRef\b|/Subtype\s*/Image\b|" + _IMAGE.pattern)
_NO_TEXT = re.compile(rb"/Subtype(?!\s*/Form\b)|/Length1\b|/XRef\b|/EmbeddedFile\b")
_FILE = re.compile(rb"/EmbeddedFile\b")
# Told by another object: of no use where none is known, but a filter cannot be done without.
_LENGTH = re.compile(rb"/Length\s+\d+\s+\d+\s+R\b")
_ELSEWHERE = re.compile(rb"(/(?:Filter|DecodeParms)\b[\s\[]*)?\b\d+\s+\d+\s+R\b")
_SHOWS = re.compile(rb"BT(?<!\wBT)\b")  # with its letters in front it is sought ten times as fast
_OBJECT = re.compile(rb"(?:(\d{1,10})\s+\d{1,5}\s+obj\b)|\bstream\r?\n")
_SHOWN = re.compile(
    rb"(?=[(<\-TE'\"])(?:"  # asked first, it takes a third of the time
    rb"\((?P<text>(?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+)\)"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*+)>(?!>)"
    rb"|(?P<space>-(?:[2-9]\d\d|\d{4,})\b)"  # kerning this wide is a gap between words
    rb"|(?P<line>\bT[dDm*]\b|\bET\b|'|\"))",
    re.S,
)  # fmt: skip
_CHAR = re.compile(rb"<([0-9A-Fa-f]{2,4})>()\s*<([0-9A-Fa-f]{4,})>()")
_RANGE = re.compile(
    rb"<([0-9A-Fa-f]{2,4})>\s*<([0-9A-Fa-f]{2,4})>\s*(?:<([0-9A-Fa-f]{4,})>|\[([^\]]*)\])"
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.S)


class Stream(NamedTuple):
    """A stream: its object's number, 0 if there is none; its dictionary; its bytes as they are."""

    number: int
    head: bytes
    body: bytes


class Sweep:
    """All streams of a file. ``found`` is the numbers of those that were read, at the end."""

    def __init__(
        self, data: bytes, names: dict[int, str] | None = None, shown: set[int] | None = None
    ) -> None:
        self.found: set[int] = set()
        self._data, self._names, self._shown = data, names or {}, shown or set()
        self._alone = names is None  # no library knows the objects: every string is joined
        self._work = _Work()
        self._tables: list[Table] | None = None

    def members(self) -> Iterator[Member | Unread]:
        """``stream-5`` for what object 5 holds, ``stream-5-text`` for the text that it shows."""
        for one in _streams(self._data):
            name = self._names.get(one.number, f"stream-{one.number}" if one.number else "stream")
            bare = not _has_filter(one.head)
            if not (bare and _FILE.search(one.head)) or self._alone:
                self.found.add(one.number)  # else it may hold the keyword that ends a stream
            if bare:
                if self._alone and _FILE.search(one.head):
                    yield text_member(name, one.body)
            elif _is_plain(one.head):
                yield Member(name, _inflated(one).read, partial(len, one.body))
            elif not _IMAGE.search(one.head):
                yield from _by_library(name, one)
            if one.number not in self._shown and not _NO_TEXT.search(one.head):
                yield from self._texts(name, one)
        if self._work.left <= 0:
            yield Unread("", "work")

    def _texts(self, name: str, one: Stream) -> Iterator[Member]:
        content = self._work.content(one)
        if not self._alone and not _SHOWS.search(content):
            return
        if self._tables is None:
            self._tables = list(_tables(self._data, self._work))
        way = "drawn" if one.number in self._names else "text"  # a page's text is the library's
        for text in _texts(content, self._tables, self._work):
            yield text_member(f"{name}-{way}", text)


def _by_library(name: str, one: Stream) -> Iterator[Member | Unread]:
    from keyscan.containers._pdf_library import filtered

    head = _LENGTH.sub(b"/Length %d" % len(one.body), one.head[one.head.find(b"<<") :])
    head = _ELSEWHERE.sub(lambda found: found[0] if found[1] else b"null", head)
    read = filtered(head + b"stream\n" + one.body + b"\nendstream")
    if isinstance(read, bytes):
        yield text_member(name, read)
        return
    if _FLATE.search(one.head):  # a filter behind it fails: what the first one gives
        yield Member(name, _inflated(one).read, partial(len, one.body))
    yield read


class _Work:
    """Bounds what is inflated and joined beside the members, which the budget counts."""

    def __init__(self) -> None:
        self.left = WORK_MAX

    def content(self, one: Stream) -> bytes:
        """A stream's content, cut at what is left."""
        if not _has_filter(one.head):
            return one.body[:TEXT_MAX]
        if not _FLATE.search(one.head):
            return b""
        try:
            data = fill(_inflated(one).read, max(0, min(TEXT_MAX, self.left)))
        except Corrupt:
            return b""  # the member itself says so
        self.left -= len(data)
        return data


def _has_filter(head: bytes) -> bool:
    return b"/Filter" in head or _FLATE.search(head) is not None


def _is_plain(head: bytes) -> bool:
    """Whether it is inflated and no more; images are, too: what is in them is not looked at."""
    if not _FLATE.search(head):
        return False
    return not _FURTHER.search(head) or _DRAWN.search(head) is not None


def _streams(data: bytes) -> Iterator[Stream]:
    """Every stream, in order."""
    number, start, at = 0, 0, 0
    while found := _OBJECT.search(data, at):  # never inside of what is compressed
        if found[1]:
            number, start = int(found[1]), found.end()
            at = start
            continue
        end = data.find(b"endstream", found.end())
        end = end if end >= 0 else len(data)
        yield Stream(number, data[start : found.start()][-4096:], data[found.end() : end])
        start = at = end


class _Unarmoured:
    """The bytes behind hex or base-85, decoded when they are first read."""

    def __init__(self, one: Stream) -> None:
        self._one: Stream | None = one
        self._file = BytesIO()

    def read(self, size: int) -> bytes:
        if self._one:
            one, self._one = self._one, None
            if b"/ASCII85Decode" in one.head or b"/A85" in one.head:
                self._file = BytesIO(_unarmoured(one.body))
            elif b"/ASCIIHexDecode" in one.head or b"/AHx" in one.head:
                self._file = BytesIO(from_hex(one.body.partition(b">")[0]))
            else:
                self._file = BytesIO(one.body)
        return self._file.read(size)


def _inflated(one: Stream) -> Inflated:
    return Inflated(_Unarmoured(one).read, gzip_or_zlib)


def _unarmoured(body: bytes) -> bytes:
    try:
        return a85decode(body.partition(b"~>")[0])
    except ValueError as error:
        raise Corrupt(str(error)) from None


def from_hex(text: bytes) -> bytes:
    """A string between ``<`` and ``>``; a last digit that is missing is 0."""
    digits = b"".join(text.split())
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except ValueError:
        return b""


Table = dict[int, bytes]


def _tables(data: bytes, work: _Work) -> Iterator[Table]:
    """The glyph tables of the fonts, each different one once."""
    seen: list[Table] = []
    for one in _streams(data):
        if len(seen) >= FONTS_MAX or len(one.body) > 1 << 20 or b"/Subtype" in one.head:
            continue
        content = work.content(one)
        if b"begincmap" in content:
            table = _table(content)
            if table and table not in seen:
                seen.append(table)
                yield table


def _table(cmap: bytes) -> Table:
    """Glyph → UTF-8, from the lists between ``beginbfchar`` or ``beginbfrange`` and their end."""
    table: Table = {}
    left = GLYPHS_MAX
    for part in cmap.split(b"beginbf")[1:]:
        block, chars = part.partition(b"endbf")[0], part.startswith(b"char")
        for low, high, to, many in (_CHAR if chars else _RANGE).findall(block):
            first, last = int(low, 16), int(high or low, 16)
            targets = re.findall(rb"<([0-9A-Fa-f]+)>", many)
            left -= max(len(targets), last - first, 1)
            if left < 0:
                return table
            if many:
                table.update((first + at, _utf8(one, 0)) for at, one in enumerate(targets))
            else:
                table.update((one, _utf8(to, one - first)) for one in range(first, last + 1))
    return table


def _utf8(digits: bytes, step: int) -> bytes:
    raw = from_hex(digits)
    raw = raw[:-2] + ((int.from_bytes(raw[-2:], "big") + step) & 0xFFFF).to_bytes(2, "big")
    text = raw.decode("utf-16-be", "replace").translate(LIGATURES)
    return text.encode("utf-8", "replace")


def _tokens(content: bytes) -> Iterator[re.Match[bytes]]:
    """All that is shown. What is drawn between two texts is passed over: it may be megabytes."""
    next_ones = [-1, -1, -1]
    at = -1
    while at < len(content):
        if at < 0 or content[at - 2 : at] == b"ET":
            for which, begin in enumerate((b"(", b"<", b"BT")):
                if next_ones[which] < max(at, 0):
                    found = content.find(begin, max(at, 0))
                    next_ones[which] = found if found >= 0 else len(content)
            at = min(next_ones)
        shown = _SHOWN.search(content, at)
        if not shown:
            return
        yield shown
        at = shown.end()


class _Glyphs(NamedTuple):
    """A string as it stands in the page: characters, or numbers of a font's glyphs."""

    raw: bytes


def _texts(content: bytes, tables: list[Table], work: _Work) -> Iterator[bytes]:
    """The strings that a page shows, joined within a line: as they are, then by each table."""
    pieces: list[bytes | _Glyphs] = []
    for shown in _tokens(content):
        if shown["line"]:
            pieces.append(b"\n")
        elif shown["space"]:
            pieces.append(b" ")
        elif shown["hex"] is not None:
            pieces.append(_Glyphs(from_hex(shown["hex"])))
        else:
            pieces.append(_Glyphs(unescaped(shown["text"])))
    seen: set[bytes] = set()
    for table in ({}, *tables) if pieces and b"begincmap" not in content else ():
        work.left -= len(content)
        if work.left <= 0:
            return
        text = b"".join(
            _glyphs(one.raw, table) if isinstance(one, _Glyphs) else one for one in pieces
        )
        text = re.sub(rb"\n{2,}", b"\n", text)
        if text.strip() and text not in seen:
            seen.add(text)
            yield text


def _glyphs(raw: bytes, table: Table) -> bytes:
    """Two bytes a glyph where the table has such numbers or zeros say so, else one."""
    if not table:
        return raw
    wide = max(table) > 255 or (len(raw) % 2 == 0 and not any(raw[::2]))
    if wide and len(raw) % 2 == 0:
        glyphs = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
        return b"".join(table.get(glyph, b"") for glyph in glyphs)
    return b"".join(table.get(glyph, b"") for glyph in raw)


def unescaped(text: bytes) -> bytes:
    """A string between ``(`` and ``)``."""
    if b"\\" not in text:
        return text
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\n": b"", b"\r": b"", b"\r\n": b""}

    def one(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return bytes((int(found[1], 8) & 255,))
        return plain.get(found[2], found[2])

    return _ESCAPE.sub(one, text)
