"""``keyscan scan``: files, folders, standard input or the index; on request, verified."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace

import click

from keyscan.commands._options import common_options, endpoint_option, output_options, shown
from keyscan.commands._progress import counted, progress
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Blob, Gap, Report, msg
from keyscan.outcome import exit_code, explanation
from keyscan.pipeline import scan


@click.command(name="scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--staged", is_flag=True, help="Scan the index instead of the disk.")
@click.option("--no-ignore", is_flag=True, help="Scan what git ignores, too.")
@click.option("--verify", is_flag=True, help="Ask the issuers whether the keys are live.")
@endpoint_option
@output_options
@common_options
def command(
    paths: tuple[str, ...],
    staged: bool,
    no_ignore: bool,
    verify: bool,
    endpoint: tuple[str, ...],
    format: str,
    output: str | None,
    fail_on: str,
    exit_zero: bool,
    verbose: int,
    quiet: bool,
) -> ExitCode:
    """Find keys in files and folders.

    Without PATH: the current folder; `-` is standard input. In a git repository these are the
    tracked files and the untracked ones that are not ignored.

    \b
    Exit codes: 0  everything was scanned and nothing fails
                1  at least one finding fails (see --fail-on)
                2  the call is wrong
                3  something that should have been scanned was not
    """
    endpoints = _checked(paths, staged, verify, fail_on, endpoint)
    with progress() as tick:
        blobs = _index() if staged else _from_disk(paths, no_ignore)
        report = scan(counted(blobs, tick))
    if staged and report.findings:
        from keyscan.sources.staged import already_committed

        report = replace(report, findings=already_committed(report.findings, scan))
    if verify and report.findings:
        report = _verified(report, endpoints)
    report = replace(report, notices=(*report.notices, *explanation(report, fail_on)))
    shown(report, format=format, output=output, verbose=verbose, quiet=quiet)
    return exit_code(report, fail_on, exit_zero)


def _checked(
    paths: tuple[str, ...], staged: bool, verify: bool, fail_on: str, endpoint: tuple[str, ...]
) -> Mapping[str, str]:
    """The endpoints; whatever is wrong with the call is said before anything is scanned."""
    if staged and paths:
        raise UsageError(msg("--staged scans the whole index: leave out the paths"))
    if not verify and fail_on == "live":
        raise UsageError(msg("--fail-on live needs --verify: nobody has asked the issuers"))
    if not verify and endpoint:
        raise UsageError(msg("--endpoint needs --verify: without it nobody is asked"))
    if not endpoint:
        return {}
    from keyscan.endpoints import parse  # late: a scan without verification asks nobody

    return parse(endpoint)


def _from_disk(paths: tuple[str, ...], no_ignore: bool) -> Iterator[Blob | Gap]:
    """Standard input where ``-`` stands, files and folders otherwise."""
    from keyscan.sources.files import files

    named = [path for path in paths if path != "-"]
    if len(named) < len(paths):
        from keyscan.sources.stdin import stdin

        yield from stdin(sys.stdin.buffer)
    if named or not paths:
        yield from files(named, no_ignore=no_ignore)


def _index() -> Iterator[Blob | Gap]:
    from keyscan.sources.staged import staged

    return staged()


def _verified(report: Report, endpoints: Mapping[str, str]) -> Report:
    from keyscan.verify import verify  # late: brings in httpx

    findings, notices = verify(report.findings, endpoints=endpoints)
    return replace(report, findings=findings, notices=(*report.notices, *notices))
