"""SARIF 2.1.0 for code scanning: one result for each key, with the steps in its rule's help.

Shaped to what GitHub takes from it (a path and a line for each place, ``primaryLocationLineHash``)
and to what the standard says. Results carry no snippet: it would hold the key.
"""

import json
import os
import re
from typing import Any

from keyscan import __version__
from keyscan.columns import safe
from keyscan.formats import Show
from keyscan.formats._plain import (
    acceptance_words,
    gaps_in_order,
    in_order,
    places,
    sentence,
    suppressed_in_order,
    text,
    told,
    why_suppressed,
)
from keyscan.formats._sarif_rules import HOME, pascal_case, rules_of
from keyscan.formats._uri import split_member, uri_of
from keyscan.i18n import language
from keyscan.model import Finding, Gap, Location, Message, Report, Suppressed, msg
from keyscan.severity import Severity, severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PLACES = 1000  # of one result; GitHub refuses more
_RELATED, _LINKED = 20, 5  # GitHub shows a result's first place, and beside it what is linked
_ROOT = "%SRCROOT%"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "warning",
    Severity.INFO: "note",
}


def render(report: Report, show: Show) -> str:
    """One log with one run, ending in a newline. ASCII only."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, show)]}
    return json.dumps(log, indent=2) + "\n"


def _run(report: Report, show: Show) -> dict[str, Any]:
    counted = in_order(report.findings)
    accepted = [] if _upload(show) else in_order(report.accepted)
    dropped = [] if _upload(show) else suppressed_in_order(report)
    rules = rules_of([*counted, *accepted, *map(_as_finding, dropped)])
    index = {rule["id"]: at for at, rule in enumerate(rules)}
    results = [
        *(_result(one, index) for one in counted),
        *(_accepted(one, index) for one in accepted),
        *(_suppressed(one, index) for one in dropped),
    ]
    return {
        "tool": {"driver": _driver(rules, report.gaps)},
        "language": "zh-CN" if language() == "zh_CN" else "en-US",
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": _said(msg("The folder that was scanned"))}},
        "invocations": [_invocation(report)],
        "results": results,
    }


def _upload(show: Show) -> bool:
    """Whether this goes to GitHub, which opens an alert for what SARIF says is suppressed.

    It takes no notice of ``suppressions`` (github/codeql-action#1230). ``-v`` writes all there,
    too.
    """
    return os.environ.get("GITHUB_ACTIONS") == "true" and show.verbosity < 1


def _driver(rules: list[dict[str, Any]], gaps: tuple[Gap, ...]) -> dict[str, Any]:
    return {
        "name": "keyscan",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": rules,
        "notifications": [_reason(word) for word in sorted({gap.reason for gap in gaps})],
    }


def _reason(word: str) -> dict[str, Any]:
    return {
        "id": word,
        "name": f"{pascal_case(word)}Gap",
        "shortDescription": _said(msg("Something was not scanned")),
        "fullDescription": _said(msg("What was not scanned cannot be called clean")),
        "help": _said(msg("Do what the notification says, and scan again")),
    }


def _invocation(report: Report) -> dict[str, Any]:
    gaps = gaps_in_order(report)
    index = {reason: at for at, reason in enumerate(sorted({gap.reason for gap in gaps}))}
    return {
        "executionSuccessful": not gaps,
        "toolExecutionNotifications": [
            *(_gap(one, index[one.reason]) for one in gaps),
            *({"level": "note", "message": _said(one)} for one in report.notices),
        ],
        "properties": {
            "files": report.stats.blobs,
            "bytes": report.stats.bytes,
            "accepted": len(report.accepted),
            "suppressed": len(report.suppressed),
        },
    }


def _gap(gap: Gap, index: int) -> dict[str, Any]:
    where = {"physicalLocation": {"artifactLocation": _artifact(split_member(gap.path)[0])}}
    return {
        "descriptor": {"id": gap.reason, "index": index},
        "level": "error",
        "message": _said(msg("not scanned: {why}", why=told(gap.detail))),
        **({"locations": [where]} if gap.path else {}),
    }


def _result(finding: Finding, index: dict[str, int], counts: bool = True) -> dict[str, Any]:
    """The first place leads; a key is gone only when every place has been cleaned."""
    found = places(finding)
    words = sentence(finding, counts)
    related = [_location(one, at) for at, one in enumerate(found[1 : _RELATED + 1], 1)]
    message = _plain_text(_ended(words))
    if related:
        message["text"] += f" {told(_more(len(found) - 1)).capitalize()}: {_links(found)}"
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[severity(finding)],
        "message": message,
        "locations": [_location(one) for one in found[:_PLACES]],
        **({"relatedLocations": related} if related else {}),
        **_fingerprints(finding.secret.fingerprint),
        "properties": _properties(finding),
    }


def _more(count: int) -> Message:
    return msg("in 1 more place") if count == 1 else msg("in {count} more places", count=count)


def _links(found: list[Location]) -> str:
    """GitHub shows related places where the message links to them by their ids (3.11.6)."""
    spots = [safe(f"{text(one.path)}:{one.line}") for one in found[1 : _LINKED + 1]]
    spots = [re.sub(r"[\\\[\]]", r"\\\g<0>", one) for one in spots]
    links = [f"[{spot}]({at})" for at, spot in enumerate(spots, 1)]
    return ", ".join(links) + (", ..." if found[_LINKED + 1 :] else ".")


def _accepted(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    one = finding.acceptance
    why = told(acceptance_words(one)) if one else told(msg("accepted"))
    return {
        **_result(finding, index, counts=False),
        "suppressions": [_suppression("external", why)],
    }


def _suppressed(one: Suppressed, index: dict[str, int]) -> dict[str, Any]:
    why = told(why_suppressed(one))
    kind = "inSource" if one.reason == "pragma" else "external"
    result = _result(_as_finding(one), index)
    return {**result, "level": "note", "suppressions": [_suppression(kind, why)]}


def _suppression(kind: str, why: str) -> dict[str, Any]:
    return {"kind": kind, "status": "accepted", "justification": why}


def _as_finding(one: Suppressed) -> Finding:
    it = one.candidate
    return Finding(
        it.secret, it.rule, it.provider, it.confidence, it.evidence, (it.location,), it.names
    )


def _fingerprints(value: str) -> dict[str, Any]:
    """The key's own: no path or line is in it, so an alert survives a moved file."""
    return {
        "fingerprints": {"keyscan/v1": value},
        "partialFingerprints": {"primaryLocationLineHash": value},
    }


def _properties(finding: Finding) -> dict[str, Any]:
    verdict = finding.verdict
    known = {
        "provider": finding.provider,
        "confidence": finding.confidence.value,
        "redacted": text(finding.secret.redacted),
        "severity": severity(finding).value,
        "liveness": verdict.liveness.value,
        "reason": verdict.reason,
        "evidence": [told(one) for one in finding.evidence],
    }
    if verdict.checked_at:
        known["checkedAt"] = verdict.checked_at
    if finding.acceptance:
        known["acceptance"] = told(acceptance_words(finding.acceptance))
    if finding.exposure:
        from keyscan.formats._exposure import exposure

        known["exposure"] = text(exposure(finding.exposure))
    return known


def _location(place: Location, at: int | None = None) -> dict[str, Any]:
    """The file with line and column; a member of an archive as the archive and a logical name.

    A line within a member is none of the archive's: its first line stands for the whole.
    """
    file, member = split_member(place.path)
    region = {"startLine": place.line, "startColumn": place.column}
    logical = _logical(place, member)
    message = _where(place, member)
    return {
        **({} if at is None else {"id": at}),
        "physicalLocation": {
            "artifactLocation": _artifact(file),
            "region": {"startLine": 1} if member else region,
        },
        **({"logicalLocations": [logical]} if logical else {}),
        **({"message": _plain_text(_ended(message))} if message else {}),
        "properties": _found_in(place, member),
    }


def _logical(place: Location, member: str) -> dict[str, Any]:
    """``a.zip!inner`` for a member, git's own ``commit:path`` for a file in a commit."""
    name = text(place.path)
    if place.commit and place.source in ("history", "index"):
        return {"fullyQualifiedName": f"{place.commit}:{name}", "kind": "commit"}
    if place.source == "message":
        return {"fullyQualifiedName": place.commit or name, "kind": "message"}
    return {"fullyQualifiedName": name, "kind": "member"} if member else {}


def _where(place: Location, member: str) -> str:
    """What the physical location cannot say."""
    said: list[Message] = [msg("in the name")] if place.source == "name" else []
    if member:
        said.append(
            msg("member {member}, line {line}, column {column}", member=member, **_spot(place))
        )
    if place.commit:
        said.append(msg("in commit {commit}", commit=place.commit[:12]))
    if place.decoded:
        said.append(msg("decoded: {decoders}", decoders=", ".join(place.decoded)))
    return told(msg("; ")).join(map(told, said))


def _spot(place: Location) -> dict[str, int]:
    return {"line": place.line, "column": place.column}


def _found_in(place: Location, member: str) -> dict[str, Any]:
    return {
        "source": place.source,
        **({"commit": place.commit} if place.commit else {}),
        **({"member": text(member), **_spot(place)} if member else {}),
        **({"decoded": [text(one) for one in place.decoded]} if place.decoded else {}),
    }


def _artifact(path: str) -> dict[str, Any]:
    uri = uri_of(path)
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": _ROOT}


def _said(message: Message) -> dict[str, str]:
    return _plain_text(_ended(told(message)))


def _plain_text(words: str) -> dict[str, str]:
    """SARIF reads ``[text](target)`` in a message as a link: brackets of content are escaped."""
    return {"text": words.replace("[", "\\[").replace("]", "\\]") if "](" in words else words}


def _ended(words: str) -> str:
    return words if words.endswith((".", "。")) else f"{words}."
