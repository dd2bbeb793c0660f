"""Jupyter notebooks: each cell's source and the text of its outputs, out of their JSON strings."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from keyscan.container import Container, Member, Problem, limit_detail, text_member

SIZE_MAX = 256 << 20  # a tree of it is about four times as large in memory


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """``cell-3`` (counted from 1) and ``cell-3-output``; the raw file holds all the rest."""
    import json

    data = file.read(SIZE_MAX + 1)
    if len(data) > SIZE_MAX:
        yield Problem("", "archive-size", limit_detail("archive-size"))
        return
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return  # not JSON: the raw scan has read all that there is
    for number, cell in enumerate(_cells(notebook), 1):
        source = _text(cell.get("source", cell.get("input")))
        if source:
            yield text_member(f"cell-{number}", source.encode("utf-8", "replace"))
        output = "\n".join(_outputs(cell))
        if output:
            yield text_member(f"cell-{number}-output", output.encode("utf-8", "replace"))


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    """The cells of format 4, and those of format 3's worksheets."""
    if not isinstance(notebook, dict):
        return
    holders = [notebook, *_dicts(notebook.get("worksheets"))]
    for holder in holders:
        yield from _dicts(holder.get("cells"))


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    """Streams, tracebacks, and every representation that is text or base64."""
    for output in _dicts(cell.get("outputs")):
        data = output.get("data")
        values = [*output.values(), *(data.values() if isinstance(data, dict) else ())]
        for value in values:
            text = _text(value)
            if text:
                yield text


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A string, or the lines of one."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


CONTAINER = Container(
    name="notebook",
    magics=((0, b'{"'), (0, b"{\n"), (0, b"{\r"), (0, b"{ ")),
    markers=(b'"nbformat"',),
    members=members,
    derived=True,
)
