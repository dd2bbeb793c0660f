"""Paths as reports for other programs name them: RFC 3986, relative wherever that is possible."""

import os
import re
from urllib.parse import quote_from_bytes

from keyscan.columns import valid
from keyscan.redact import redact

_PCHAR = "/!$&'()*+,;=@"  # RFC 3986, 3.3, without the colon that would make a name a scheme
_DRIVE = re.compile(r"[A-Za-z]:/")
_MEMBER = re.compile(r"([^/!]*[^/!.][^/!]*\.[^/!]+)!(?=[^/.])")


def split_member(path: str) -> tuple[str, str]:
    """``a.zip!inner/x.py`` → the file and the member in it; the latter is empty for a plain file.

    A file's own name may hold an exclamation mark: a member's follows a name with a suffix.
    """
    found = _MEMBER.search(path)
    return (path[: found.end() - 1], path[found.end() :]) if found else (path, "")


def uri_of(path: str) -> str:
    """A URI reference: relative for what is below the scanned folder, ``file:///`` elsewhere.

    Bytes of a name that is no UTF-8 are escaped as they are. A key in a name is redacted.
    """
    if path.startswith("../") or path == "..":
        path = os.path.abspath(path).replace(os.sep, "/")
    if _DRIVE.match(path):
        return f"file:///{path[:2]}{_quoted(path[2:])}"
    return f"file:///{_quoted(path.lstrip('/'))}" if path.startswith("/") else _quoted(path)


def _quoted(path: str) -> str:
    return quote_from_bytes(_bytes(path), _PCHAR)


def _bytes(path: str) -> bytes:
    try:
        return redact(path).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        return redact(valid(path)).encode()
