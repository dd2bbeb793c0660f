"""``keyscan scan``: files, folders, standard input or the index; on request, verified."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import click

from keyscan.commands._asked import Asked, report_options
from keyscan.commands._baseline import NAME, default_path, in_git, on_disk
from keyscan.commands._configured import Configured, policy
from keyscan.commands._progress import counted, progress
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Blob, Gap, Passed, Report, msg
from keyscan.pipeline import harmless
from keyscan.pipeline import scan as judged

Finish = Callable[[Report], Report]
Scan = Callable[[Iterable[Blob | Gap]], Report]


@click.command(name="scan", cls=Configured)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--staged", is_flag=True, help="Scan the index instead of the disk.")
@click.option(
    "--range",
    "ranges",
    metavar="A..B",
    multiple=True,
    help="Scan all that these commits bring in, messages too (also A...B; may be repeated).",
)
@click.option(
    "--since-ref",
    "since_refs",
    metavar="REF",
    multiple=True,
    help="Scan all that HEAD brings in since REF: short for --range REF..HEAD.",
)
@click.option("--no-ignore", is_flag=True, help="Scan what git ignores, too.")
@report_options
def command(
    paths: tuple[str, ...],
    staged: bool,
    ranges: tuple[str, ...],
    since_refs: tuple[str, ...],
    no_ignore: bool,
    asked: Asked,
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
    _one_source(paths, staged, (*ranges, *since_refs))
    if staged:
        from keyscan import git

        git.checked(["rev-parse", "--git-dir"])  # first: what follows would blame the objects
    first = next((path for path in paths if path != "-"), ".")
    known = in_git(asked.baseline, ("",)) if staged else on_disk(asked.baseline, first)
    scan = partial(judged, policy=policy())
    bases: tuple[str, ...] = ()
    with progress() as tick:
        blobs: Iterable[Blob | Gap | Passed]
        if ranges or since_refs:
            blobs, finished, bases = _commits(ranges, since_refs)
        elif staged:
            blobs, finished = _index(scan)
        else:
            blobs, finished = _from_disk(paths, no_ignore), _as_it_is
        report = finished(scan(counted(blobs, tick)))
    whole = not (paths or staged or ranges or since_refs) and default_path() == NAME
    root = "" if staged and not os.path.exists(".git") else "."  # the index's paths are the top's
    return asked.finish(report, known, whole=whole, bases=bases, root=root)


def _one_source(paths: tuple[str, ...], staged: bool, ranges: tuple[str, ...]) -> None:
    if staged and paths:
        raise UsageError(msg("--staged scans the whole index: leave out the paths"))
    if ranges and paths:
        raise UsageError(msg("a range is scanned as a whole: leave out the paths"))
    if ranges and staged:
        raise UsageError(msg("--staged and a range cannot be scanned together: run keyscan twice"))


def _from_disk(paths: tuple[str, ...], no_ignore: bool) -> Iterator[Blob | Gap | Passed]:
    """Standard input where ``-`` stands, files and folders otherwise."""
    from keyscan.sources.files import files

    named = [path for path in paths if path != "-"]
    if len(named) < len(paths):
        from keyscan.sources.stdin import stdin

        yield from stdin(sys.stdin.buffer)
    if named or not paths:
        yield from files(named, no_ignore=no_ignore, harmless=harmless)


def _as_it_is(report: Report) -> Report:
    return report


def _index(scan: Scan) -> tuple[Iterable[Blob | Gap], Finish]:
    from keyscan.sources.staged import already_committed, staged

    def finished(report: Report) -> Report:
        return replace(report, findings=already_committed(report.findings, scan))

    return staged(), finished


def _commits(
    ranges: tuple[str, ...], since_refs: tuple[str, ...]
) -> tuple[Iterable[Blob | Gap], Finish, tuple[str, ...]]:
    """What the commits bring in, and the commits before them."""
    from keyscan.sources.origins import brought_in, origins
    from keyscan.sources.revisions import contents, listing, since, span_of

    found = listing((*map(span_of, ranges), *map(since, since_refs)))

    def finished(report: Report) -> Report:
        where = origins(report.findings, found)
        findings = tuple(brought_in(one, where) for one in report.findings)
        empty = () if found.commits or found.paths else (msg("no commits are in this range"),)
        return replace(report, findings=findings, notices=(*report.notices, *empty))

    return contents(found), finished, tuple(one for span in found.spans for one in span.known)
