"""Whether the text of a PDF's page certainly holds no key, without laying it out.

The library takes a second for a megabyte of a page's content. Here its strings are joined as if
nothing stood between them: whatever the library shows as one word stands there in one piece.
"""

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

from keyscan._literals import LITERALS, NAMES, PREFIXES
from keyscan.containers._pdf_parts import LIGATURES
from keyscan.containers._pdf_sweep import from_hex, unescaped
from keyscan.sift import clean

_TEXT = rb"(?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+"
_HEX = rb"[0-9A-Fa-f\s]*+"
_IN_LIST = rb"[^<>()%]++|\(" + _TEXT + rb"\)|<" + _HEX + rb">(?!>)"
_LIST = rb"<<(?:" + _IN_LIST + rb"|<<(?:" + _IN_LIST + rb")*+>>)*+>>"
_TOKEN = re.compile(
    rb"(?=[(%</qQ])(?:"  # asked first, it halves the time
    rb"\((?P<text>" + _TEXT + rb")\)"
    # What is shown by nobody: comments, and lists of properties (``/Span <</Lang (en-US)>> BDC``).
    rb"|(?P<silent>%[^\r\n]*+|" + _LIST + rb")|(?P<odd><<)"
    rb"|<(?P<hex>" + _HEX + rb")>(?!>)"
    rb"|/(?P<name>[^\s/<>()\[\]{}%]++)\s++(?:(?P<font>[-+.\d]++\s++Tf\b)|(?P<form>Do\b))"
    rb"|(?<![\w/.#+-])(?:(?P<saved>q)|(?P<restored>Q))(?![\w.#+-]))",
    re.S,
)  # fmt: skip
_INLINE_IMAGE = re.compile(rb"\bBI\b(?P<head>[^()]*?)\bID\b")
_PIXELS = re.compile(rb"/(W|H|BPC)\s++(\d{1,5})\b")
_END = re.compile(rb"\s++EI\b")
FORMS_MAX = 100  # drawn on one page; one may draw itself
_NO_ASCII = 0xFF
# What is sought with a space in it, as it stands where there are none.
_JOINED = {b"".join(one.split()) for one in (*LITERALS, *PREFIXES, *NAMES) if one.split() != [one]}


class Meanings:
    """What the codes of a font mean, as the library shows them: ASCII characters or none.

    Raises ``ValueError`` where a code has two bytes or means more than that.
    """

    def __init__(self, font: Any) -> None:
        from pypdf._cmap import get_encoding

        encoding, table = get_encoding(font)
        if isinstance(encoding, str):
            raise ValueError("codes of two bytes")
        self._table, self._spaces = bytearray([_NO_ASCII] * 256), bytearray()
        self._several: list[tuple[bytes, bytes]] = []
        marks = iter(range(0x80, _NO_ASCII))
        for code in range(256):
            char = encoding.get(code, chr(code))
            text = table.get(char, char).translate(LIGATURES)
            if not text or text.isspace():
                self._spaces.append(code)
            elif len(text) == 1 and text.isascii():
                self._table[code] = ord(text)
            elif text.isascii():
                self._table[code] = mark = next(marks, _NO_ASCII)
                self._several.append((bytes((mark,)), "".join(text.split()).encode()))
            elif any(one.isascii() for one in text):
                raise ValueError("letters of two kinds")
        if len(self._several) > _NO_ASCII - 0x80:
            raise ValueError("too many ligatures")

    def of(self, raw: bytes) -> bytes:
        """Without spaces, and with a byte that no key has for all that is not ASCII."""
        text = raw.translate(self._table, self._spaces)
        for mark, letters in self._several:
            text = text.replace(mark, letters)
        return text


class Drawn(NamedTuple):
    """A page or a form: its content, its fonts and forms by name; both may raise LookupError."""

    content: bytes
    font: Callable[[str], Meanings]
    form: Callable[[str], "Drawn | None"]


def is_clean(page: Drawn) -> bool:
    """Whether nothing that the page shows could be a key, whatever stands between its pieces.

    Raises LookupError or ValueError where that takes the library.
    """
    bare, shown = [], []
    for raw, font in _strings(page, count(1)):
        bare.append(raw)
        shown.append(font.of(raw) if font else raw)
    text = b"".join(shown)
    return clean(b"".join(bare)) and clean(text) and not any(one in text for one in _JOINED)


def _strings(
    drawn: Drawn, forms: Iterator[int], font: Meanings | None = None
) -> Iterator[tuple[bytes, Meanings | None]]:
    """Each string that is shown, in order, with its font."""
    saved: list[Meanings | None] = []
    for found in _TOKEN.finditer(_without_images(drawn.content)):
        kind = found.lastgroup
        if kind == "font":
            font = drawn.font(found["name"].decode("latin-1"))
        elif kind == "form":
            form = drawn.form(found["name"].decode("latin-1"))
            if form is not None:
                if next(forms) > FORMS_MAX:
                    raise ValueError("too many forms")
                yield from _strings(form, forms, font)
        elif kind == "odd":
            raise ValueError("a list that does not end")
        elif kind == "silent":
            continue
        elif kind == "saved":
            saved.append(font)
        elif kind == "restored":
            font = saved.pop() if saved else font
        else:
            yield unescaped(found["text"]) if kind == "text" else from_hex(found["hex"]), font


def _without_images(content: bytes) -> bytes:
    """Without images of one bit or gray that nothing packs: the length of others is not known."""
    parts, done = [], 0
    for found in _INLINE_IMAGE.finditer(content):
        head = found["head"]
        said = {name: int(number) for name, number in _PIXELS.findall(head)}
        if found.start() < done or b"/F" in head or not (b"/IM true" in head or b"/G" in head):
            raise ValueError("an image")
        bits = 1 if b"/IM true" in head else said.get(b"BPC", 8)
        start = found.end() + 1 + (said[b"W"] * bits + 7) // 8 * said[b"H"]
        end = _END.match(content, start)
        if end is None:
            raise ValueError("an image")
        parts.append(content[done : found.start()])
        done = end.end()
    return b"".join((*parts, content[done:]))
