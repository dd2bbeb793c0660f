"""The command line: a lazy click group, and the only place where errors become exit codes."""

import os
import re
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

import click

from keyscan import __version__, i18n
from keyscan.errors import ExitCode, KeyscanError, UsageError
from keyscan.model import Message, msg

_COMMANDS = os.path.join(os.path.dirname(__file__), "commands")


class _Context(click.Context):
    """Help is formatted by a module that a run without help does not load."""

    def make_formatter(self) -> click.HelpFormatter:
        from keyscan.commands._help import Formatter

        return Formatter(width=self.terminal_width, max_width=self.max_content_width)


def _translated(command: click.Command) -> click.Command:
    """The command, its help to be shown by ``_Context``, and so for its own subcommands.

    The short help is the whole first sentence: one that click cuts is in no catalog.
    """
    command.context_class = _Context
    first = (command.help or "").strip().partition("\n\n")[0]
    command.short_help = " ".join(first.split()).partition(". ")[0].rstrip(".:")
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _translated(one)
    return command


class LazyGroup(click.Group):
    """Imports ``commands/<name>.py`` when it is called; ``keyscan PATH`` is ``keyscan scan PATH``.

    A new file in ``commands/`` with a click command named ``command`` is a new command.
    """

    context_class = _Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = (one.removesuffix(".py") for one in os.listdir(_COMMANDS) if one.endswith(".py"))
        return sorted(one for one in names if not one.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name.startswith("_") or not os.path.isfile(f"{_COMMANDS}/{cmd_name}.py"):
            return None
        command: click.Command = import_module(f"keyscan.commands.{cmd_name}").command
        return _translated(command)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = ("-h", "--help", "--version", *self.list_commands(ctx))
        if not args or args[0] not in own:
            if args and not ctx.resilient_parsing:
                self._no_command(args[0], ctx)
            args = ["scan", *args]
        return super().parse_args(ctx, args)

    def _no_command(self, word: str, ctx: click.Context) -> None:
        """Refuse a bare word that is no path but nearly a command. A file that is gone is a gap."""
        if not re.fullmatch(r"\w[\w-]*", word) or os.path.lexists(word):
            return
        from keyscan.commands._help import mistyped  # late: only a wrong call needs it

        told = mistyped(word, self.list_commands(ctx))
        if told:
            raise UsageError(told)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="keyscan")
def cli() -> None:
    """Find OpenAI-style API keys, ask whether they are live, and rotate them.

    `keyscan PATH...` is short for `keyscan scan PATH...`.
    """


def main(args: list[str] | None = None) -> NoReturn:
    """Run, and exit with an ``ExitCode``. No traceback ever reaches the terminal.

    An exception's own text can hold scanned content, so an unexpected one is told by its type
    and place alone.
    """
    _never_stopped_by_an_encoding()
    if "_KEYSCAN_COMPLETE" in os.environ:
        from keyscan.commands._completing import complete  # late: only a shell's Tab needs it

        complete(cli)
    try:
        code = cli.main(args, prog_name="keyscan", standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        from keyscan.commands._help import complaint  # late: only a wrong call needs it

        code = _complain(complaint(error), ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        code = _complain(i18n.render(msg("interrupted; nothing can be said to be clean")))
    except KeyscanError as error:
        code = _complain(i18n.render(error.message), error.exit_code)
    except BrokenPipeError:
        # Whoever read us went away (``keyscan | head``): not a result, not a traceback.
        sys.stdout = None
        code = ExitCode.INCOMPLETE
    except Exception as error:  # the last net: every crash is exit 3 and one line
        code = _complain(i18n.render(_crash(error)))
        if isinstance(error, OSError):
            sys.stdout = None  # what could not be written must not be tried again
    sys.exit(code if isinstance(code, int) else ExitCode.CLEAN)


def _never_stopped_by_an_encoding() -> None:
    """What a console in GBK, cp437 or ASCII cannot show is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # None without a console (pythonw)
            stream.reconfigure(errors="backslashreplace")


def _complain(text: str, code: ExitCode = ExitCode.INCOMPLETE) -> ExitCode:
    from keyscan.redact import redact  # late: only a run that failed needs the rules here

    try:
        click.echo(f"keyscan: {redact(text)}", err=True)
    except OSError:  # there is nobody to tell it to; the exit code does
        sys.stderr = None
    return code


def _crash(error: Exception) -> Message:
    import errno  # late: only here

    full = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
    if isinstance(error, OSError) and error.errno in full:
        return msg(
            "cannot write: {why}; make room, or point TMPDIR to a folder that has some, and run"
            " again: the scan is incomplete",
            why=error.strerror,
        )
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = (
        f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"
    )
    return msg(
        "internal error ({kind} at {where}): the scan is incomplete; please report these words",
        kind=type(error).__name__,
        where=where,
    )


if __name__ == "__main__":
    main()
