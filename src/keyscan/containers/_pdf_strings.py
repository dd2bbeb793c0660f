"""The strings in an object of a PDF as lines, each with the name under which it stands."""

from collections.abc import Iterator
from typing import Any

from pypdf.generic import (
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    TextStringObject,
)

SHORTEST = 8  # no secret is shorter
LONG_NAME = 20  # ``/FlateDecode`` and the like are shorter


def lines(top: Any) -> bytes:
    """``Author: …`` and so on; a form field's value behind its name. Empty when there are none."""
    found: list[bytes] = []
    waiting: list[tuple[str, Any]] = [("", top)]
    while waiting:  # not recursive: a file may nest as deeply as it likes
        name, one = waiting.pop()
        if isinstance(one, dict):
            field = one.get("/T")
            named = {"/V", "/DV"} if isinstance(field, TextStringObject) else ()
            for key, value in reversed(list(one.items())):
                waiting.append((str(field if key in named else str(key)[1:]), value))
        elif isinstance(one, list):
            waiting.extend((name, value) for value in reversed(one))
        elif len(text := _text(one)) >= SHORTEST:
            found.append(f"{name}: ".encode("utf-8", "replace") + text if name else text)
    return b"\n".join(dict.fromkeys(found))


def _text(one: Any) -> bytes:
    if isinstance(one, NameObject) and len(one) < LONG_NAME:
        return b""
    if isinstance(one, (TextStringObject, NameObject)):
        return one.encode("utf-8", "replace")
    return bytes(one) if isinstance(one, ByteStringObject) else b""


def attached(one: Any) -> Iterator[tuple[int, str]]:
    """(number of its stream, name) of a file that is embedded."""
    files: Any = one.get("/EF") if isinstance(one, dict) else None
    for key in ("/F", "/UF") if isinstance(files, DictionaryObject) else ():
        if key in files:
            stream, name = files.raw_get(key), one.get("/UF", one.get("/F"))
            if isinstance(stream, IndirectObject) and isinstance(name, str) and name:
                yield stream.idnum, str(name)
