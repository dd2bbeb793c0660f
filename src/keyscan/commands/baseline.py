"""``keyscan baseline``: the file of accepted keys, made, kept up to date, explained, merged."""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import click

from keyscan.baseline import Baseline
from keyscan.columns import safe
from keyscan.commands import _accepting as accepting
from keyscan.commands._baseline import default_path, opened
from keyscan.commands._configured import Configured, config_options
from keyscan.commands._options import lang_option
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Finding, Gap, Message, Report, msg

F = TypeVar("F", bound=Callable[..., Any])
_KNOWN = "known when the baseline was made"


@click.group(name="baseline")
def command() -> None:
    """Accept known keys, so that only new ones fail a run.

    The file holds fingerprints, never keys. A key that verifies live fails all the same.
    """


def _target(function: F) -> F:
    return click.option(
        "--baseline",
        "target",
        metavar="FILE",
        default=None,
        help="The file (else .keyscan-baseline.json at the repository's root).",
    )(function)


def _words(function: F) -> F:
    """``--reason``, ``--author`` and ``--expires`` of new entries."""
    function = click.option(
        "--expires", metavar="DAY", default="", help="The last day: YYYY-MM-DD, or 90d from today."
    )(function)
    function = click.option(
        "--author", metavar="NAME", default=None, help="Who accepts (else git's user.name)."
    )(function)
    return click.option("--reason", metavar="TEXT", default="", help="Why a key is accepted.")(
        function
    )


@command.command("create", cls=Configured)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--history", is_flag=True, help="Accept the keys in the git history, too.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_target
@_words
@config_options
@lang_option
def create(
    paths: tuple[str, ...],
    history: bool,
    force: bool,
    target: str | None,
    reason: str,
    author: str | None,
    expires: str,
) -> ExitCode:
    """Accept every key that is there now.

    Without PATH: all files of the repository. A file named .secrets.baseline is written for
    detect-secrets.
    """
    path, day = target or default_path(), accepting.last_day(expires)
    if os.path.lexists(path) and not force:
        raise UsageError(
            msg("{path} is there already; `keyscan baseline update` adds to it", path=safe(path))
        )
    report = accepting.found(paths, history=history)
    if os.path.basename(path).endswith(".secrets.baseline"):
        return _for_detect_secrets(path, report, anew=True)
    who = accepting.author(author)
    rows = [accepting.entry(one, reason or _KNOWN, who, day) for one in report.findings]
    accepting.save(path, rows)
    _told(path, report.findings)
    return accepting.told_gaps(report.gaps)


@command.command("update", cls=Configured)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--history", is_flag=True, help="Look into the git history, too.")
@click.option(
    "--fingerprint",
    "fingerprints",
    metavar="HEX",
    multiple=True,
    help="Accept only this key, or change its entry (repeatable; its beginning will do).",
)
@_target
@_words
@config_options
@lang_option
def update(
    paths: tuple[str, ...],
    history: bool,
    fingerprints: tuple[str, ...],
    target: str | None,
    reason: str,
    author: str | None,
    expires: str,
) -> ExitCode:
    """Accept the keys that are new; with --fingerprint, one of them.

    An entry that is there stays as it is, unless --fingerprint names it: then --reason,
    --author and --expires change it (`--expires never` takes the end away).
    """
    path = target or default_path()
    day = "" if expires == "never" else accepting.last_day(expires)
    known = opened(path)
    report = accepting.found(paths, history=history)
    if not isinstance(known, Baseline):
        return _for_detect_secrets(path, report, anew=False)
    keys = {one.secret.fingerprint: one for one in report.findings}
    picked = accepting.chosen(fingerprints, {*keys, *known.entries})
    new = [key for key in keys if key not in known.entries and key in (picked or keys)]
    who = accepting.author(author)
    rows = dict(known.entries)
    rows |= {key: accepting.entry(keys[key], reason or _KNOWN, who, day) for key in new}
    for key in picked & known.entries.keys():
        changes = {"reason": reason, "author": author and who, "expires": day}
        given = {name: value for name, value in changes.items() if value}
        given |= {"expires": ""} if expires == "never" else {}
        rows[key] = known.entries[key]._replace(**given)
    accepting.save(path, rows.values())
    _told(path, tuple(keys[key] for key in new))
    return accepting.told_gaps(report.gaps)


@command.command("prune", cls=Configured)
@click.option("--no-history", is_flag=True, help="Look only at the files, not at git's history.")
@_target
@lang_option
def prune(no_history: bool, target: str | None) -> ExitCode:
    """Take out the entries whose key is neither in the files nor in the history.

    Where not everything could be scanned, nothing is taken out.
    """
    path = target or default_path()
    known = accepting.own(path)
    report = accepting.found((), history=not no_history)
    if report.gaps:
        accepting.tell(msg("not everything could be scanned, so {path} was left", path=safe(path)))
        return accepting.told_gaps(report.gaps)
    there = {one.secret.fingerprint for one in report.findings}
    gone = [row for key, row in known.entries.items() if key not in there]
    if gone:
        accepting.save(path, (row for row in known.entries.values() if row not in gone))
    accepting.tell(msg("taken out of {path}: {count}", path=safe(path), count=len(gone)))
    for row in gone:
        accepting.tell(accepting.line(row))
    return ExitCode.CLEAN


@command.command("explain", cls=Configured)
@click.argument("fingerprints", nargs=-1, metavar="[HEX]...")
@_target
@lang_option
def explain(fingerprints: tuple[str, ...], target: str | None) -> ExitCode:
    """Show why keys are accepted, by whom, until when, and where they stand now.

    Without HEX (a fingerprint, or its beginning): all entries. The files are scanned, not the
    history.
    """
    path = target or default_path()
    known = accepting.own(path)
    picked = accepting.chosen(fingerprints, known.entries) or set(known.entries)
    report = accepting.found(())
    keys = {one.secret.fingerprint: one for one in report.findings}
    for key in sorted(picked):
        accepting.tell(accepting.line(known.entries[key]))
        for line in accepting.places(keys.get(key)):
            accepting.tell(Message("  {line}", (("line", line),)))
    accepting.tell(msg("entries in {path}: {count}", path=safe(path), count=len(known.entries)))
    return accepting.told_gaps(report.gaps)


@command.command("import", cls=Configured)
@click.argument("reports", nargs=-1, required=True, metavar="FILE...")
@_target
@_words
@lang_option
def import_(
    reports: tuple[str, ...], target: str | None, reason: str, author: str | None, expires: str
) -> ExitCode:
    """Accept what other scanners reported or ignore.

    FILE is a report of gitleaks, kingfisher or betterleaks (JSON, JSONL), a .gitleaksignore, a
    betterleaks ignore file, or a .secrets.baseline. A place becomes the key that stands there.
    """
    from keyscan.commands._importing import imported, said

    path, day = target or default_path(), accepting.last_day(expires)
    rows = dict(accepting.own(path).entries) if os.path.lexists(path) else {}
    who = accepting.author(author)
    new: dict[str, Finding] = {}
    gaps: list[Gap] = []
    for name in reports:
        done = said(imported(name))
        words = reason or f"imported from {os.path.basename(name)}"
        for one in done.findings:
            key = one.secret.fingerprint
            if key not in rows:
                rows[key], new[key] = accepting.entry(one, words, who, day), one
        gaps += done.gaps
    accepting.save(path, rows.values())
    _told(path, new.values())
    return accepting.told_gaps(tuple(gaps))


@command.command("merge")
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@lang_option
def merge(base: Path, ours: Path, theirs: Path) -> ExitCode:
    """Put two versions of the file together, into OURS: what git's merge driver runs."""
    from keyscan.integrations.merge_driver import merge_files

    merge_files(base, ours, theirs)
    return ExitCode.CLEAN


@command.command("install-merge-driver")
@lang_option
def install_merge_driver() -> ExitCode:
    """Let git merge the file with keyscan, in this clone; .gitattributes says so to others."""
    from keyscan.integrations import merge_driver
    from keyscan.integrations.setting import setting

    for one in [*merge_driver.set_up(setting())] or [msg("everything was set up already")]:
        accepting.tell(one)
    return ExitCode.CLEAN


@command.command("uninstall-merge-driver")
@lang_option
def uninstall_merge_driver() -> ExitCode:
    """Undo `keyscan baseline install-merge-driver`."""
    from keyscan.integrations import merge_driver
    from keyscan.integrations.setting import setting

    for one in [*merge_driver.take_out(setting())] or [msg("there was nothing to take out")]:
        accepting.tell(one)
    return ExitCode.CLEAN


def _for_detect_secrets(path: str, report: Report, *, anew: bool) -> ExitCode:
    """The same for a file of detect-secrets, which can only hold what it sees itself."""
    from keyscan.integrations import secrets_writing  # late: detect-secrets takes 130 ms

    unseen = secrets_writing.add(path, report.findings, anew=anew)
    accepting.tell(
        msg(
            "accepted in {path}: {count}",
            path=safe(path),
            count=len(report.findings) - len(unseen),
        )
    )
    if unseen:
        accepting.tell(
            msg(
                "detect-secrets does not see these keys, and takes out of its file what it does"
                " not see: {count}; keep them in keyscan's own baseline",
                count=len(unseen),
            )
        )
        accepting.listed(unseen)
    return accepting.told_gaps(report.gaps) or (ExitCode.FINDINGS if unseen else ExitCode.CLEAN)


def _told(path: str, new: Collection[Finding]) -> None:
    accepting.tell(msg("newly accepted in {path}: {count}", path=safe(path), count=len(new)))
    accepting.listed(new)
