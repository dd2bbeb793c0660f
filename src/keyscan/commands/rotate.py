"""``keyscan rotate``: what to do about a leaked key, without a scan."""

import sys
from difflib import get_close_matches

import click

from keyscan.commands._configured import Configured
from keyscan.commands._options import lang_option, say
from keyscan.errors import ExitCode, UsageError
from keyscan.model import msg
from keyscan.provider import Provider
from keyscan.providers import all_providers
from keyscan.rotate import kinds_of


@click.command(name="rotate", cls=Configured)
@click.argument("provider", required=False)
@click.option("--kind", metavar="KIND", default="", help="The kind of key, such as admin.")
@lang_option
def command(provider: str | None, kind: str) -> ExitCode:
    """Show how to replace a key of PROVIDER, step by step.

    Without PROVIDER, list the providers whose pages are known.
    """
    from keyscan.formats import show_on  # late: nothing is shown after a wrong word
    from keyscan.formats._steps import guide, issuers
    from keyscan.redact import redact

    if provider is None:
        if kind:
            raise UsageError(msg("--kind needs a provider: keyscan rotate openai --kind admin"))
        text = issuers(show := show_on(sys.stdout))
    else:
        owner = _known(provider)
        _check_kind(owner, kind)
        text = guide(owner, kind, show := show_on(sys.stdout))
    say(redact(text), show)  # names and pages can come from a configuration
    return ExitCode.CLEAN


def _known(word: str) -> Provider:
    """The provider by its id or its name, in any case. ``UsageError`` names the nearest."""
    table = all_providers()
    wanted = word.strip().lower()
    by_name = {one.name.lower(): one for one in table.values()}
    found = table.get(wanted) or table.get(wanted.replace(" ", "-")) or by_name.get(wanted)
    if found:
        return found
    near = get_close_matches(wanted, table, n=1)
    if near:
        raise UsageError(
            msg("no provider {word}; did you mean {near}?", word=repr(word), near=near[0])
        )
    raise UsageError(
        msg("no provider {word}; `keyscan rotate` lists the known ones", word=repr(word))
    )


def _check_kind(owner: Provider, kind: str) -> None:
    kinds = kinds_of(owner)
    if kind and kind not in kinds:
        raise UsageError(
            msg(
                "{name} has no kind {kind}; its kinds are: {kinds}",
                name=owner.name,
                kind=repr(kind),
                kinds=", ".join(kinds),
            )
        )
