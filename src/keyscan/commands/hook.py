"""``keyscan hook``: what git and the pre-commit framework call. One subcommand for each hook.

Hooks never ask the network, and print nothing when there is nothing to say.
"""

import os
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from keyscan.commands._baseline import (
    NAME,
    Named,
    baseline_options,
    default_path,
    in_git,
    judged,
)
from keyscan.commands._configured import Configured, config_options, policy
from keyscan.commands._options import common_options, shown
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Blob, Gap, Passed, Report, msg
from keyscan.outcome import FailOn, exit_code
from keyscan.pipeline import scan as pipeline_scan

if TYPE_CHECKING:
    from keyscan.sources.revisions import Span


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


@command.command("pre-commit", cls=Configured)
@fail_on_option
@config_options
@baseline_options
@common_options
def pre_commit(fail_on: str, baseline: Named, verbose: int, quiet: bool) -> ExitCode:
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
    return _told(_accepted(report, baseline), fail_on, verbose, quiet)


@command.command("files", cls=Configured)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@fail_on_option
@config_options
@baseline_options
@common_options
def files(
    paths: tuple[str, ...], fail_on: str, baseline: Named, verbose: int, quiet: bool
) -> ExitCode:
    """Scan the named files as they are on the disk; the pre-commit framework names them."""
    from keyscan.sources.files import files as named

    return _told(_accepted(scan(named(paths)), baseline), fail_on, verbose, quiet)


@command.command("commit-msg", cls=Configured)
@click.argument("file", metavar="FILE")
@fail_on_option
@config_options
@baseline_options
@common_options
def commit_msg(file: str, fail_on: str, baseline: Named, verbose: int, quiet: bool) -> ExitCode:
    """Scan the commit message in FILE, which git names to its commit-msg hook."""
    from keyscan.sources.messages import commit_message

    return _told(_accepted(scan(commit_message(file)), baseline), fail_on, verbose, quiet)


@command.command("pre-push", cls=Configured)
@click.argument("remote", default="")
@click.argument("url", default="")
@fail_on_option
@config_options
@baseline_options
@common_options
def pre_push(
    remote: str, url: str, fail_on: str, baseline: Named, verbose: int, quiet: bool
) -> ExitCode:
    """Scan what a push brings to REMOTE, keys that a later commit removes included.

    Reads git's lines on standard input: every branch and tag of the push. Under the pre-commit
    framework, which reads them itself, it is the one ref that the framework hands over.
    """
    from keyscan.sources import pushes

    lines = b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()
    if lines.strip() or (remote and not pushes.is_framework(os.environ)):
        spans = pushes.pushed(lines, remote, url)
        found = pushes.judged(spans, scan, names=pushes.new_names(lines, "pre-push"))
        report = _accepted(found, baseline, _tips(spans))
        return _pushed(report, os.fsdecode(lines), fail_on, verbose, quiet)
    if not pushes.is_framework(os.environ):
        raise UsageError(
            msg("this is for git's pre-push hook; to scan commits run `keyscan scan --range A..B`")
        )
    spans = pushes.handed_over(os.environ)
    report = _accepted(pushes.judged(spans, scan), baseline, _tips(spans))
    notices = (*report.notices, pushes.handed_over_notice(os.environ))
    refs = pushes.handed_over_refs(os.environ)
    return _pushed(replace(report, notices=notices), refs, fail_on, verbose, quiet)


@command.command("pre-receive", cls=Configured)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    metavar="SECONDS",
    envvar="KEYSCAN_PRE_RECEIVE_TIME_LIMIT",
    help="How long a push may be held up.",
)
@click.option(
    "--on-timeout",
    type=click.Choice(["fail", "pass"]),
    default="fail",
    show_default=True,
    envvar="KEYSCAN_PRE_RECEIVE_ON_TIMEOUT",
    help="What becomes of a push that could not be scanned in time.",
)
@fail_on_option
@config_options
@baseline_options
@common_options
def pre_receive(
    time_limit: float,
    on_timeout: str,
    fail_on: str,
    baseline: Named,
    verbose: int,
    quiet: bool,
) -> ExitCode:
    """Scan what a push brings to this server, before any ref moves.

    A key found before the time is over refuses the push in any case. The environment variables
    KEYSCAN_PRE_RECEIVE_TIME_LIMIT and KEYSCAN_PRE_RECEIVE_ON_TIMEOUT set the options, too.
    """
    from keyscan import time_limit as limit
    from keyscan.sources import pushes

    deadline = time.monotonic() + time_limit
    lines = b""
    try:
        with limit.alarm(time_limit):
            lines = sys.stdin.buffer.read()
            report = pushes.judged(
                pushes.received(lines),
                scan,
                through=lambda blobs: limit.until(blobs, deadline, time_limit),
                names=pushes.new_names(lines, "pre-receive"),
            )
    except limit.OutOfTime:
        report = Report((), gaps=(limit.gap(time_limit),))
    if on_timeout == "pass":
        report = limit.forgiven(report)
    report = _accepted(report, baseline, ("HEAD",))
    return _pushed(report, os.fsdecode(lines), fail_on, verbose, quiet)


def scan(blobs: "Iterable[Blob | Gap | Passed]") -> Report:
    """As the pipeline has it, under the configuration of the running hook."""
    return pipeline_scan(blobs, policy())


def _tips(spans: "Iterable[Span]") -> tuple[str, ...]:
    return tuple(tip for one in spans for tip in one.tips)


def _accepted(report: Report, baseline: Named, revisions: tuple[str, ...] = ("",)) -> Report:
    """The report after the baseline that git holds: in the index unless told otherwise."""
    if not report.findings:
        return report
    known = in_git(baseline, revisions)
    if known is None and baseline is None and os.path.lexists(default_path()):
        told = msg("{path} is not in git, so the hook does not use it: add it", path=NAME)
        return replace(report, notices=(*report.notices, told))
    return judged(report, known)


def _pushed(report: Report, refs: str, fail_on: str, verbose: int, quiet: bool) -> ExitCode:
    """As ``_told``, with what to do about commits, tags and notes that are already made."""
    from keyscan.sources.pushes import remedies

    code = exit_code(report, fail_on)
    if code is ExitCode.FINDINGS:
        told = remedies(report.findings, refs)
        report = replace(report, notices=(*report.notices, *told))
    return _told(report, fail_on, verbose, quiet)


def _told(report: Report, fail_on: str, verbose: int, quiet: bool) -> ExitCode:
    """Print the report if it says anything, and judge it."""
    if report.findings or report.gaps or report.notices or (verbose and report.suppressed):
        # git runs hooks at the top, where the paths of the index begin
        root = "." if os.path.exists(".git") else ""
        shown(report, verbose=verbose, quiet=quiet, root=root)
    return exit_code(report, fail_on)
