"""Lines of styled parts, and how they become text: plain, or with colours and links."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from keyscan.columns import wrap
from keyscan.formats import Show


class Part(NamedTuple):
    """Some text of a line. ``style`` is in rich's words, ``link`` a URL."""

    text: str
    style: str = ""
    link: str = ""


Line = tuple[Part, ...]


def paragraph(text: str, show: Show, indent: str, first: str | None = None) -> Iterator[Line]:
    """The text, wrapped. ``first`` starts its first line, ``indent`` the others."""
    for line in wrap(text, show.width, indent, first):
        yield (Part(line),)


def headed(head: str, style: str, text: str, show: Show, indent: str = "  ") -> Iterator[Line]:
    """A styled head, two spaces and the text, wrapped together."""
    lines = wrap(text, show.width, indent, head + "  ")
    yield (Part(head, style), Part(lines[0].removeprefix(head)))
    for line in lines[1:]:
        yield (Part(line),)


def joined(blocks: Iterable[Iterable[Line]], show: Show) -> str:
    """Blocks with an empty line between them, as text that ends in a newline (or is empty)."""
    filled = [lines for lines in map(list, blocks) if lines]
    with_breaks = chain.from_iterable([*lines, ()] for lines in filled)
    text = "\n".join(
        "".join(_painted(part, show) for part in line).rstrip() for line in with_breaks
    )
    return text.rstrip("\n") + "\n" if filled else ""


def _painted(part: Part, show: Show) -> str:
    text = part.text
    if part.style and show.color:
        from rich.color import ColorSystem  # late: nothing plain needs it
        from rich.style import Style

        style = Style.parse(part.style)
        text = style.render(text, color_system=ColorSystem.STANDARD, legacy_windows=False)
    if part.link and show.links:
        # By hand: rich gives each link a random id and drops links where there is no colour.
        text = f"\x1b]8;;{part.link}\x1b\\{text}\x1b]8;;\x1b\\"
    return text
