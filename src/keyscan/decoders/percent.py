"""Percent-encoding of URLs and browser archives; also doubled (``%2520``), or ``%u0073``."""

from binascii import unhexlify

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_ONE = lazy(rb"%(?:25)*(?:u00)?([0-9A-Fa-f]{2})")


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _ONE, lambda found: unhexlify(found[1]))


DECODER = Decoder("percent", _decode)
