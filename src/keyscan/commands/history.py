"""``keyscan history``: everything that a repository stores, and where a found key has been."""

import click

from keyscan.commands._asked import Asked, report_options
from keyscan.commands._baseline import on_disk
from keyscan.commands._configured import Configured, policy
from keyscan.commands._progress import progress
from keyscan.errors import ExitCode, UsageError
from keyscan.model import msg


@click.command(name="history", cls=Configured)
@click.argument("repo", default=".", metavar="[REPO]")
@click.option("--reachable", is_flag=True, help="Only what refs and reflogs reach.")
@click.option(
    "--branch", "branches", metavar="REF", multiple=True, help="Only what REF reaches (repeatable)."
)
@click.option("--since", metavar="DATE", default="", help="Only what commits since DATE hold.")
@click.option("--recurse-submodules", is_flag=True, help="Scan the submodules' stores, too.")
@click.option(
    "--refs",
    metavar="pull[=REMOTE]",
    default="",
    help="Fetch the requests that REMOTE (origin) keeps serving, and scan them, too.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 8),
    metavar="N",
    help="How many processes read the store (as many as there are cores, at most 4).",
)
@click.option("--no-cache", is_flag=True, help="Read everything again, and remember nothing.")
@report_options
def command(
    repo: str,
    reachable: bool,
    branches: tuple[str, ...],
    since: str,
    recurse_submodules: bool,
    refs: str,
    processes: int | None,
    no_cache: bool,
    asked: Asked,
) -> ExitCode:
    """Find keys in all that a git repository stores.

    Every object, whether a branch reaches it or nothing does: deleted files, rewritten commits,
    stashes, notes, and the messages of commits and tags. REPO is a folder in a repository, or
    a bare one.

    \b
    Exit codes: 0  everything was scanned and nothing fails
                1  at least one finding fails (see --fail-on)
                2  the call is wrong
                3  something that should have been scanned was not
    """
    from keyscan.history import Wanted, scan_history

    known = on_disk(asked.baseline, repo)
    wanted = Wanted(
        reachable,
        branches,
        since,
        recurse_submodules,
        processes or 0,
        cache=not no_cache,
        requests=_remote(refs),
        policy=policy(),
    )
    with progress() as tick:
        report = scan_history(repo, wanted, tick)
    return asked.finish(report, known, whole=not wanted.narrowed)


def _remote(refs: str) -> str:
    kind, _, remote = refs.partition("=")
    if refs and kind != "pull":
        raise UsageError(msg("--refs takes pull, or pull=REMOTE"))
    return (remote or "origin") if refs else ""
