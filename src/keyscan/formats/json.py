"""JSON for programs: version 1, described by ``report.schema.json`` beside this file.

Sentences are in the user's language; everything that a program compares is not. What is not
known is null. ASCII only, so that no terminal, pipe or code page can break it.
"""

import json
from pathlib import Path
from typing import Any

from keyscan import __version__
from keyscan.columns import valid
from keyscan.formats import Show
from keyscan.i18n import render as said
from keyscan.model import CommitRef, Exposure, Finding, Gap, Location, Report, Suppressed, Verdict
from keyscan.redact import redact
from keyscan.rotate import steps_for

VERSION = 1
SCHEMA = Path(__file__).parent / "report.schema.json"


def render(report: Report, _show: Show) -> str:
    """One JSON object, in the order of places, ending in a newline."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    findings = sorted(report.findings, key=_finding_order)
    suppressed = sorted(report.suppressed, key=_suppressed_order)
    return {
        "version": VERSION,
        "tool": {"name": "keyscan", "version": __version__},
        "findings": [_finding(one) for one in findings],
        "suppressed": [_suppressed(one) for one in suppressed],
        "gaps": [_gap(one) for one in sorted(report.gaps, key=_gap_order)],
        "stats": {
            "files": report.stats.blobs,
            "bytes": report.stats.bytes,
            "seconds": round(report.stats.seconds, 3),
        },
    }


def _order(place: Location) -> tuple[str, int, int, str, str]:
    return place.path, place.line, place.column, place.source, place.commit


def _gap_order(gap: Gap) -> tuple[str, str, str]:
    return gap.path, gap.reason, str(gap.detail)


def _finding_order(finding: Finding) -> tuple[object, ...]:
    return min(map(_order, finding.locations)), finding.secret.fingerprint


def _suppressed_order(one: Suppressed) -> tuple[object, ...]:
    return _order(one.candidate.location), one.candidate.secret.fingerprint, one.reason


def _finding(finding: Finding) -> dict[str, Any]:
    rotation = steps_for(finding)
    return {
        "fingerprint": finding.secret.fingerprint,
        "provider": finding.provider,
        "rule": finding.rule,
        "confidence": finding.confidence.value,
        "redacted": _text(finding.secret.redacted),
        "evidence": [_text(said(one)) for one in finding.evidence],
        "locations": [_location(one) for one in sorted(finding.locations, key=_order)],
        "verdict": _verdict(finding.verdict),
        "rotation": {
            "url": rotation.url or None,
            "steps": [_text(said(one)) for one in rotation.steps],
        },
        **({"exposure": _exposure(finding.exposure)} if finding.exposure else {}),
    }


def _exposure(exposure: Exposure) -> dict[str, Any]:
    return {
        "first": _commit(exposure.first),
        "last": _commit(exposure.last),
        "refs": [_text(name) for name in exposure.refs],
        "reachable": exposure.reachable,
        "in_head": exposure.in_head,
    }


def _commit(commit: CommitRef | None) -> dict[str, str] | None:
    if commit is None:
        return None
    return {"commit": commit.oid, "author": _text(commit.author), "date": commit.date}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "liveness": verdict.liveness.value,
        "reason": verdict.reason,
        "detail": _text(said(verdict.detail)),
        "checked_at": verdict.checked_at or None,
    }


def _location(place: Location) -> dict[str, Any]:
    return {
        "path": _text(place.path),
        "line": place.line,
        "column": place.column,
        "source": place.source,
        "commit": place.commit or None,
        "decoded": list(place.decoded),
    }


def _suppressed(one: Suppressed) -> dict[str, Any]:
    candidate = one.candidate
    return {
        "fingerprint": candidate.secret.fingerprint,
        "provider": candidate.provider,
        "rule": candidate.rule,
        "redacted": _text(candidate.secret.redacted),
        "reason": one.reason,
        "detail": _text(one.detail),
        "location": _location(candidate.location),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"path": _text(gap.path), "reason": gap.reason, "detail": _text(said(gap.detail))}


def _text(text: str) -> str:
    """Without keys, and without the lone surrogates that stand for bytes which are no UTF-8."""
    return redact(valid(text))
