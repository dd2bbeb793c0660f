"""The message catalogs: collected from the code, compared with the files, written anew.

``python tests/catalogs.py`` adds new message ids to both catalogs, drops the gone ones and
compiles; what is then missing in Chinese it lists. Ids come from three places: calls of
``msg("…")`` and ``plural(…)``, texts in provider files, and the help of every command.
"""

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from inspect import cleandoc
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from keyscan.__main__ import cli
from keyscan.commands._help import WORDS
from keyscan.formats._steps import title_ids
from keyscan.providers import all_providers

SOURCE = Path(__file__).parents[1] / "src" / "keyscan"
LOCALE = SOURCE / "locale"
LANGUAGES = ("en", "zh_CN")
_IDS = {"msg": slice(0, 1), "plural": slice(1, 3)}  # which arguments are message ids
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # the files change when a message does, not daily


def collected() -> set[str]:
    """Every message id of the program."""
    return {*_called(), *_of_providers(), *_of_commands(), *title_ids(), *WORDS}


def _called() -> Iterator[str]:
    """By the syntax tree: babel's extractor misses calls inside f-strings before Python 3.12."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            for text in node.args[_IDS.get(getattr(node.func, "id", ""), slice(0))]:
                assert isinstance(text, ast.Constant), f"{path}:{node.lineno}: not a literal"
                yield str(text.value)


def _of_providers() -> Iterator[str]:
    for provider in all_providers().values():
        yield from (text for _, text in provider.notes)


def _of_commands() -> Iterator[str]:
    context = click.Context(cli)
    yield from _of_command(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if command is not None:
            yield from _of_command(command)


def _of_command(command: click.Command) -> Iterator[str]:
    yield from filter(None, (cleandoc(command.help or ""), command.short_help))
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text and not getattr(parameter, "hidden", False):
            yield text
    if isinstance(command, click.Group) and command is not cli:
        for one in command.commands.values():
            yield from _of_command(one)


def po_file(language: str) -> Path:
    """The catalog's source."""
    return LOCALE / language / "LC_MESSAGES" / "keyscan.po"


def read(language: str) -> Catalog:
    """The catalog as it is on the disk; empty where there is none yet."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def update(language: str) -> list[str]:
    """Write the catalog with exactly the ids of the code. Returns those without a translation."""
    old = read(language)
    new = Catalog(
        locale=language,
        project="keyscan",
        creation_date=_NEVER,
        revision_date=_NEVER,
        header_comment=f"# keyscan's messages: {language}",
        language_team="keyscan",
        last_translator="keyscan",
        fuzzy=False,
    )
    missing = []
    for text in sorted(collected()):
        entry = old.get(text)
        said = text if language == "en" else str(entry.string) if entry else ""
        # Our placeholders are named; babel's marks for them would be noise.
        new.add(text, said, flags=())
        if not said:
            missing.append(text)
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, new, width=100, sort_output=True)
    with path.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, new)
    return missing


if __name__ == "__main__":
    for one in (text for language in LANGUAGES for text in update(language)):
        sys.stdout.write(f"not translated: {one!r}\n")
