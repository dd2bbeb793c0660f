"""CSV for spreadsheets (RFC 4180): one row for each place of each key, and for each gap.

A spreadsheet runs a cell that begins like a formula, and file names come from scanned content:
such a cell gets an apostrophe in front (OWASP, "CSV Injection").
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from keyscan.columns import safe
from keyscan.formats import Show
from keyscan.formats._plain import (
    acceptance_words,
    gaps_in_order,
    in_order,
    places,
    suppressed_in_order,
    text,
    told,
    why_suppressed,
)
from keyscan.model import Finding, Gap, Location, Report, Suppressed
from keyscan.rotate import steps_for
from keyscan.severity import severity

COLUMNS = (
    *("type", "fingerprint", "provider", "rule", "key", "confidence", "severity", "liveness"),
    *("reason", "detail", "checked_at", "path", "line", "column", "source", "commit", "decoded"),
    *("names", "url", "accepted"),
)
# Also behind what a spreadsheet set to another language takes for the end of a cell.
_FORMULA = re.compile(r"(^|[;|])(?=\s*[=+\-@＝＋－＠])")


def render(report: Report, _show: Show) -> str:
    """A header of fixed words, then the rows; every line ends in CRLF."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in _rows(report))
    return out.getvalue()


def cell(value: object) -> str:
    """One line of text that no spreadsheet runs."""
    return _FORMULA.sub(r"\1'", safe(text(str(value))))


def _rows(report: Report) -> Iterator[dict[str, object]]:
    yield from _found("finding", in_order(report.findings))
    yield from _found("accepted", in_order(report.accepted))
    yield from map(_suppressed, suppressed_in_order(report))
    yield from map(_gap, gaps_in_order(report))


def _found(kind: str, findings: Iterable[Finding]) -> Iterator[dict[str, object]]:
    for one in findings:
        verdict = one.verdict
        same = {
            "type": kind,
            "fingerprint": one.secret.fingerprint,
            "provider": one.provider,
            "rule": one.rule,
            "key": one.secret.redacted,
            "confidence": one.confidence.value,
            "severity": severity(one).value,
            "liveness": verdict.liveness.value,
            "reason": verdict.reason,
            "detail": told(verdict.detail),
            "checked_at": verdict.checked_at,
            "names": ", ".join(one.names),
            "url": steps_for(one).url,
            "accepted": told(acceptance_words(one.acceptance)) if one.acceptance else "",
        }
        yield from ({**same, **_place(place)} for place in places(one))


def _place(place: Location) -> dict[str, object]:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "source": place.source,
        "commit": place.commit,
        "decoded": ", ".join(place.decoded),
    }


def _suppressed(one: Suppressed) -> dict[str, object]:
    candidate = one.candidate
    return {
        "type": "suppressed",
        "fingerprint": candidate.secret.fingerprint,
        "provider": candidate.provider,
        "rule": candidate.rule,
        "key": candidate.secret.redacted,
        "confidence": candidate.confidence.value,
        "reason": one.reason,
        "detail": told(why_suppressed(one)),
        **_place(candidate.location),
    }


def _gap(gap: Gap) -> dict[str, object]:
    return {"type": "gap", "path": gap.path, "reason": gap.reason, "detail": told(gap.detail)}
