"""A report and a baseline → what counts, what is accepted, and what has to be said about it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from keyscan.baseline import Known
from keyscan.columns import safe
from keyscan.model import Finding, Liveness, Message, Report, msg


def applied(report: Report, known: Known, today: date, *, whole: bool = False) -> Report:
    """The report without the findings that the baseline accepts; those are in ``accepted``.

    A key that verified live counts all the same, with its ``acceptance``; an entry whose last
    day is over accepts nothing. ``whole``: everything that the baseline is about was scanned,
    so that entries without a finding can be told.
    """
    counted, accepted, live, expired = [], [], [], []
    for one in report.findings:
        why = known.acceptance(one)
        if why is None:
            counted.append(one)
        elif why.expires and why.expires < today.isoformat():
            counted.append(one)
            expired.append(one)
        elif one.verdict.liveness is Liveness.LIVE:
            counted.append(replace(one, acceptance=why))
            live.append(one)
        else:
            accepted.append(replace(one, acceptance=why))
    stale = known.stale(report.findings) if whole and not report.gaps else 0
    return replace(
        report,
        findings=tuple(counted),
        accepted=(*report.accepted, *accepted),
        notices=(*report.notices, *_notices(known.origin, accepted, live, expired, stale)),
    )


def self_accepted(report: Report, before: Known | None) -> Report:
    """The report, telling which keys were not yet accepted by the baseline as it was before."""
    new = [one for one in report.accepted if before is None or before.acceptance(one) is None]
    if not new:
        return report
    told = msg(
        "accepted only by entries that these commits add: {count} ({keys}); review them",
        count=len(new),
        keys=_keys(new),
    )
    return replace(report, notices=(*report.notices, told))


def _notices(
    origin: str, accepted: list[Finding], live: list[Finding], expired: list[Finding], stale: int
) -> Iterable[Message]:
    path = safe(origin)
    if accepted:
        yield msg(
            "accepted by {path}, so not counted: {count}; `keyscan baseline explain` tells why",
            path=path,
            count=len(accepted),
        )
    if live:
        yield msg(
            "accepted by {path} but LIVE, so counted all the same: {keys}; rotate them",
            path=path,
            keys=_keys(live),
        )
    if expired:
        yield msg(
            "accepted by {path} until a day that is over: {keys}; rotate them, or extend it with"
            " `keyscan baseline update --expires`",
            path=path,
            keys=_keys(expired),
        )
    if stale:
        yield msg(
            "entries of {path} whose key was not found here: {count}; `keyscan baseline prune`"
            " takes out what neither the files nor the history hold",
            path=path,
            count=stale,
        )


def _keys(findings: list[Finding]) -> str:
    return ", ".join(one.secret.redacted for one in findings)
