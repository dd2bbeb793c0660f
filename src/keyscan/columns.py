"""Text in a terminal's columns: hostile characters made harmless, lines wrapped.

Paths, variable names and URLs are whole words here: a broken one can be neither clicked nor
copied. Chinese has no spaces, so a line may end after any of its characters but not before the
punctuation that closes a sentence.
"""

import re
from unicodedata import category, east_asian_width

# Compiled when first used, by ``re`` itself: a clean run needs none of them.
_PIECE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\uffef]+|\s+"
_SURROGATE = "[\ud800-\udfff]"
# What CI systems take for orders in a log: GitHub's at the start of a line, Azure's anywhere.
_ORDER = r"^\s*::|##(?=\[|vso\[|teamcity\[)"
_CLOSING = "，。；：、！？）》」』】”’,.;:!?)]}"


def safe(text: str) -> str:
    """The text with everything that does not print written as an escape.

    File names can hold newlines, terminal escapes, characters that turn the writing direction,
    and bytes that are no UTF-8 (``surrogateescape``): ``\\n``, ``\\x1b``, ``\\u202e``, ``\\xff``.
    Nor is it an order to a CI system that reads the log.
    """
    if "::" in text or "##" in text:
        text = re.sub(_ORDER, lambda found: f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}", text)
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def valid(text: str) -> str:
    """The text with lone surrogates, which no encoding can hold, written as escapes."""
    return re.sub(_SURROGATE, lambda found: _escaped(found.group()), text)


def width_of(text: str) -> int:
    """Columns that the text fills: two for each wide character, none for a mark on another."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    # Hangul's vowels and finals are drawn into the syllable that the consonant began.
    if category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or char == "\u3164":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int | None, indent: str = "", first: str | None = None) -> list[str]:
    """The text in lines of at most ``width`` columns; None is one line.

    ``first`` starts the first line and ``indent`` the others. A word that is wider than the line
    stays whole and stands alone.
    """
    line = indent if first is None else first
    if width is None:
        return [line + text]
    lines, used = [], False
    for piece in _pieces(text):
        room = width - width_of(line)
        if used and width_of(piece.rstrip()) > room:
            lines.append(line.rstrip())
            line, piece = indent, piece.lstrip()
        line += piece
        used = True
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """Words with the space before them, wide characters one by one with what closes them."""
    pieces: list[str] = []
    space = ""
    for found in re.finditer(_PIECE, text):
        piece = found.group()
        if piece.isspace():
            space = " "
        elif pieces and not space and (piece[0] in _CLOSING or pieces[-1][-1] in "（《「『【“‘"):
            pieces[-1] += piece
        else:
            pieces.append(space + piece)
            space = ""
    return pieces
