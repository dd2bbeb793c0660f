"""Options that several commands share, and the one way in which commands print a report."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from keyscan import i18n
from keyscan.errors import KeyscanError, UsageError
from keyscan.model import msg
from keyscan.outcome import FailOn

if TYPE_CHECKING:
    from keyscan.formats import Show
    from keyscan.model import Report

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]


def _choose(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value:
        i18n.choose(value)


def lang_option(function: F) -> F:
    """``--lang``: chosen before anything else is looked at; the command does not see it."""
    return click.option(
        "--lang",
        type=click.Choice(["en", "zh_CN", "zh"]),
        is_eager=True,
        expose_value=False,
        callback=_choose,
        help="The language of what is shown (else KEYSCAN_LANG, else the locale).",
    )(function)


def common_options(function: F) -> F:
    """``-v``, ``-q`` and ``--lang``. Passes ``verbose`` (a count) and ``quiet``."""
    function = lang_option(function)
    function = click.option(
        "-q", "--quiet", is_flag=True, help="One line for each place, nothing when clean."
    )(function)
    return click.option(
        "-v", "--verbose", count=True, help="Show the evidence, and what was suppressed."
    )(function)


class Target(NamedTuple):
    """One report to write: in this format, to this file, or to standard output for None."""

    format: str
    file: str | None = None


def target_of(wish: str) -> Target:
    """``NAME`` or ``NAME=FILE``; ``-`` is standard output. Raises UsageError for no such format."""
    from keyscan.formats import names  # late: lists a folder

    name, equals, file = wish.partition("=")
    if name not in names():
        known = ", ".join(names())
        raise UsageError(msg("no format {value}; there are: {known}", value=name, known=known))
    if equals and not file:
        raise UsageError(
            msg("--format {name}= names no file; write --format {name}=FILE", name=name)
        )
    return Target(name, None if file in ("", "-") else file)


def targets_of(wishes: Iterable[str], output: str | None = None) -> tuple[Target, ...]:
    """What ``--format`` and ``--output`` ask for together; refused where they do not fit."""
    targets = tuple(map(target_of, wishes)) or (Target("text"),)
    if output is not None:
        if len(targets) > 1 or targets[0].file is not None:
            raise UsageError(
                msg("-o is for one format; give each its own file: --format sarif=FILE")
            )
        targets = (Target(targets[0].format, None if output == "-" else output),)
    if sum(one.file is None for one in targets) > 1:
        raise UsageError(
            msg(
                "only one format can go to standard output; give the others a file:"
                " --format sarif=FILE"
            )
        )
    files = [os.path.realpath(one.file) for one in targets if one.file is not None]
    if len(set(files)) < len(files):
        raise UsageError(msg("two formats cannot go to the same file; name one for each"))
    return targets


def _formats(
    context: click.Context, _option: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Whatever is wrong with the call is said before anything is scanned."""
    targets = targets_of(value, context.params.get("output"))
    if any(one.file for one in targets):
        from keyscan.output import check  # late: most reports go to standard output

        for one in targets:
            if one.file:
                check(one.file)
    return value


def output_options(function: F) -> F:
    """How the result is told. Passes ``format`` (many), ``output``, ``fail_on``, ``exit_zero``."""
    function = click.option(
        "--exit-zero", is_flag=True, help="Exit 0 whatever is found; gaps still exit 3."
    )(function)
    function = click.option(
        "--fail-on",
        type=click.Choice([one.value for one in FailOn]),
        default=FailOn.ANY.value,
        show_default=True,
        help="What makes the exit code 1: notes too, any key, or only live and dormant ones.",
    )(function)
    function = click.option(
        "-o",
        "--output",
        metavar="FILE",
        is_eager=True,  # so that --format's callback knows it
        help="Write to FILE (mode 0600) instead of standard output.",
    )(function)
    return click.option(
        "-f",
        "--format",
        metavar="FORMAT[=FILE]",
        multiple=True,
        default=("text",),
        show_default=True,
        callback=_formats,
        help="How the report is written: text, json, sarif=report.sarif, ... (repeatable).",
    )(function)


def endpoint_option(function: F) -> F:
    """``--endpoint PROVIDER=URL``, any number of times. Passes ``endpoint`` as a tuple."""
    return click.option(
        "--endpoint",
        metavar="PROVIDER=URL",
        multiple=True,
        help="Ask this address instead of the issuer's own (a gateway, a test server).",
    )(function)


def shown(
    report: "Report",
    *,
    format: str | Iterable[str] = "text",
    output: str | None = None,
    verbose: int = 0,
    quiet: bool = False,
    root: str = "",
) -> None:
    """Print the report, or write it to files, in each ``format`` (``NAME`` or ``NAME=FILE``).

    ``output`` is the file of a single one. ``root`` is what the report's paths are relative to.
    Where one file cannot be written, the others are, and what goes to standard output is said.
    """
    from keyscan import formats  # late: a hook that finds nothing shows nothing

    verbosity = -1 if quiet else verbose
    trouble: KeyscanError | None = None
    printed: tuple[str, Show, bool] | None = None
    for one in targets_of((format,) if isinstance(format, str) else format, output):
        if one.file is None:
            show = formats.show_on(sys.stdout, verbosity, root)
            printed = formats.render(one.format, report, show), show, one.format == "text"
            continue
        from keyscan.output import write

        try:
            write(one.file, formats.render(one.format, report, formats.Show(verbosity)))
        except KeyscanError as error:
            trouble = trouble or error
    if printed:
        text, show, for_people = printed
        say(text, show, for_people=for_people)
    if trouble:
        raise trouble


def say(text: str, show: "Show", *, for_people: bool = True) -> None:
    """Print text that already ends its lines; what the stream cannot encode is escaped.

    What programs read is UTF-8, as JSON, XML and HTML say of themselves, whatever the console is.
    """
    if not for_people and not sys.stdout.isatty():
        click.echo(text.encode("utf-8", "backslashreplace"), nl=False)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    if os.linesep == "\r\n":
        text = text.replace("\r\n", "\n")  # the stream writes CRLF itself
    click.echo(text, nl=False, color=show.color)
