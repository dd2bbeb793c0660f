"""Percent-encoding of URLs, forms and browser archives; also doubled, as in ``%2520``."""

from binascii import unhexlify

from keyscan.decoder import Clues, Decoder, Text, dense, lazy, substitute

_LITERALS = (b"%3", b"%253")
_ONE = lazy(rb"%(?:25)*([0-9A-Fa-f]{2})")
_RUN = lazy(rb"(?:%(?:25)*(?:[2-7][0-9A-Fa-f]|0[09ADad])[A-Za-z0-9_.\-]?){24,}")


def _decode(data: bytes, clues: Clues) -> Text | None:
    spans = clues.broken
    if clues.first >= 0:
        spans = (*spans, *dense(data, clues.first, _LITERALS, _RUN))
    return substitute(data, spans, _ONE, lambda found: unhexlify(found[1]))


DECODER = Decoder("percent", _decode, _LITERALS)
