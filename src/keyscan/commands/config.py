"""``keyscan config``: the effective settings and where each came from; a first file; its schema."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from keyscan import config_files
from keyscan.commands._configured import loaded_for
from keyscan.commands._options import lang_option, say
from keyscan.errors import ExitCode, UsageError
from keyscan.i18n import render
from keyscan.model import msg

BESIDE = ".keyscan.schema.json"  # what an editor reads
SCHEMA = Path(__file__).parent.parent / "schemas" / "keyscan.schema.json"


@click.group(name="config", invoke_without_command=True)
@click.option(
    "-f",
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the settings are written.",
)
@click.option("--config", metavar="FILE", help="Use FILE instead of the repository's files.")
@click.option("--no-config", is_flag=True, help="Leave the repository's files out.")
@lang_option
@click.pass_context
def command(ctx: click.Context, shape: str, config: str | None, no_config: bool) -> ExitCode | None:
    """Show the effective settings and where each came from.

    In rising order: your own file, keyscan.toml at the repository's top level, [tool.keyscan] in
    its pyproject.toml, KEYSCAN_* variables, the command line. Other commands take these values
    as their defaults.
    """
    if ctx.invoked_subcommand:
        return None
    from keyscan.config import load
    from keyscan.formats import _config, show_on

    given = {"config": config, "no_config": no_config}
    loaded = loaded_for(given) or load()
    own = config_files.user_file(os.environ)
    show = show_on(sys.stdout)
    text = _config.json(loaded, own) if shape == "json" else _config.text(loaded, own, show)
    say(text, show, for_people=shape == "text")
    return ExitCode.CLEAN


@command.command("init")
@click.option(
    "--schema",
    metavar="URL",
    help="Where editors find the schema, instead of in a file beside the settings.",
)
@lang_option
def _init(schema: str | None) -> ExitCode:
    """Write a keyscan.toml to start from, at the repository's top level.

    Its first line names the schema, which is written beside it, so that editors (Taplo, Even Better
    TOML, Tombi) complete and check the file. Nothing is set yet.
    """
    root = config_files.root_of()
    path = os.path.join(root, config_files.NAME)
    if os.path.lexists(path):
        raise _there(path)
    if not schema:
        schema = f"./{BESIDE}"
        _write(os.path.join(root, BESIDE), _printed_schema(user=False) + "\n")
    _write(path, _first(schema))
    click.echo(
        render(msg("wrote {path}; `keyscan config` shows what holds", path=os.path.relpath(path)))
    )
    return ExitCode.CLEAN


def _write(path: str, text: str) -> None:
    """A new file; one that holds this very text stays."""
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if not _holds(path, text):
            raise _there(path) from None
    except OSError as error:
        raise UsageError(
            msg("cannot write {path}: {why}", path=os.path.relpath(path), why=error.strerror)
        ) from None


def _holds(path: str, text: str) -> bool:
    try:
        return Path(path).read_bytes() == text.encode()
    except OSError:
        return False


def _there(path: str) -> UsageError:
    return UsageError(msg("{path} is there already; it stays as it is", path=os.path.relpath(path)))


@command.command("schema")
@click.option("--user", is_flag=True, help="The schema of your own file, not of a repository's.")
@lang_option
def _printed(user: bool) -> ExitCode:
    """Print the JSON Schema of keyscan.toml, for editors."""
    click.echo(_printed_schema(user=user))
    return ExitCode.CLEAN


def _printed_schema(*, user: bool) -> str:
    import json

    found = _schema()
    own = found["definitions"].pop("user")["properties"]
    if not user:
        own = {}
    found["properties"] |= own
    if user:
        found["$id"] += ":user"
        found["title"] = "keyscan/config.toml"
    return json.dumps(found, indent=2)


def _schema() -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(SCHEMA.read_bytes())
    return found


_FIRST = """\
#:schema {schema}
# Settings of keyscan for this repository. `keyscan config` shows which hold and where each came
# from. Remove the first # of a line to set it.

# What makes the exit code 1: "note", "any" or "live".
# fail-on = "any"

# Keys that are no leak: by path (as in .gitignore), rule, provider or fingerprint; all that an
# entry names must hold. Each is counted, and -v shows it with its reason.
# [[allow]]
# path = "tests/fixtures/"
# reason = "made up for tests"
# expires = 2027-12-31

# Keys of a gateway of your own.
# [providers.acme]
# name = "Acme gateway"
# keys = "https://gateway.acme.example/keys"
# steps.en = ["Tell #platform which service used the key"]
# steps.zh = ["告诉 #platform 哪个服务用过这个密钥"]

# [[rules]]
# id = "acme-gateway-key"
# provider = "acme"
# literal = "acme-"
# pattern = "[A-Za-z0-9]{{32}}"
"""


def _first(schema: str) -> str:
    """A file that sets nothing yet; a test turns its comments into settings."""
    return _FIRST.format(schema=schema)
