"""Text that may hold a key by accident (a path, an argument, another program's words)."""

from keyscan.detect import detect_in
from keyscan.model import Blob, View


def redact(text: str) -> str:
    """The text with every key in it cut to its prefix class and last four."""
    raw = text.encode("utf-8", "surrogateescape")
    parts, done = [], 0
    for one in detect_in(View(Blob("", raw), raw)):
        start, end = one.span
        parts += [raw[done:start], one.secret.redacted.encode()]
        done = end
    return b"".join((*parts, raw[done:])).decode("utf-8", "surrogateescape")
