"""``keyscan doctor``: proves that the hooks fire."""

import click

from keyscan import i18n
from keyscan.columns import width_of
from keyscan.commands._options import lang_option
from keyscan.errors import ExitCode
from keyscan.model import msg
from keyscan.redact import redact


@click.command(name="doctor")
@lang_option
def command() -> ExitCode:
    """Try the hooks of this repository with a throw-away key, and say what stands in their way.

    The key is random, the commit and the push happen in a temporary clone, and nothing is left
    of them. Other hooks of the repository run there, too.

    \b
    Exit codes: 0  the hooks fire
                1  something is wrong
                3  something could not be told
    """
    from keyscan.integrations.doctor import checks

    code = ExitCode.CLEAN
    for one in checks():
        word = {True: msg("ok"), False: msg("problem"), None: msg("not known")}[one.good]
        head = i18n.render(word)
        click.echo(f"{head}{' ' * (10 - width_of(head))} {redact(i18n.render(one.told))}")
        if one.good is None:
            code = ExitCode.INCOMPLETE
        elif not one.good and code is ExitCode.CLEAN:
            code = ExitCode.FINDINGS
    return code
