"""What the ``keyscan baseline`` commands share: finding keys, reading and writing the file."""

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from keyscan import git, i18n
from keyscan.baseline import Baseline, Entry, baseline, is_day, write
from keyscan.columns import safe
from keyscan.commands._baseline import default_path, opened
from keyscan.commands._configured import policy
from keyscan.commands._options import say
from keyscan.commands._progress import counted, progress
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Confidence, Finding, Gap, Message, Report, msg, plural
from keyscan.pipeline import scan
from keyscan.redact import redact

_DAYS = re.compile(r"(\d{1,5})d")
SHORTEST = 6  # hex digits of a fingerprint that a person has to type


def today() -> date:
    """The day by UTC, so that an entry ends for everybody at once."""
    return datetime.now(UTC).date()


def root() -> str:
    """The folder that the baseline is about: the repository's root, relative to here."""
    return os.path.dirname(default_path()) or "."


def found(paths: tuple[str, ...], *, history: bool = False) -> Report:
    """Every key in the files, and in the history if there is one; notes are no keys."""
    from keyscan.sources.files import files

    with progress() as tick:
        report = scan(counted(files(paths or (root(),)), tick), policy())
        if history and os.path.lexists(os.path.join(root(), ".git")):
            from keyscan.history import Wanted, scan_history

            stored = scan_history(root(), Wanted(policy=policy()), tick)
            known = {one.secret for one in report.findings}
            more = tuple(one for one in stored.findings if one.secret not in known)
            gaps = (*report.gaps, *stored.gaps)
            report = replace(report, findings=(*report.findings, *more), gaps=gaps)
    keys = tuple(one for one in report.findings if one.confidence is not Confidence.NOTE)
    return replace(report, findings=keys)


def own(path: str) -> Baseline:
    """The baseline in a file. Raises UsageError for one of detect-secrets."""
    known = opened(path)
    if not isinstance(known, Baseline):
        raise UsageError(
            msg(
                "{path} is detect-secrets' baseline: its own `detect-secrets audit` and"
                " `detect-secrets scan --baseline` work on it",
                path=safe(path),
            )
        )
    return known


def save(path: str, entries: Iterable[Entry]) -> None:
    """Replace the file in one step."""
    from keyscan.integrations import place

    place.put(Path(path), write(baseline(entries)))


def last_day(expires: str) -> str:
    """``2027-01-31`` or ``90d`` as a day that is not over, empty for none."""
    days = _DAYS.fullmatch(expires)
    if days:
        return (today() + timedelta(days=int(days[1]))).isoformat()
    if expires and (not is_day(expires) or expires < today().isoformat()):
        raise UsageError(
            msg(
                "--expires takes a day to come: YYYY-MM-DD, or a number of days such as 90d;"
                " not {value}",
                value=safe(expires)[:40],
            )
        )
    return expires


def author(named: str | None) -> str:
    """Who accepts: as named, or git's ``user.name``. No e-mail address."""
    if named is None:
        answer = git.run(["config", "--get", "user.name"])
        named = answer.out.decode(errors="replace").strip() if not answer.code else ""
    return redact(named)


def entry(finding: Finding, reason: str, author: str, expires: str) -> Entry:
    """A new entry, made today. A key in the words is cut."""
    return Entry(
        finding.secret.fingerprint,
        finding.rule,
        finding.provider,
        redact(reason),
        author,
        today().isoformat(),
        expires,
    )


def listed(findings: Iterable[Finding]) -> None:
    """One line for each key: fingerprint, redacted key, rule, first place."""
    for one in findings:
        words = [one.secret.fingerprint, one.secret.redacted, one.rule]
        if one.locations:
            place = min(one.locations)
            words.append(f"{place.path}:{place.line}")
        tell(Message("  {line}", (("line", safe("  ".join(words))),)))


def tell(message: Message) -> None:
    """One line for people, keys in it cut."""
    from keyscan.formats import Show

    say(redact(i18n.render(message)) + "\n", Show())


def told_gaps(gaps: tuple[Gap, ...]) -> ExitCode:
    """Say what was not scanned; the exit code of the command."""
    from keyscan.formats import Show, render

    if not gaps:
        return ExitCode.CLEAN
    click.echo(render("text", Report((), gaps=gaps), Show(-1)), err=True, nl=False)
    return ExitCode.INCOMPLETE


def chosen(fingerprints: Iterable[str], known: Iterable[str]) -> set[str]:
    """The fingerprints that begin so. Raises UsageError where one is of none, or of several."""
    every, picked = set(known), set()
    for start in fingerprints:
        fits = [one for one in every if one.startswith(start.lower())]
        if len(fits) != 1 or len(start) < SHORTEST:
            raise UsageError(
                plural(
                    len(fits),
                    "{start} is the beginning of 1 fingerprint; give at least {least} hex"
                    " digits of one that `keyscan baseline explain` or `keyscan -v` shows",
                    "{start} is the beginning of {count} fingerprints; give at least {least} hex"
                    " digits of one that `keyscan baseline explain` or `keyscan -v` shows",
                    start=redact(safe(start))[:40],
                    least=SHORTEST,
                )
            )
        picked.add(fits[0])
    return picked


def line(row: Entry) -> Message:
    """One entry; whether it is over is said at its end."""
    fields = [row.fingerprint, row.rule, row.date, row.author, row.reason]
    line = safe("  ".join(one for one in fields if one))
    if not row.expires:
        return Message("{line}", (("line", line),))
    if row.expires < today().isoformat():
        return msg("{line}  (over since {day})", line=line, day=row.expires)
    return msg("{line}  (until {day})", line=line, day=row.expires)


def places(finding: Finding | None) -> list[str]:
    """Where a key stands, or that it does not."""
    if finding is None:
        return [i18n.render(msg("not in the files now"))]
    return [safe(f"{one.path}:{one.line}:{one.column}") for one in sorted(finding.locations)]
