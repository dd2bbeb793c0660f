"""Markdown that no scanned name can change: no markup, links, mentions or HTML out of content."""

import re
from functools import cache
from urllib.parse import urlsplit

from keyscan.columns import safe
from keyscan.providers import all_providers

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&$^]|:(?=//)|(?<=www)\.|^\s*[-+=]|^\s*\d+(?=[.)])")
# GitHub looks for @names and #numbers after the markup is gone: only a break within helps.
_MENTION = re.compile(r"(@|\\#)(?=\w)")
_URL = re.compile(r"https://[A-Za-z0-9._~/?#=&%+-]*[A-Za-z0-9/]")


def escaped(words: str) -> str:
    """Text as itself. Addresses of issuers' pages stay links, code in backticks stays code."""
    parts, done = [], 0
    for found in re.finditer(rf"{_URL.pattern}|`[^`\n]+`", words):
        parts += [plain(words[done : found.start()]), _kept(found.group())]
        done = found.end()
    return "".join((*parts, plain(words[done:])))


def plain(words: str) -> str:
    """Text in which nothing is markup, whatever it holds; one line."""
    return _MENTION.sub("\\1\u200b", _MARKUP.sub(_backslash, safe(words)))


def _backslash(found: re.Match[str]) -> str:
    word = found.group()
    return f"{word}\u200b" if word[-1].isdigit() else f"{word[:-1]}\\{word[-1]}"


def _kept(word: str) -> str:
    if word.startswith("`"):
        return code(word[1:-1])
    return f"<{word}>" if urlsplit(word).hostname in _hosts() else plain(word)


@cache
def _hosts() -> frozenset[str | None]:
    """Where issuers' pages are: an address out of a file's name is no link."""
    pages = (
        page
        for one in all_providers().values()
        for page in (
            *(getattr(one.pages, name) for name in ("keys", "usage", "billing")),
            *(url for _, url in one.kind_pages),
        )
    )
    return frozenset(urlsplit(page).hostname for page in pages if page)


def code(words: str, *, cell: bool = False) -> str:
    """A code span that nothing in it can end. ``cell``: it stands in a table.

    There a bar ends the cell even within a span; as HTML it has another way to be written.
    """
    words = safe(words)
    if cell and "|" in words:
        kept = (one if one.isalnum() else f"&#{ord(one)};" for one in words)
        return f"<code>{''.join(kept)}</code>"
    fence = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    pad = " " if words.startswith("`") or words.endswith("`") or not words.strip() else ""
    return f"{fence}{pad}{words}{pad}{fence}"
