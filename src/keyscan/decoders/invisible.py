"""Characters that an editor or a web page put into a key: invisible ones, other hyphens, wide."""

import re

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_ONE = lazy(
    rb"(\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa4\xa6-\xaf]|\xef\xbb\xbf|\xc2\xad|\xcd\x8f"
    rb"|\xe1\xa0\x8e|\xef\xb8[\x80-\x8f])"
    rb"|(\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xef\xb9\xa3|\xef\xb9\x98)"
    rb"|\xef(\xbc[\x81-\xbf]|\xbd[\x80-\x9e])"
    rb"|(\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe3\x80\x80)"
)


def _plain(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return b""
    if found[2]:
        return b"-"
    if found[3]:
        return bytes((ord(found[0].decode()) - 0xFEE0,))
    return b" "


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _ONE, _plain)


DECODER = Decoder("invisible", _decode)
