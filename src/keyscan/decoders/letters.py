"""Keys written letter by letter: ``{'s','k','-', …}``, ``"".join(["s", "k", …])``."""

from keyscan.decoder import Clues, Decoder, Text, dense, lazy, substitute

# The end of the marker; no alphabet or list of digits has these two side by side.
_LITERALS = (b"F','J'", b"F', 'J'", b'F","J"', b'F", "J"')
_LETTER = rb"(?:[bLuU]?'[A-Za-z0-9_\-]'|\"[A-Za-z0-9_\-]\")"
_RUN = lazy(rb"(?:" + _LETTER + rb"[\s,+.&]{0,40}){40,}")
_BETWEEN = lazy(rb"['\"][\s,+.&]{0,40}[bLuU]?['\"]")


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.first < 0:
        return None
    spans = dense(data, clues.first, _LITERALS, _RUN)
    return substitute(data, spans, _BETWEEN, lambda _: b"") if spans else None


DECODER = Decoder("letters", _decode, literals=_LITERALS, joins=True)
