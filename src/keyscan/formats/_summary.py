"""The step summary of GitHub Actions: a table of the keys with the issuer's answer, and the steps.

Not cut at ten as annotations are, but GitHub refuses a summary of more than 1 MiB.
"""

from collections.abc import Iterator
from dataclasses import replace

from keyscan.columns import safe
from keyscan.formats._findings import cases, liveness
from keyscan.formats._markdown import code, escaped
from keyscan.formats._plain import (
    broken_acceptance,
    gaps_in_order,
    in_order,
    places,
    severity_of,
    text,
    title_of,
    told,
)
from keyscan.formats._steps import title
from keyscan.formats._uri import uri_of
from keyscan.formats.github import MOST
from keyscan.i18n import render as said
from keyscan.model import Confidence, Finding, Gap, Location, Report, msg, plural
from keyscan.providers import all_providers
from keyscan.rotate import Case, steps_for
from keyscan.severity import severity

LIMIT = 1 << 20  # bytes
_ROOM = 2000  # bytes kept for the sentence that says what was left out
_PLACES = 5  # of one key


def summary(report: Report, files: str = "", limit: int = LIMIT) -> str:
    """Markdown of at most ``limit`` bytes. ``files`` + commit + / + path is a page to link to."""
    parts = [f"### keyscan: {_verdict(report)}\n"]
    parts += [f"{escaped(told(one))}\n" for one in report.notices]
    parts += list(_gaps(gaps_in_order(report)))
    found = sorted(in_order(report.findings), key=lambda one: -severity(one).rank)
    steps = [_steps(case, same) for case, same in cases(tuple(found)).items()]
    room = limit - _ROOM - sum(map(_size, parts)) - sum(map(_size, steps))
    if room < 0:  # more kinds of keys than fit: the table comes first
        room, steps = limit - _ROOM - sum(map(_size, parts)), []
    return "\n".join([*parts, *_table(found, files, room), *steps])


def _verdict(report: Report) -> str:
    notes = sum(one.confidence is Confidence.NOTE for one in report.findings)
    keys = len(report.findings) - notes
    words = [msg("{count} keys", count=keys) if keys != 1 else msg("1 key")]
    if not keys:
        words = [msg("no keys found")]
    if notes:
        words.append(msg("{count} notes", count=notes) if notes > 1 else msg("1 note"))
    if report.accepted:
        words.append(msg("{count} accepted by the baseline", count=len(report.accepted)))
    if report.gaps:
        words.append(msg("NOT scanned: {count}", count=len(report.gaps)))
    return escaped(said(msg("; ")).join(map(said, words)))


def _gaps(gaps: list[Gap]) -> Iterator[str]:
    if not gaps:
        return
    lines = [f"#### {said(msg('Not scanned'))}\n"]
    for gap in gaps[: MOST * 2]:
        head = f"{code(text(gap.path))}: " if gap.path else ""
        lines.append(f"- {head}{escaped(told(gap.detail))}")
    if gaps[MOST * 2 :]:
        more = msg("... and {count} more", count=len(gaps) - MOST * 2)
        lines.append(f"- {said(more)}")
    yield "\n".join(lines) + "\n"


def _table(found: list[Finding], files: str, room: int) -> Iterator[str]:
    """One row for each key, as many as there is room for."""
    if not found:
        return
    heads = (msg("Key"), msg("Liveness"), msg("Severity"), msg("Where"))
    rows = [f"| {' | '.join(map(said, heads))} |", "|---|---|---|---|"]
    room -= sum(map(_size, rows))
    for one in found:
        row = _row(one, files)
        room -= _size(row)
        if room < 0:
            break
        rows.append(row)
    yield "\n".join(rows) + "\n"
    if len(rows) - 2 < len(found):
        left = plural(
            len(found) - len(rows) + 2,
            "... and 1 more key: the report has it",
            "... and {count} more keys: the report has them all",
        )
        yield f"{said(left)}\n"


def _row(finding: Finding, files: str) -> str:
    key = f"{_code(finding.secret.redacted)}<br>{escaped(told(title_of(finding)))}"
    answer = f"**{said(liveness(finding.verdict.liveness))}**"
    if finding.verdict.reason != "not_asked":
        answer += f"<br>{escaped(told(finding.verdict.detail))}"
    if finding.acceptance:
        answer += f"<br>{said(broken_acceptance(finding, finding.acceptance))}"
    found = places(finding)
    spots = [_spot(one, files) for one in found[:_PLACES]]
    if found[_PLACES:]:
        spots.append(said(msg("... and {count} more", count=len(found) - _PLACES)))
    return f"| {key} | {answer} | {said(severity_of(finding))} | {'<br>'.join(spots)} |"


def _spot(place: Location, files: str) -> str:
    shown = _code(f"{place.path}:{place.line}")
    commit = place.commit if place.source in ("history", "file", "index") else ""
    if not files or not commit:
        return shown
    path = uri_of(place.path.partition("!")[0])
    for mark, quoted in (("(", "%28"), (")", "%29")):
        path = path.replace(mark, quoted)
    return f"[{shown}]({files}{commit}/{path}#L{place.line})"


def _code(words: str) -> str:
    """A code span in a table, where a bar ends the cell even within one, escaped or not."""
    shown = text(words)
    if "|" not in shown:
        return code(shown)
    kept = (one if one.isalnum() else f"&#{ord(one)};" for one in safe(shown))
    return f"<code>{''.join(kept)}</code>"


def _steps(case: Case, same: list[Finding]) -> str:
    keys = ", ".join(code(text(one.secret.redacted)) for one in same[:MOST])
    if same[MOST:]:
        keys += " ..."
    named = said(title(all_providers()[case.provider], case.kind))
    lines = [f"#### {escaped(said(msg('What to do now: {title}', title=named)))}\n", f"{keys}\n"]
    names = tuple(dict.fromkeys(name for one in same for name in one.names))
    steps = steps_for(replace(same[0], names=names)).steps
    lines += [f"{number}. {escaped(told(step))}" for number, step in enumerate(steps, 1)]
    return "\n".join(lines) + "\n"


def _size(part: str) -> int:
    return len(part.encode("utf-8", "surrogatepass")) + 1
