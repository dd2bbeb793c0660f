"""``keyscan history``: everything that a repository stores, and where a found key has been."""

from collections.abc import Mapping
from dataclasses import replace

import click

from keyscan.commands._baseline import baseline_options, judged, on_disk
from keyscan.commands._options import common_options, endpoint_option, output_options, shown
from keyscan.commands._progress import progress
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Report, msg
from keyscan.outcome import exit_code, explanation


@click.command(name="history")
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
    type=click.IntRange(1, 2),
    metavar="N",
    help="How many processes read the store.",
)
@click.option("--no-cache", is_flag=True, help="Read everything again, and remember nothing.")
@click.option("--verify", is_flag=True, help="Ask the issuers whether the keys are live.")
@endpoint_option
@baseline_options
@output_options
@common_options
def command(
    repo: str,
    reachable: bool,
    branches: tuple[str, ...],
    since: str,
    recurse_submodules: bool,
    refs: str,
    processes: int | None,
    no_cache: bool,
    verify: bool,
    endpoint: tuple[str, ...],
    baseline: str | None,
    format: str,
    output: str | None,
    fail_on: str,
    exit_zero: bool,
    verbose: int,
    quiet: bool,
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

    if not verify and fail_on == "live":
        raise UsageError(msg("--fail-on live needs --verify: nobody has asked the issuers"))
    endpoints = _endpoints(verify, endpoint)
    known = on_disk(baseline, repo)
    wanted = Wanted(
        reachable,
        branches,
        since,
        recurse_submodules,
        processes or 0,
        cache=not no_cache,
        requests=_remote(refs),
    )
    with progress() as tick:
        report = scan_history(repo, wanted, tick)
    if verify and report.findings:
        report = _verified(report, endpoints)
    report = judged(report, known, whole=not wanted.narrowed)
    report = replace(report, notices=(*report.notices, *explanation(report, fail_on)))
    shown(report, format=format, output=output, verbose=verbose, quiet=quiet)
    return exit_code(report, fail_on, exit_zero)


def _remote(refs: str) -> str:
    kind, _, remote = refs.partition("=")
    if refs and kind != "pull":
        raise UsageError(msg("--refs takes pull, or pull=REMOTE"))
    return (remote or "origin") if refs else ""


def _endpoints(verify: bool, endpoint: tuple[str, ...]) -> Mapping[str, str]:
    if endpoint and not verify:
        raise UsageError(msg("--endpoint needs --verify: without it nobody is asked"))
    if not endpoint:
        return {}
    from keyscan.endpoints import parse  # late: a scan without verification asks nobody

    return parse(endpoint)


def _verified(report: Report, endpoints: Mapping[str, str]) -> Report:
    from keyscan.verify import verify  # late: brings in httpx

    findings, notices = verify(report.findings, endpoints=endpoints)
    return replace(report, findings=findings, notices=(*report.notices, *notices))
