"""Keys written letter by letter: ``{'s','k','-', …}``, ``"".join(["s", "k", …])``."""

from keyscan.decoder import Clues, Decoder, Span, Text, lazy, merged, substitute
from keyscan.prefilter import find

# The end of the marker: no alphabet has these two side by side, few lists an F at a line's end.
_LITERALS = (b"F','J'", b"F', 'J'", b'F","J"', b'F", "J"', b"'F',\n", b'"F",\n')
_LETTER = rb"(?:[bLuU]?'[A-Za-z0-9_\-]'|[bLuU]?\"[A-Za-z0-9_\-]\")"
_RUN = lazy(rb"(?:" + _LETTER + rb"[\s,+.&]{0,40}){40}")
_BETWEEN = lazy(rb"(?<=[A-Za-z0-9_\-])['\"][\s,+.&]{1,40}[bLuU]?['\"](?=[A-Za-z0-9_\-]['\"])")
_REACH = 4000  # bytes of a hundred letters with a line each
_NEXT = 50  # bytes up to the next letter


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.first < 0:
        return None
    windows = merged(_hits(data, clues.first), _REACH, len(data))
    spans = [span for span in windows if _RUN.search(data, *span)]
    return substitute(data, spans, _BETWEEN, lambda _: b"") if spans else None


def _hits(data: bytes, first: int) -> list[Span]:
    found: list[Span] = []
    for literal in _LITERALS:
        at = find(data, literal, first)
        while at >= 0:
            # Before a regex reads thousands of bytes: the marker's k stands before, its J behind.
            if b"k" in data[max(0, at - _NEXT) : at] and b"J" in data[at : at + _NEXT]:
                found.append((at, at + len(literal)))
            at = find(data, literal, at + len(literal))
    return found


DECODER = Decoder("letters", _decode, literals=_LITERALS, joins=True)
