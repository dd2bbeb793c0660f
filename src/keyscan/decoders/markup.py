"""Tags inside a key: highlighted source in HTML, ``<wbr>``, the runs of a word processor."""

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_TAG = lazy(rb"<!\[CDATA\[|\]\]>|<[/!?A-Za-z][^<>]{0,400}>")


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _TAG, lambda _: b"")


DECODER = Decoder("markup", _decode, joins=True)
