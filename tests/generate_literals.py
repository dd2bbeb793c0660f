"""Writes ``src/keyscan/_literals.py``: ``python tests/generate_literals.py``.

The fast hook cannot afford to import the providers, so what the prefilter looks for is kept as
plain data beside it. ``tests/test_hook_entry.py`` fails when the two differ.
"""

from collections.abc import Iterable
from pathlib import Path

from keyscan.detect import literals
from keyscan.providers import rules_by_literal
from keyscan.unpack import all_containers

PATH = Path(__file__).parents[1] / "src/keyscan/_literals.py"

_HEAD = '''\
"""What the prefilter looks for, as plain data for ``hook_entry``.

Written by ``python tests/generate_literals.py`` from the providers and decoders: do not edit.
"""
'''


def source() -> str:
    """The module as it must be for today's rules and decoders."""
    names, prefixes, others = [], [], []
    for literal in literals():
        kind = {_kind(literal, rule.priority) for rule in rules_by_literal().get(literal, ())}
        (names if kind == {"name"} else prefixes if kind == {"prefix"} else others).append(literal)
    magics = sorted(magic for one in all_containers() for at, magic in one.magics if at == 0)
    bare = [magic for magic in magics if magic not in _marked_magics()]
    return "\n".join(
        (
            _HEAD,
            _constant(
                "LITERALS", "the full program looks closer at every hit", [*others, *_marks()]
            ),
            _constant("PREFIXES", "a key goes on directly behind these", prefixes),
            _constant("NAMES", "a value may be assigned to these", names),
            _constant("CONTAINERS", "how a file begins that has to be unpacked", bare),
        )
    )


def _marked_magics() -> set[bytes]:
    """Beginnings that many texts share (``{``): such containers are known by their markers."""
    return {magic for one in all_containers() if one.markers for _, magic in one.magics}


def _marks() -> list[bytes]:
    """Words that give away a container which its first bytes do not."""
    later = {magic for one in all_containers() for at, magic in one.magics if at}
    return sorted(later.union(*(one.markers for one in all_containers())))


def _kind(literal: bytes, priority: int) -> str:
    """What follows a literal in a key, by the kind of its rules."""
    if priority >= 2:
        return "name" if literal.replace(b"-", b"_").decode().isidentifier() else "other"
    # A long marker is rare enough to need no closer look.
    return "prefix" if len(literal) < 8 else "other"


def _constant(name: str, meaning: str, values: Iterable[bytes]) -> str:
    lines = "".join(f"    {_quoted(value)},\n" for value in values)
    return f"# {meaning}\n{name} = (\n{lines})\n"


def _quoted(value: bytes) -> str:
    return 'b"' + repr(value)[2:-1].replace('"', r"\"") + '"'


if __name__ == "__main__":
    PATH.write_text(source(), "utf-8")
