"""Files whose whole text is UTF-16 or UTF-32, read as what they are."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

from keyscan.model import Blob

_BOMS = (
    (BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, which is its beginning
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 2048
_CONTROLS = b"\1\2\3\4\5\6\7\x7f"  # no text begins with them; UTF-16 of Chinese may hold them


def transcoded(blob: Blob) -> Blob | None:
    """The blob in UTF-8, so that lines and columns are those of an editor; None: not UTF-16."""
    name, skip = _encoding(blob.data)
    if not name:
        return None
    data = blob.data[skip:].decode(name, "replace").encode("utf-8", "replace")
    seen = 0
    if blob.seen:
        seen = len(blob.data[skip : blob.seen].decode(name, "replace").encode("utf-8", "replace"))
    return blob._replace(data=data, seen=seen)


def _encoding(data: bytes) -> tuple[str, int]:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name, len(bom)
    head = data[:_HEAD]
    if b"\0" not in head[:4] or len(head) < 8:
        return "", 0
    if head.translate(None, _CONTROLS) != head:
        return "", 0  # a binary, in which the text may begin anywhere
    lanes = [head[i::4].count(0) / len(head[i::4]) for i in range(4)]
    if lanes[3] == 1 and lanes[2] > 0.9 and lanes[1] > 0.4 and not lanes[0]:
        return "utf-32-le", 0
    if lanes[0] == 1 and lanes[1] > 0.9 and lanes[2] > 0.4 and not lanes[3]:
        return "utf-32-be", 0
    even, odd = head[::2], head[1::2]
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.02 * len(even):
        return "utf-16-le", 0
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.02 * len(odd):
        return "utf-16-be", 0
    return "", 0
