"""What may follow on the command line: answers to the scripts of ``keyscan completion``.

click finds the word that is being typed and knows commands, options and choices. Here are the
values that click sees as plain text: providers, formats, paths, refs. Nothing is scanned, nobody
is asked, and a wrong line completes to nothing.
"""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    shell_complete,
)
from click.shell_completion import add_completion_class as _register

VARIABLE = "_KEYSCAN_COMPLETE"
"""Set by the scripts; its value says which shell asks and for what."""

if TYPE_CHECKING:
    Item = CompletionItem[str]
else:
    Item = CompletionItem  # before click 8.4 no generic type
Values = Callable[[click.Context, str], Iterable[Item]]

# As click's, but commands and paths are offered together, and names with blanks stay whole.
_BASH = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o filenames
                while IFS= read -r value; do COMPREPLY+=("$value"); done \\
                    < <(compgen -f -- "$value") ;;
        esac
    done < <(IFS=$'\\n'; env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

# As click's, but a comma in a description does not end it.
_FISH = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \\
        COMP_CWORD=(commandline -t) %(prog_name)s 2>/dev/null)
    for completion in $response
        set -l parts (string split -m 1 "," -- $completion)
        switch $parts[1]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _Bash(BashComplete):
    source_template = _BASH

    def source(self) -> str:
        """The script; click's would first start a bash to ask for its version."""
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """bash splits ``--format=js`` into three words; click expects two."""
        args, incomplete = super().get_completion_args()
        pairs = zip(args, ["", *args], strict=False)
        return [one for one, before in pairs if one != "=" or before[:2] != "--"], incomplete


class _Fish(FishComplete):
    source_template = _FISH

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        """With descriptions in the user's language."""
        return _whole(_described(super().get_completions(args, incomplete)), incomplete)


class _Zsh(ZshComplete):
    # In a folder of fpath the script is run at each Tab, but click's answers only the first.
    source_template = f"{ZshComplete.source_template}compdef %(complete_func)s %(prog_name)s\n"

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        """With descriptions in the user's language."""
        return _whole(_described(super().get_completions(args, incomplete)), incomplete)


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "fish": _Fish, "zsh": _Zsh}


def shells() -> tuple[str, ...]:
    """The shells that there is a script for."""
    return tuple(_SHELLS)


def script(shell: str, cli: click.Command) -> str:
    """What the shell reads to know ``keyscan``'s words."""
    return _SHELLS[shell](cli, {}, "keyscan", VARIABLE).source()


def complete(cli: click.Group) -> NoReturn:
    """Answer the shell that set ``VARIABLE``, and exit. Errors are no words to offer."""
    for shell in _SHELLS.values():
        _register(shell)
    try:
        code = shell_complete(_Offered(cli), {}, "keyscan", VARIABLE, os.environ[VARIABLE])
    except Exception:  # whatever a half-typed line does: no traceback into the prompt
        code = 1
    sys.exit(code)


def _described(items: list[Item]) -> list[Item]:
    from keyscan.i18n import render  # late: bash shows no descriptions
    from keyscan.model import Message

    for one in items:
        one.help = render(Message(one.help)) if one.help else None
    return items


def _whole(items: list[Item], incomplete: str) -> list[Item]:
    """fish and zsh replace the whole of ``--format=js``; click answers for what follows the =."""
    name, equals, start = incomplete.partition("=")
    if not (equals and name.startswith("--")):
        return items
    whole: list[Item] = []
    for one in items:
        if one.type == "file":
            whole += _files(f"{name}=", start)
        else:
            whole.append(Item(f"{name}={one.value}", help=one.help))
    return whole


def _files(before: str, start: str) -> Iterable[Item]:
    """Paths that may be meant by ``start``, for a word that only begins elsewhere."""
    folder, slash, name = start.rpartition("/")
    for one in sorted(Path(folder + slash or ".").iterdir()):
        if one.name.startswith(name):
            yield Item(f"{before}{folder}{slash}{one.name}{'/' * one.is_dir()}")


class _Offered(click.Group):
    """The real group, its plain values made ``_Plain``; its own first word may be a path, too."""

    def __init__(self, real: click.Group) -> None:
        super().__init__(real.name, params=real.params)
        self.real = real

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self.real.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = self.real.get_command(ctx, cmd_name)
        return _with_values(command) if command else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.list_commands(ctx):
            args = ["scan", *args]  # `keyscan PATH` is `keyscan scan PATH`
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Item]:
        found = super().shell_complete(ctx, incomplete)
        scan = self.get_command(ctx, "scan")
        if scan is None or not incomplete.startswith("-"):
            return [*found, Item(incomplete, type="file")]
        own = {one.value for one in found}
        inside = scan.make_context("scan", [], parent=ctx, resilient_parsing=True)
        return [
            *found,
            *(one for one in scan.shell_complete(inside, incomplete) if one.value not in own),
        ]


def _with_values(command: click.Command) -> click.Command:
    """The command, for whose plain parameters ``_VALUES`` knows what may stand there."""
    for one in command.params:
        if type(one.type) in (type(click.STRING), type(click.UNPROCESSED)):
            one.type = _Plain(_values_of(one))
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _with_values(below)
    return command


class _Plain(click.types.StringParamType):
    def __init__(self, values: Values) -> None:
        self.values = values

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002 - click's
        incomplete: str,
    ) -> list[Item]:
        return [
            one
            for one in self.values(ctx, incomplete)
            if one.type == "file" or one.value.startswith(incomplete)
        ]


def _values_of(parameter: click.Parameter) -> Values:
    """By what the help calls it; an argument that has another name is a path."""
    if parameter.name == "variable":
        return _variables
    called = (parameter.metavar or parameter.name or "").removesuffix("...").strip("[]").upper()
    return _VALUES.get(called, _paths if isinstance(parameter, click.Argument) else _nothing)


def _nothing(_ctx: click.Context, _word: str) -> Iterable[Item]:
    return ()


def _paths(_ctx: click.Context, word: str) -> Iterable[Item]:
    return (Item(word, type="file"),)


def _providers(_ctx: click.Context, _word: str) -> Iterable[Item]:
    """By their files' names: importing them all takes longer than a Tab may."""
    folder = Path(__file__).parents[1] / "providers"
    return (Item(one.stem.replace("_", "-")) for one in sorted(folder.glob("[!_]*.py")))


def _endpoints(ctx: click.Context, word: str) -> Iterable[Item]:
    return () if "=" in word else (Item(f"{one.value}=") for one in _providers(ctx, word))


def _formats(_ctx: click.Context, word: str) -> Iterable[Item]:
    """``sarif``, and ``sarif=`` with the files that may be meant."""
    from keyscan.formats import names

    name, equals, start = word.partition("=")
    if not equals:
        return map(Item, names())
    return _files(f"{name}=", start)


def _kinds(ctx: click.Context, _word: str) -> Iterable[Item]:
    from keyscan.providers import all_providers
    from keyscan.rotate import kinds_of

    # click drops what it had parsed when the last option has no value yet
    named = ctx.params.get("provider") or next(iter(ctx.args), "")
    owner = all_providers().get(str(named))
    return map(Item, kinds_of(owner)) if owner else ()


def _variables(_ctx: click.Context, _word: str) -> Iterable[Item]:
    """Names only; their values are what must not be seen."""
    return map(Item, sorted(os.environ))


def _refs(_ctx: click.Context, word: str) -> Iterable[Item]:
    from keyscan.git import run

    shown = run(["for-each-ref", "--format=%(refname:short)"]).out.decode("utf-8", "replace")
    before = word[: word.rindex("..") + 2] if ".." in word else ""
    dots = "." if word.startswith(f"{before}.") and before else ""
    return (Item(f"{before}{dots}{one}") for one in ["HEAD", *shown.split()])


_VALUES: dict[str, Values] = {
    "-": _nothing,  # `keyscan verify`: a key never stands there
    "A..B": _refs,
    "DAY": _nothing,
    "FILE": _paths,
    "FOLDER": _paths,
    "FORMAT": _formats,
    "FORMAT[=FILE": _formats,
    "HEX": _nothing,
    "ID": _providers,
    "KIND": _kinds,
    "NAME": _nothing,
    "PATH": _paths,
    "PROVIDER": _providers,
    "PROVIDER=URL": _endpoints,
    "REF": _refs,
    "REMOTE": _nothing,
    "REPO": _paths,
    "REV": _refs,
    "TEXT": _nothing,
    "URL": _nothing,
}
