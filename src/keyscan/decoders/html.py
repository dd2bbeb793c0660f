"""Character references of HTML and XML: named, decimal, hexadecimal, also escaped again."""

import re

from keyscan.decoder import Clues, Decoder, Text, dense, lazy, substitute

_LITERALS = (b";&#", b"&amp;#")
_ONE = lazy(rb"&(?:amp;)*(?:#0*([0-9]{1,7})|#[xX]0*([0-9A-Fa-f]{1,6})|([A-Za-z]{2,16}));")
_CODE = rb"(?:0*[0-9]{1,3}|[xX]0*(?:[2-7][0-9A-Fa-f]|[09ADad]?))"  # what text is made of
_RUN = lazy(rb"(?:&(?:amp;)*#" + _CODE + rb";[A-Za-z0-9_.\-]?){24,}")
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
    spans = clues.broken
    if clues.first >= 0:
        spans = (*spans, *dense(data, clues.first, _LITERALS, _RUN))
    return substitute(data, spans, _ONE, _plain)


DECODER = Decoder("html", _decode, _LITERALS)
