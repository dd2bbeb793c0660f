"""``keyscan hook``: what git and the pre-commit framework call. One subcommand for each hook.

Hooks never ask the network, and print nothing when there is nothing to say.
"""

from dataclasses import replace

import click

from keyscan.commands._options import common_options, shown
from keyscan.errors import ExitCode
from keyscan.model import Report
from keyscan.outcome import FailOn, exit_code
from keyscan.pipeline import scan


@click.group(name="hook")
def command() -> None:
    """Scan from a git hook: offline, silent when clean."""


fail_on_option = click.option(
    "--fail-on",
    type=click.Choice([FailOn.NOTE.value, FailOn.ANY.value]),
    default=FailOn.ANY.value,
    show_default=True,
    help="What blocks: notes too, or any key.",
)


@command.command("pre-commit")
@fail_on_option
@common_options
def pre_commit(fail_on: str, verbose: int, quiet: bool) -> ExitCode:
    """Scan what the commit brings in: the index, not the disk.

    A key that stands in the same file of the last commit warns and does not block: it must be
    rotated in any case. With nothing staged, as in `pre-commit run --all-files`, the tracked
    files are scanned.
    """
    from keyscan.sources.staged import already_committed, changes, staged, tracked

    found = changes()
    report = scan(staged(staged_changes=found) if found else tracked())
    if report.findings:
        report = replace(report, findings=already_committed(report.findings, scan))
    return _told(report, fail_on, verbose, quiet)


@command.command("files")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@fail_on_option
@common_options
def files(paths: tuple[str, ...], fail_on: str, verbose: int, quiet: bool) -> ExitCode:
    """Scan the named files as they are on the disk; the pre-commit framework names them."""
    from keyscan.sources.files import files as named

    return _told(scan(named(paths)), fail_on, verbose, quiet)


def _told(report: Report, fail_on: str, verbose: int, quiet: bool) -> ExitCode:
    """Print the report if it says anything, and judge it."""
    if report.findings or report.gaps or report.notices or (verbose and report.suppressed):
        shown(report, verbose=verbose, quiet=quiet)
    return exit_code(report, fail_on)
