"""GitLab's secret detection report, for ``artifacts: reports: secret_detection``.

Schema 15.0.7 of gitlab-org/security-products/security-report-schemas. One vulnerability for each
key at its first place, the others in its details; accepted and suppressed keys have no place in
that format, GitLab would show them as open. It holds no source code.
"""

import json
import os
import time
from typing import Any

from keyscan import __version__
from keyscan.columns import safe
from keyscan.formats import Show
from keyscan.formats._exposure import authors
from keyscan.formats._findings import liveness
from keyscan.formats._markdown import plain
from keyscan.formats._plain import (
    confidence_of,
    gaps_in_order,
    in_order,
    places,
    sentence,
    text,
    title_of,
    told,
)
from keyscan.formats._sarif_rules import HOME
from keyscan.formats._uri import split_member
from keyscan.i18n import render as said
from keyscan.model import Finding, Location, Message, Report, msg
from keyscan.rotate import steps_for
from keyscan.severity import severity

VERSION = "15.0.7"
SCHEMA = (
    "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/"
    f"v{VERSION}/dist/secret-detection-report-format.json"
)
_NO_COMMIT = "0" * 40  # the format wants one also for a file that no commit holds
_NAME_MAX, _SOLUTION_MAX = 255, 7000  # characters
_PLACES = 100  # in the details of one vulnerability


def render(report: Report, _show: Show) -> str:
    """One JSON object, ending in a newline. ASCII only."""
    return json.dumps(_document(report), indent=2) + "\n"


def _document(report: Report) -> dict[str, Any]:
    return {
        "version": VERSION,
        "schema": SCHEMA,
        "scan": _scan(report),
        "vulnerabilities": [_vulnerability(one) for one in in_order(report.findings)],
    }


def _scan(report: Report) -> dict[str, Any]:
    tool = {
        "id": "keyscan",
        "name": "keyscan",
        "url": HOME,
        "version": __version__,
        "vendor": {"name": "keyscan"},
    }
    end = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    return {
        "analyzer": tool,
        "scanner": tool,
        "type": "secret_detection",
        "start_time": _utc(end - round(report.stats.seconds)),
        "end_time": _utc(end),
        "status": "failure" if report.gaps else "success",
        "messages": _messages(report),
    }


def _utc(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def _messages(report: Report) -> list[dict[str, str]]:
    told_of: list[tuple[str, str, Message]] = [
        ("warn", gap.path, msg("not scanned: {why}", why=told(gap.detail)))
        for gap in gaps_in_order(report)
    ]
    told_of += [("info", "", one) for one in report.notices]
    if report.accepted:
        count = len(report.accepted)
        told_of.append(("info", "", msg("{count} accepted by the baseline", count=count)))
    if report.suppressed:
        told_of.append(("info", "", msg("{count} suppressed", count=len(report.suppressed))))
    return [
        {"level": level, "value": safe(f"{text(path)}: {told(one)}" if path else told(one))}
        for level, path, one in told_of
    ]


def _vulnerability(finding: Finding) -> dict[str, Any]:
    found = places(finding)
    rotation = steps_for(finding)
    steps = [f"{number}. {told(one)}" for number, one in enumerate(rotation.steps, 1)]
    url = {"url": rotation.url} if rotation.url else {}
    return {
        "id": finding.secret.fingerprint,
        "category": "secret_detection",
        "name": told(title_of(finding))[:_NAME_MAX],
        "description": plain(sentence(finding)),
        "severity": severity(finding).value.capitalize(),
        "solution": _cut("\n".join(steps)),
        "identifiers": [
            {"type": "keyscan_rule", "name": f"keyscan {finding.rule}", "value": finding.rule},
            {"type": "cwe", "name": "CWE-798", "value": "798", "url": _CWE},
        ],
        "location": _location(found[0], finding),
        "details": _details(finding, found),
        **({"links": [{"name": told(title_of(finding)), **url}]} if url else {}),
    }


_CWE = "https://cwe.mitre.org/data/definitions/798.html"


def _cut(steps: str) -> str:
    return steps if len(steps) <= _SOLUTION_MAX else steps[: _SOLUTION_MAX - 4] + " ..."


def _location(place: Location, finding: Finding) -> dict[str, Any]:
    file, member = split_member(place.path)
    line = 1 if member else place.line
    commit: dict[str, str] = {"sha": place.commit or _NO_COMMIT}
    if known := authors(finding).get(place.commit):
        commit |= {"author": text(known.author), "date": known.date}
    return {"file": text(file), "start_line": line, "end_line": line, "commit": commit}


def _details(finding: Finding, found: list[Location]) -> dict[str, Any]:
    verdict = finding.verdict
    told_of: dict[str, tuple[Message, str]] = {
        "key": (msg("Key"), finding.secret.redacted),
        "fingerprint": (msg("Fingerprint"), finding.secret.fingerprint),
        "liveness": (msg("Liveness"), f"{said(liveness(verdict.liveness))} ({verdict.reason})"),
        "confidence": (msg("Confidence"), said(confidence_of(finding))),
    }
    details: dict[str, Any] = {
        word: {"name": told(name), "type": "text", "value": text(value)}
        for word, (name, value) in told_of.items()
    }
    items = [{"type": "text", "value": _spot(one)} for one in found[:_PLACES]]
    return {**details, "places": {"name": told(msg("Where")), "type": "list", "items": items}}


def _spot(place: Location) -> str:
    commit = f" ({place.commit[:12]})" if place.commit else ""
    return safe(f"{text(place.path)}:{place.line}:{place.column}{commit}")
