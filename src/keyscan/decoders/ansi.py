"""Terminal escape sequences inside a key: highlighted matches, redrawn and recorded lines."""

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_SEQUENCE = lazy(
    rb"(?:\x1b|\xc2\x9b|\^\[|\xe2\x90\x9b)(?:"
    rb"\[[0-?]{0,40}[ -/]{0,4}[@-~]"  # colour, cursor, erase
    rb"|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)"  # title, hyperlink
    rb"|[()][0-9A-B]|[=>78MDEHc])"
    rb"|.\x08|[\x00\x0e\x0f]"  # overstrike of manual pages, shifts
)


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _SEQUENCE, lambda _: b"")


DECODER = Decoder("ansi", _decode)
