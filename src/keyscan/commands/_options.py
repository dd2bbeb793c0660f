"""Options that several commands share, and the one way in which commands print a report."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from keyscan import i18n
from keyscan.errors import UsageError
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


def _formats(_context: click.Context, _option: click.Parameter, value: str) -> str:
    from keyscan.formats import names  # late: lists a folder

    if value not in names():
        known = ", ".join(names())
        raise UsageError(msg("no format {value}; there are: {known}", value=value, known=known))
    return value


def output_options(function: F) -> F:
    """How the result is told. Passes ``format``, ``output``, ``fail_on`` and ``exit_zero``."""
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
        help="Write to FILE (mode 0600) instead of standard output.",
    )(function)
    return click.option(
        "-f",
        "--format",
        metavar="FORMAT",
        default="text",
        show_default=True,
        callback=_formats,
        help="How the report is written: text, json, ...",
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
    format: str = "text",
    output: str | None = None,
    verbose: int = 0,
    quiet: bool = False,
    root: str = "",
) -> None:
    """Print the report, or write it to ``output``. ``root`` is what its paths are relative to."""
    from keyscan import formats  # late: a hook that finds nothing shows nothing

    verbosity = -1 if quiet else verbose
    if output is not None:
        from keyscan.output import write

        write(output, formats.render(format, report, formats.Show(verbosity)))
        return
    show = formats.show_on(sys.stdout, verbosity, root)
    say(formats.render(format, report, show), show)


def say(text: str, show: "Show") -> None:
    """Print text that already ends its lines; what the stream cannot encode is escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    click.echo(text, nl=False, color=show.color)
