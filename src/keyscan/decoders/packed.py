"""Archives, documents and compressed files inside an encoding: mail's attachments, data URIs."""

from collections.abc import Iterator
from itertools import islice, pairwise

from keyscan.containers import ZIP_END, expand
from keyscan.decoder import Clues, Decoder, Pieces, Text
from keyscan.decoders._runs import FILES
from keyscan.model import Blob, Gap
from keyscan.prefilter import find

_ENDS = 8  # ends of a zip that are tried: a stored member can have one, too


def _decode(data: bytes, clues: Clues) -> Text | None:
    if clues.depth == 0 or clues.first < 0:
        return None
    pieces, lost, done = Pieces(), list[Gap](), 0
    room = 4 * len(data) + (8 << 20)  # more than the driver's share of memory: it then says so
    for start, following in pairwise((*_starts(data), len(data))):
        if start < done or pieces.size > room:
            continue  # a stored member, or enough
        done = _end_of_zip(data, start) or following
        for one in islice(expand((Blob("", data[start:done]),)), 1, None):
            if isinstance(one, Blob):
                pieces.add(one.data[one.seen :] + b"\n" * one.final, start, 0)
            else:
                lost.append(one)
            if pieces.size > room:
                break
    return pieces.text()._replace(lost=tuple(lost)) if pieces.size or lost else None


def _starts(data: bytes) -> list[int]:
    """Where a file may begin: at the start of a decoded piece."""
    return sorted({at for magic in FILES for at in _lines(data, magic)})


def _lines(data: bytes, magic: bytes) -> Iterator[int]:
    if data.startswith(magic):
        yield 0
    at = find(data, b"\n" + magic, 0)
    while at >= 0:
        yield at + 1
        at = find(data, b"\n" + magic, at + 1)


def _end_of_zip(data: bytes, start: int) -> int:
    """Behind its directory, which says where it begins; 0 for others."""
    at = find(data, ZIP_END, start) if data.startswith(b"PK", start) else -1
    for _ in range(_ENDS):
        if at < 0:
            break
        size, offset, comment = (
            int.from_bytes(data[at + low : at + high], "little")
            for low, high in ((12, 16), (16, 20), (20, 22))
        )
        if start + offset + size == at:
            return at + 22 + comment
        at = find(data, ZIP_END, at + 1)
    return 0


DECODER = Decoder("packed", _decode, FILES, inner=True)
