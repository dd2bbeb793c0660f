"""``keyscan install``: hooks in this repository, or in all of the user's."""

from collections.abc import Iterator

import click

from keyscan import i18n
from keyscan.commands._options import lang_option
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Message, msg
from keyscan.redact import redact


@click.command(name="install")
@click.option("--pre-commit", "how", flag_value="framework", help="Use .pre-commit-config.yaml.")
@click.option("--git", "how", flag_value="git", help="Use git's own hooks.")
@click.option("--global", "how", flag_value="global", help="Use git's hooks in all repositories.")
@click.option("--repo", default="", metavar="URL", help="With --pre-commit: the hooks' address.")
@click.option("--rev", default="", metavar="REV", help="With --repo: its tag or commit.")
@lang_option
def command(how: str | None, repo: str, rev: str) -> ExitCode:
    """Set up hooks that stop commits, messages and pushes with keys.

    Without an option it is what fits the repository: the pre-commit framework where there is a
    .pre-commit-config.yaml, husky where there is a .husky folder, else git's own hooks. What is
    there already is kept and goes on running. `keyscan doctor` proves that the hooks fire,
    `keyscan uninstall` takes them out again. Where there is a baseline, git is told how to merge
    it (see `keyscan baseline install-merge-driver`).
    """
    if bool(repo) != bool(rev):
        raise UsageError(msg("--repo and --rev go together"))
    if repo and how not in (None, "framework"):
        raise UsageError(msg("--repo is for --pre-commit"))
    changed = False
    for one in _done(how, repo, rev):
        changed = True
        click.echo(redact(i18n.render(one)))  # a folder's name may hold a key
    if not changed:
        click.echo(i18n.render(msg("everything was set up already")))
    click.echo(i18n.render(msg("`keyscan doctor` proves that the hooks fire")))
    return ExitCode.CLEAN


def _done(how: str | None, repo: str, rev: str) -> Iterator[Message]:
    from keyscan.baseline import NAME
    from keyscan.integrations import global_hooks, installing, merge_driver, programs
    from keyscan.integrations.setting import setting

    if how == "global":
        if global_hooks.set_up(programs.own_folder()):
            yield msg(
                "git runs the hooks in {path} in all repositories", path=global_hooks.folder()
            )
        return
    here = setting()
    how = how or installing.what_fits(here)
    if how == "framework":
        yield from installing.with_framework(here, repo, rev)
    elif how == "husky" and here.husky:
        yield from installing.with_husky(here.husky, here)
    elif how == "lefthook" and here.lefthook:
        yield from installing.with_lefthook(here.lefthook, here)
    else:
        yield from installing.with_git(here)
    if (here.top / NAME).is_file():
        yield from merge_driver.set_up(here)
