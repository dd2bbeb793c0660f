"""Whether the text of a PDF's page certainly holds no key, without laying it out.

The library takes a second for a megabyte of a page's content. Here its strings are joined as if
nothing stood between them: whatever the library shows as one word stands there in one piece.
"""

import re
from collections.abc import Callable
from typing import Any

from keyscan._literals import LITERALS, NAMES, PREFIXES
from keyscan.containers._pdf_sweep import from_hex, unescaped
from keyscan.sift import clean

_TOKEN = re.compile(
    rb"\((?P<text>(?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+)\)"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*+)>(?!>)"
    rb"|/(?P<font>[^\s/<>()\[\]{}%]++)\s++[-+.\d]++\s++Tf\b"
    rb"|(?<![\w/.#+-])(?:(?P<saved>q)|(?P<restored>Q))(?![\w.#+-])",
    re.S,
)
_INLINE_IMAGE = re.compile(rb"\bBI\b[^()]*?\bID\b")
_NO_ASCII = 0xFF
# What is sought with a space in it, as it stands where there are none.
_JOINED = {b"".join(one.split()) for one in (*LITERALS, *PREFIXES, *NAMES) if one.split() != [one]}


class Meanings:
    """What the codes of a font mean, as the library shows them: an ASCII character or none.

    Raises ``ValueError`` where a code has two bytes or means several characters.
    """

    def __init__(self, font: Any) -> None:
        from pypdf._cmap import get_encoding

        encoding, table = get_encoding(font)
        if isinstance(encoding, str):
            raise ValueError("codes of two bytes")
        self._table, self._spaces = bytearray([_NO_ASCII] * 256), bytearray()
        for code in range(256):
            char = encoding.get(code, chr(code))
            text = table.get(char, char)
            if not text or text.isspace():
                self._spaces.append(code)
            elif len(text) == 1 and text.isascii():
                self._table[code] = ord(text)
            elif any(one.isascii() for one in text):
                raise ValueError("several characters")

    def of(self, raw: bytes) -> bytes:
        """Without spaces, and with a byte that no key has for all that is not ASCII."""
        return raw.translate(self._table, self._spaces)


def is_clean(content: bytes, font: Callable[[str], Meanings]) -> bool:
    """Whether nothing that the page shows could be a key, whatever stands between its pieces.

    ``font`` gives the page's fonts by name and may raise ``LookupError``, as this does then.
    """
    if _INLINE_IMAGE.search(content):
        return False
    current: Meanings | None = None
    saved: list[Meanings | None] = []
    bare, shown = [], []
    for found in _TOKEN.finditer(content):
        kind = found.lastgroup
        if kind == "font":
            current = font(found["font"].decode("latin-1"))
        elif kind == "saved":
            saved.append(current)
        elif kind == "restored":
            current = saved.pop() if saved else current
        else:
            raw = unescaped(found["text"]) if kind == "text" else from_hex(found["hex"])
            bare.append(raw)
            shown.append(current.of(raw) if current else raw)
    text = b"".join(shown)
    return clean(b"".join(bare)) and clean(text) and not any(one in text for one in _JOINED)
