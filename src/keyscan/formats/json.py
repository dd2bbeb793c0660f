"""JSON for programs: version 1, described by ``report.schema.json`` beside this file.

Sentences are in the user's language; everything that a program compares is not. What is not
known is null. ASCII only, so that no terminal, pipe or code page can break it.
"""

import json
from pathlib import Path
from typing import Any

from keyscan import __version__
from keyscan.formats import Show
from keyscan.formats._exposure import authors
from keyscan.formats._plain import (
    gaps_in_order,
    in_order,
    places,
    suppressed_in_order,
    text,
    told,
)
from keyscan.model import (
    Acceptance,
    CommitRef,
    Exposure,
    Finding,
    Gap,
    Location,
    Report,
    Suppressed,
    Verdict,
)
from keyscan.rotate import steps_for

VERSION = 1
SCHEMA = Path(__file__).parent / "report.schema.json"


def render(report: Report, _show: Show) -> str:
    """One JSON object, in the order of places, ending in a newline."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    accepted = [finding_values(one) for one in in_order(report.accepted)]
    return {
        "version": VERSION,
        "tool": tool_values(),
        "findings": [finding_values(one) for one in in_order(report.findings)],
        **({"accepted": accepted} if accepted else {}),
        "suppressed": [suppressed_values(one) for one in suppressed_in_order(report)],
        "gaps": [gap_values(one) for one in gaps_in_order(report)],
        "stats": stats_values(report),
    }


def tool_values() -> dict[str, str]:
    """Who wrote it."""
    return {"name": "keyscan", "version": __version__}


def stats_values(report: Report) -> dict[str, Any]:
    """What was scanned."""
    return {
        "files": report.stats.blobs,
        "bytes": report.stats.bytes,
        "seconds": round(report.stats.seconds, 3),
        **({"again": True} if report.stats.again else {}),
    }


def finding_values(finding: Finding) -> dict[str, Any]:
    """One key: ``#/$defs/finding`` of the schema."""
    rotation = steps_for(finding)
    known = authors(finding)
    return {
        "fingerprint": finding.secret.fingerprint,
        "provider": finding.provider,
        "rule": finding.rule,
        "confidence": finding.confidence.value,
        "redacted": text(finding.secret.redacted),
        "evidence": [told(one) for one in finding.evidence],
        "locations": [_location(one, known.get(one.commit)) for one in places(finding)],
        "verdict": _verdict(finding.verdict),
        "rotation": {
            "url": rotation.url or None,
            "steps": [told(one) for one in rotation.steps],
        },
        **({"exposure": _exposure(finding.exposure)} if finding.exposure else {}),
        **({"acceptance": _acceptance(finding.acceptance)} if finding.acceptance else {}),
    }


def _acceptance(one: Acceptance) -> dict[str, str | None]:
    return {
        "reason": text(one.reason),
        "author": text(one.author) or None,
        "date": one.date or None,
        "expires": one.expires or None,
        "origin": text(one.origin),
    }


def _exposure(exposure: Exposure) -> dict[str, Any]:
    return {
        "first": _commit(exposure.first),
        "last": _commit(exposure.last),
        "refs": [text(name) for name in exposure.refs],
        "reachable": exposure.reachable,
        "in_head": exposure.in_head,
        "kept_by": [text(name) for name in exposure.kept],
        "tags": [text(name) for name in exposure.tags],
        "whole": exposure.whole,
        "more_paths": exposure.more,
    }


def _commit(commit: CommitRef | None) -> dict[str, str] | None:
    if commit is None:
        return None
    return {"commit": commit.oid, "author": text(commit.author), "date": commit.date}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "liveness": verdict.liveness.value,
        "reason": verdict.reason,
        "detail": told(verdict.detail),
        "checked_at": verdict.checked_at or None,
    }


def _location(place: Location, made: CommitRef | None = None) -> dict[str, Any]:
    return {
        "path": text(place.path),
        "line": place.line,
        "column": place.column,
        "source": place.source,
        "commit": place.commit or None,
        **({"author": text(made.author), "date": made.date} if made else {}),
        "decoded": [text(one) for one in place.decoded],
    }


def suppressed_values(one: Suppressed) -> dict[str, Any]:
    """What was found and is no finding: ``#/$defs/suppressed``."""
    candidate = one.candidate
    return {
        "fingerprint": candidate.secret.fingerprint,
        "provider": candidate.provider,
        "rule": candidate.rule,
        "redacted": text(candidate.secret.redacted),
        "reason": one.reason,
        "detail": text(one.detail),
        "location": _location(candidate.location),
    }


def gap_values(gap: Gap) -> dict[str, Any]:
    """What was not scanned: ``#/$defs/gap``."""
    return {"path": text(gap.path), "reason": gap.reason, "detail": told(gap.detail)}
