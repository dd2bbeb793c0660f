"""Writes ``src/keyscan/_literals.py``: ``python tests/generate_literals.py``.

The fast hook cannot afford to import the providers, so what the prefilter looks for is kept as
plain data beside it. ``tests/test_hook_entry.py`` fails when the two differ.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from keyscan.decoders import literals
from keyscan.decoders._transcode import _BOMS
from keyscan.escaped import STEMS
from keyscan.providers import rules_by_literal
from keyscan.providers.unknown import _PASTE_HERE
from keyscan.unpack import all_containers

PATH = Path(__file__).parents[1] / "src/keyscan/_literals.py"

_HEAD = '''\
"""What the prefilter looks for, as plain data for ``hook_entry``.

Written by ``python tests/generate_literals.py`` from the providers, decoders and containers:
do not edit.
"""
'''


def source() -> str:
    """The module as it must be for today's rules, decoders and containers."""
    by_kind: dict[str, list[bytes]] = {"name": [], "prefix": [], "other": []}
    for literal in literals():
        by_kind[_kind(literal)].append(literal)
    others = [*by_kind["other"], *_vendors(), *_marks()]
    beginnings = [*_magics(), *(bom for bom, _ in _BOMS)]
    constants = (
        ("LITERALS", "any of these: the full program looks closer", others),
        ("PREFIXES", "a key goes on directly behind these", by_kind["prefix"]),
        ("NAMES", "a value may be given to names that hold these", by_kind["name"]),
        ("PLACEHOLDERS", "in a value that asks for a key, in lower case", _placeholders()),
        ("STEMS", "of escape sequences: one may stand for a letter of a key", STEMS),
        ("BEGINNINGS", "of files whose content has to be unpacked or transcoded", beginnings),
    )
    return "\n".join((_HEAD, *(_constant(*one) for one in constants)))


def _kind(literal: bytes) -> str:
    """What follows a literal in a key, by its rules.

    Only the short and frequent ones get a closer look; a piece that belongs to nothing but keys
    wakes the decoders, which put broken keys together.
    """
    rules = rules_by_literal().get(literal, ())
    priorities = {rule.priority for rule in rules}
    if literal == b"Bearer ":
        return "prefix"
    if priorities and min(priorities) >= 2:
        return "name"
    short = len(literal) < 4 or not literal.endswith((b"-", b"_"))
    return "prefix" if rules and short and len(literal) < 8 else "other"


def _vendors() -> list[bytes]:
    """``sk-ant-`` and the like: pieces of keys, too."""
    found = {re.match(r"sk-[a-z]+-", rule.prefix) for rule in rules_by_literal()[b"sk-"]}
    return sorted({one.group().encode() for one in found if one})


def _marks() -> list[bytes]:
    """Words that give away a container which its first bytes do not."""
    later = {magic for one in all_containers() for at, magic in one.magics if at}
    return sorted(later.union(*(one.markers for one in all_containers())))


def _magics() -> list[bytes]:
    """Beginnings that few texts share; ``{`` is none, such containers have markers."""
    return sorted(
        magic for one in all_containers() if not one.markers for at, magic in one.magics if not at
    )


def _placeholders() -> list[bytes]:
    """The words of the rule for placeholders; its other signs are no letters."""
    found = set()
    for choice in _PASTE_HERE.pattern.split("|"):
        word = re.match(r"[a-z]*", choice.replace("\\", ""))
        if word and word.group():
            found.add(word.group() if len(word.group()) > 1 else word.group() * 4)
    return sorted(word.encode() for word in (*found, "..."))


def _constant(name: str, meaning: str, values: Iterable[bytes]) -> str:
    lines = "".join(f"    {_quoted(value)},\n" for value in values)
    return f"# {meaning}\n{name} = (\n{lines})\n"


def _quoted(value: bytes) -> str:
    """As the formatter writes it: double quotes, unless single ones save an escape."""
    body = repr(value)[2:-1].replace("\\'", "'")
    quote = "'" if body.count('"') > body.count("'") else '"'
    return f"b{quote}" + body.replace(quote, "\\" + quote) + quote


if __name__ == "__main__":
    PATH.write_text(source(), "utf-8")
