"""``keyscan ci``: what this run of a CI system brings in, told the way that system shows it."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keyscan.commands._asked import Asked, report_options
from keyscan.commands._baseline import on_disk
from keyscan.commands._configured import Configured, policy
from keyscan.commands._progress import Tick, progress
from keyscan.errors import ExitCode, IncompleteError, UsageError
from keyscan.model import Blob, Gap, Message, Report, msg

if TYPE_CHECKING:
    from keyscan.integrations.ci import Call
    from keyscan.sources.arrivals import Arrival


class _Hosted(Configured):
    """A configuration that is wrong is told where CI's other errors are."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        from keyscan.commands._github import channel  # late: --help needs none of it

        with channel(os.environ):
            return super().parse_args(ctx, args)


@click.command(name="ci", cls=_Hosted, context_settings={"auto_envvar_prefix": "KEYSCAN_CI"})
@click.argument("repo", default=".", metavar="[REPO]")
@click.option("--base", metavar="REV", default="", help="What was there before (else the event's).")
@click.option("--head", metavar="REV", default="", help="What is there now; needs --base.")
@click.option(
    "--reports",
    metavar="FOLDER",
    default="",
    help="Write keyscan.sarif and keyscan.json there (on GitHub: into its temporary folder).",
)
@report_options
def command(repo: str, base: str, head: str, reports: str, asked: Asked) -> ExitCode:
    """Find keys in what a push or a pull request brings in.

    Knows GitHub Actions, GitLab CI, Azure Pipelines and Jenkins. Of a pull or merge request, a
    push or a merge queue it scans the new commits, messages and what later ones remove included;
    for a schedule, a run by hand and an unknown system everything. What a shallow clone lacks is
    fetched. REPO is the checkout. Options can be variables, too, such as KEYSCAN_CI_FAIL_ON.

    \b
    Exit codes: 0  everything was scanned and nothing fails
                1  at least one finding fails (see --fail-on)
                2  the call is wrong
                3  something that should have been scanned was not
    """
    from keyscan.commands._github import channel  # late: --help needs none of it

    with channel(os.environ) as github:
        call = _called(base, head)
        report = _concluded(repo, call, asked)
        written = _reports(report, reports or github.folder, asked.verbose)
        with github.fenced():
            asked.show(report)
        github.tell(report, written)
    return asked.code(report)


def _called(base: str, head: str) -> "Call":
    """What the environment says, or what the options say instead."""
    from keyscan.integrations.ci import call

    if head and not base:
        raise UsageError(msg("--head needs --base: what was there before?"))
    found = call(os.environ, lambda path: Path(path).read_bytes(), guess=not base)
    if not base:
        return found
    event = replace(found.event, head=head or "HEAD", base=base, branch="", merge="")
    return found._replace(event=replace(event, everything=False, files=False))


def _concluded(repo: str, call: "Call", asked: Asked) -> Report:
    from keyscan.i18n import render
    from keyscan.repository import repository
    from keyscan.sources.arrivals import NotHere, arrived

    known = on_disk(asked.baseline, repo)
    try:
        with progress() as tick, arrived(repository(repo), call.event) as found:
            report = _commits(found, call, tick) if found.spans else _everything(found, call, tick)
            if not report.stats.blobs and not report.gaps:
                raise IncompleteError(msg("this repository holds nothing: nothing was scanned"))
            bases = [one for span in found.spans for one in span.known]
            if asked.verify and call.event.fork and report.findings:
                report = _not_asked(report)
            return asked.concluded(
                report,
                known,
                whole=not found.spans,
                bases=bases,
                cwd=found.folder,
                ask=not call.event.fork,
            )
    except NotHere as error:
        raise IncompleteError(
            msg(
                "{problem}, so nothing was scanned; {advice}",
                problem=render(error.message),
                advice=render(call.whole),
            )
        ) from None


def _not_asked(report: Report) -> Report:
    """A stranger's content is never answered with requests: keys in it may be bait, or stolen."""
    told = msg("this comes from a fork, so no issuer was asked about its keys")
    return replace(report, notices=(*report.notices, told))


def _everything(found: "Arrival", call: "Call", tick: Tick) -> Report:
    from keyscan.history import Wanted, scan_history

    # no cache: the folder may be gone in a moment, and a runner with it
    report = scan_history(found.folder, Wanted(cache=False, policy=policy()), tick)
    stats = report.stats
    blobs = stats.blobs - stats.commits - stats.tags
    gaps = tuple(replace(one, path=one.path.removeprefix(found.folder)) for one in report.gaps)
    return _told(replace(report, gaps=gaps), found, call, stats.commits, blobs)


def _commits(found: "Arrival", call: "Call", tick: Tick) -> Report:
    from keyscan.pipeline import scan
    from keyscan.sources import pushes

    blobs = 0

    def through(flow: Iterator[Blob | Gap]) -> Iterable[Blob | Gap]:
        nonlocal blobs
        for one in flow:
            if isinstance(one, Blob):
                blobs += one.source == "history" and not one.offset
                tick(one.seen == 0, len(one.data) - one.seen)
            yield one

    report = pushes.judged(
        found.spans, partial(scan, policy=policy()), found.folder, through, _not_new
    )
    return _told(report, found, call, found.commits, blobs)


def _not_new(keys: str) -> Message:
    return msg("was there before, so this does not fail for it; rotate it: {keys}", keys=keys)


def _told(report: Report, found: "Arrival", call: "Call", commits: int, blobs: int) -> Report:
    """The report with what was scanned as its first notice."""
    from keyscan.formats import megabytes
    from keyscan.i18n import render

    scanned = msg(
        "{event}, {range}: scanned commits: {commits}, blobs: {blobs}, {size}",
        event=call.event.name,
        commits=commits,
        blobs=blobs,
        size=megabytes(report.stats.bytes),
        range=render(found.range),
    )
    return replace(report, notices=(scanned, *found.notices, *report.notices))


def _reports(report: Report, folder: str, verbose: int) -> dict[str, str]:
    """The SARIF and JSON reports in files: what each is for → its path."""
    if not folder:
        return {}
    from keyscan import formats
    from keyscan.output import write

    written = {"sarif": Path(folder, "keyscan.sarif"), "report": Path(folder, "keyscan.json")}
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            msg("cannot make the folder {path}: {why}", path=folder, why=error.strerror)
        ) from None
    for name, path in written.items():
        format = "json" if name == "report" else name
        write(path, formats.render(format, report, formats.Show(verbose)))
    return {name: str(path.absolute()) for name, path in written.items()}
