"""UTF-16 and UTF-32 inside something else: resources of a program, ``>>`` of PowerShell."""

from keyscan.decoder import Clues, Decoder, Pieces, Text, lazy
from keyscan.prefilter import find

_LEAST = 24  # letters in a row; the shortest key has more
_CLASSES = bytes(
    0 if byte == 0 else 0x41 if 0x20 <= byte < 0x7F or byte in b"\t\r\n" else 0x78
    for byte in range(256)
)
_WIDTHS = tuple((width, b"A" + b"\0" * (width - 1)) for width in (2, 4))
_RUNS = {width: lazy(rb"(?:" + letter + rb")+A?") for width, letter in _WIDTHS}


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.first < 0:
        return None
    classes, pieces = data.translate(_CLASSES), Pieces()
    for width, letter in _WIDTHS:
        at = find(classes, letter * _LEAST, max(0, clues.first - 3))
        while at >= 0:
            run = _RUNS[width].match(classes, at)
            end = run.end() if run else at + width
            pieces.add(data[at:end:width], at, width)
            pieces.add(b"\n", end - 1, 0)
            at = find(classes, letter * _LEAST, end)
    return pieces.text() if pieces.size else None


DECODER = Decoder("utf-16", _decode, (b"\0",))
