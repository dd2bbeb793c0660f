"""``keyscan uninstall``: what ``keyscan install`` did, undone."""

import click

from keyscan import i18n
from keyscan.commands._options import lang_option
from keyscan.errors import ExitCode
from keyscan.model import msg
from keyscan.redact import redact


@click.command(name="uninstall")
@click.option("--global", "everywhere", is_flag=True, help="Undo `keyscan install --global`.")
@lang_option
def command(everywhere: bool) -> ExitCode:
    """Take keyscan's hooks out of this repository; all else stays as it is."""
    from keyscan.integrations import global_hooks, installing, merge_driver
    from keyscan.integrations.setting import setting

    if everywhere:
        done = [msg("git's global hooks are taken out")] if global_hooks.take_out() else []
    else:
        here = setting()
        done = [*installing.undone(here), *merge_driver.take_out(here)]
    for one in done or [msg("there was nothing to take out")]:
        click.echo(redact(i18n.render(one)))  # a folder's name may hold a key
    return ExitCode.CLEAN
