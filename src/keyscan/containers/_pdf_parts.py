"""What the two readers of PDF hand to the container: a text that was read, or what was not."""

from typing import NamedTuple


class Text(NamedTuple):
    """A member's name and content."""

    name: str
    content: bytes


class Unread(NamedTuple):
    """A member's name, and why it was not read: see ``pdf.py``."""

    name: str
    why: str


# Browsers and TeX draw these letters as one glyph, also within a key.
LIGATURES = {0xFB00 + at: text for at, text in enumerate(("ff", "fi", "fl", "ffi", "ffl"))}
