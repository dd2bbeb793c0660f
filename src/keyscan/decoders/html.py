"""Character references of HTML and XML: named, decimal, hexadecimal, also escaped again."""

import re

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_ONE = lazy(
    rb"&(?:amp;)*(?:#0*([0-9]{1,7})(?:;|(?![0-9]))|#[xX]0*([0-9A-Fa-f]{1,6})(?:;|(?![0-9A-Fa-f]))"
    rb"|([A-Za-z]{2,16});)"
)
_NAMED = {
    b"quot": b'"',
    b"apos": b"'",
    b"amp": b"&",
    b"lt": b"<",
    b"gt": b">",
    b"nbsp": b" ",
    b"hyphen": b"-",
    b"dash": b"-",
    b"ndash": b"-",
    b"minus": b"-",
    b"lowbar": b"_",
    b"UnderBar": b"_",
    b"NewLine": b"\n",
    b"Tab": b"\t",
    b"plus": b"+",
    b"shy": b"",
    b"zwnj": b"",
    b"zwj": b"",
    b"ZeroWidthSpace": b"",
    b"NoBreak": b"",
}


def _plain(found: re.Match[bytes]) -> bytes | None:
    if found[3]:
        return _NAMED.get(found[3])
    code = int(found[1]) if found[1] else int(found[2], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return None
    return chr(code).encode()


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _ONE, _plain)


DECODER = Decoder("html", _decode)
