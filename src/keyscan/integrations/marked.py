"""Lines of ours in somebody else's file, between two marks, so that they can be taken out again."""

import re
from typing import NamedTuple

_BEGIN = "# >>> keyscan >>>"
_END = "# <<< keyscan <<<"
_NOTE = "lines of `keyscan install`; `keyscan uninstall` removes them"
_CREATED = "(and the file)"
_JOINED = "(and the line break before)"
_BLOCK = re.compile(
    rf"^[ \t]*{_BEGIN}([^\r\n]*)\r?\n.*?^[ \t]*{_END}[^\r\n]*(?:\r?\n|\Z)".encode(), re.M | re.S
)


class Removed(NamedTuple):
    """A file without our lines. ``created``: it is there only because of us."""

    data: bytes
    created: bool


def insert(data: bytes, at: int, lines: str, *, indent: str = "", created: bool = False) -> bytes:
    """``data`` with the lines at an offset that starts a line, or is the end.

    Line ends are those of the file. What ``removed`` gives back is ``data``, byte for byte.
    """
    end = "\r\n" if b"\r\n" in data else "\n"
    joined = at > 0 and data[at - 1 : at] != b"\n"
    notes = [_NOTE, *([_CREATED] if created else []), *([_JOINED] if joined else [])]
    begin = f"{_BEGIN} {' '.join(notes)}"
    text = "".join(indent + line + end for line in (begin, *lines.splitlines(), _END))
    return data[:at] + (end if joined else "").encode() + text.encode() + data[at:]


def removed(data: bytes) -> Removed | None:
    """The file without our lines; None where it has none."""
    found = _BLOCK.search(data)
    if not found:
        return None
    start, notes = found.start(), found[1].decode()
    if _JOINED in notes:
        start -= 2 if data[:start].endswith(b"\r\n") else 1
    return Removed(data[:start] + data[found.end() :], _CREATED in notes)
