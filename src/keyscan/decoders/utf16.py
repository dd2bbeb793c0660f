"""UTF-16 text inside something else: resources of a program, ``>>`` of PowerShell."""

from keyscan.decoder import Clues, Decoder, Pieces, Text, lazy
from keyscan.prefilter import find

_LEAST = 24  # letters in a row; the shortest key has more
_CLASSES = bytes(
    0 if byte == 0 else 0x41 if 0x20 <= byte < 0x7F or byte in b"\t\r\n" else 0x78
    for byte in range(256)
)
_RUN = lazy(rb"(?:A\0)+A?")


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.first < 0:
        return None
    classes, pieces = data.translate(_CLASSES), Pieces()
    at = find(classes, b"A\0" * _LEAST, max(0, clues.first - 1))
    while at >= 0:
        run = _RUN.match(classes, at)
        end = run.end() if run else at + 2
        pieces.add(data[at:end:2], at, 2)
        pieces.add(b"\n", end - 1, 0)
        at = find(classes, b"A\0" * _LEAST, end)
    return pieces.text() if pieces.size else None


DECODER = Decoder("utf-16", _decode, (b"\0",))
