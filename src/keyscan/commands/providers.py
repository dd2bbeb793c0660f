"""``keyscan providers``: whose keys are known, by what, and which hosts are contacted."""

import sys

import click

from keyscan.commands._configured import Configured
from keyscan.commands._options import lang_option, say
from keyscan.errors import ExitCode


@click.command(name="providers", cls=Configured)
@click.option(
    "-f",
    "--format",
    "shape",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How the list is written.",
)
@lang_option
def command(shape: str) -> ExitCode:
    """List the providers: forms of key, hosts that --verify contacts, console pages.

    Nothing is read and nobody is asked.
    """
    from keyscan.formats import _providers, show_on  # late: nothing is shown after a wrong word
    from keyscan.redact import redact

    show = show_on(sys.stdout)
    if shape == "json":
        told = _providers.json()
    elif shape == "markdown":
        told = _providers.markdown()
    else:
        told = _providers.text(show)
    say(redact(told), show)  # names and pages can come from a configuration
    return ExitCode.CLEAN
