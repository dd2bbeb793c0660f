"""PDF: what its compressed streams hold, and the text that is shown with their fonts.

Streams are found by their keywords, not through the cross-reference table, so damaged and
updated files are read too; only Flate is inflated (with hex and base-85 around it), which is
what text is written with. ``text`` joins the strings that a page shows: kerning cuts words into
pieces, and subset fonts number their glyphs, for which each font's table (``ToUnicode``) is
tried. Format: ISO 32000-1, sections 7.3.8, 7.4, 9.4.3 and 9.10.3.
"""

import binascii
import re
from base64 import a85decode
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import BinaryIO, NamedTuple

from keyscan.container import Container, Member, Problem, limit_detail, text_member
from keyscan.inflate import Corrupt, Inflated, fill, gzip_or_zlib
from keyscan.model import msg

FILE_MAX = 256 << 20
TEXT_MAX = 16 << 20  # of one stream's content, for the joined text
WORK_MAX = 256 << 20  # of all contents together, each as often as it is read
FONTS_MAX = 64  # tables tried on each page

_OBJECT = re.compile(rb"(?:(\d{1,10})\s+\d{1,5}\s+obj\b)|\bstream\r?\n")
_SHOWN = re.compile(
    rb"\((?P<text>(?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+)\)"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*+)>(?!>)"
    rb"|(?P<space>-(?:[2-9]\d\d|\d{4,})\b)"  # kerning this wide is a gap between words
    rb"|(?P<line>\bT[dDm*]\b|\bET\b|'|\")",
    re.S,
)
_CHAR = re.compile(rb"<([0-9A-Fa-f]{2,4})>()\s*<([0-9A-Fa-f]{4,})>()")
_RANGE = re.compile(
    rb"<([0-9A-Fa-f]{2,4})>\s*<([0-9A-Fa-f]{2,4})>\s*(?:<([0-9A-Fa-f]{4,})>|\[([^\]]*)\])"
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.S)


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """``stream-5`` for what object 5 holds, ``stream-5-text`` for the text that it shows."""
    data = file.read(FILE_MAX + 1)
    if len(data) > FILE_MAX:
        yield Problem("", "archive-size", limit_detail("archive-size"))
        return
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", data):
        yield Problem("", "archive-encrypted", msg("encrypted: save it without a password"))
        return
    work = _Work()
    tables = list(_tables(data, work))
    for name, head, body in _streams(data):
        if not _is_flate(head):
            continue
        yield Member(name, _inflated(head, body).read, partial(len, body))
        if b"/Subtype" in head or b"/Length1" in head or b"/XRef" in head:
            continue  # images and fonts show no text
        for text in _texts(work.content(head, body), tables, work):
            yield text_member(f"{name}-text", text)
    if work.left <= 0:
        yield Problem("", "archive-ratio", limit_detail("archive-ratio"))


class _Work:
    """Bounds what is inflated and joined beside the members, which the budget counts."""

    def __init__(self) -> None:
        self.left = WORK_MAX

    def content(self, head: bytes, body: bytes) -> bytes:
        """A stream's content, cut at what is left."""
        try:
            data = fill(_inflated(head, body).read, max(0, min(TEXT_MAX, self.left)))
        except Corrupt:
            return b""  # the member itself says so
        self.left -= len(data)
        return data


def _is_flate(head: bytes) -> bool:
    return b"/FlateDecode" in head or b"/Fl" in head


def _streams(data: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """(name, dictionary, compressed bytes) of every stream, in order."""
    name, start, at = "", 0, 0
    while found := _OBJECT.search(data, at):  # never inside of what is compressed
        if found[1]:
            name, start = f"stream-{int(found[1])}", found.end()
            at = start
            continue
        end = data.find(b"endstream", found.end())
        end = end if end >= 0 else len(data)
        yield name or "stream", data[start : found.start()][-4096:], data[found.end() : end]
        start = at = end


def _inflated(head: bytes, body: bytes) -> Inflated:
    if b"/ASCII85Decode" in head or b"/A85" in head:
        body = _unarmoured(body)
    elif b"/ASCIIHexDecode" in head or b"/AHx" in head:
        body = _from_hex(body.partition(b">")[0])
    return Inflated(BytesIO(body).read, gzip_or_zlib)


def _unarmoured(body: bytes) -> bytes:
    try:
        return a85decode(body.partition(b"~>")[0])
    except ValueError as error:
        raise Corrupt(str(error)) from None


def _from_hex(text: bytes) -> bytes:
    digits = b"".join(text.split())
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except ValueError:
        return b""


Table = dict[int, bytes]


def _tables(data: bytes, work: _Work) -> Iterator[Table]:
    """The glyph tables of the fonts, each different one once."""
    seen: list[Table] = []
    for _, head, body in _streams(data):
        if len(seen) >= FONTS_MAX or len(body) > 1 << 20 or b"/Subtype" in head:
            continue
        content = work.content(head, body) if _is_flate(head) else body
        if b"begincmap" in content:
            table = _table(content)
            if table and table not in seen:
                seen.append(table)
                yield table


def _table(cmap: bytes) -> Table:
    """Glyph → UTF-8, from the lists between ``beginbfchar`` or ``beginbfrange`` and their end."""
    table: Table = {}
    for kind, block in re.findall(rb"beginbf(char|range)(.*?)endbf", cmap, re.S):
        for low, high, to, many in (_CHAR if kind == b"char" else _RANGE).findall(block):
            first, last = int(low, 16), int(high or low, 16)
            if many:
                for step, target in enumerate(re.findall(rb"<([0-9A-Fa-f]+)>", many)):
                    table[first + step] = _utf8(target, 0)
            else:
                for glyph in range(first, last + 1):
                    table[glyph] = _utf8(to, glyph - first)
    return table


def _utf8(digits: bytes, step: int) -> bytes:
    raw = _from_hex(digits)
    raw = raw[:-2] + ((int.from_bytes(raw[-2:], "big") + step) & 0xFFFF).to_bytes(2, "big")
    return raw.decode("utf-16-be", "replace").encode("utf-8", "replace")


class _Glyphs(NamedTuple):
    """A string as it stands in the page: characters, or numbers of a font's glyphs."""

    raw: bytes


def _texts(content: bytes, tables: list[Table], work: _Work) -> Iterator[bytes]:
    """The strings that a page shows, joined within a line: as they are, then by each table."""
    pieces: list[bytes | _Glyphs] = []
    for shown in _SHOWN.finditer(content):
        if shown["line"]:
            pieces.append(b"\n")
        elif shown["space"]:
            pieces.append(b" ")
        elif shown["hex"] is not None:
            pieces.append(_Glyphs(_from_hex(shown["hex"])))
        else:
            pieces.append(_Glyphs(_unescaped(shown["text"])))
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


def _unescaped(text: bytes) -> bytes:
    if b"\\" not in text:
        return text
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\n": b"", b"\r": b"", b"\r\n": b""}

    def one(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return bytes((int(found[1], 8) & 255,))
        return plain.get(found[2], found[2])

    return _ESCAPE.sub(one, text)


CONTAINER = Container(name="pdf", magics=((0, b"%PDF-"),), members=members, derived=True)
