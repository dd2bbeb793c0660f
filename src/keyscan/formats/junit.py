"""JUnit's XML, for CI systems that show test results: a key fails, a gap is an error.

Shaped to the schema of Jenkins' xUnit plugin, the strictest of those that read it. Keys proven
dead, notes, and keys that a baseline accepts are skipped tests: shown, and failing nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

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
    title_of,
    told,
    why_suppressed,
)
from keyscan.model import Finding, Location, Report, msg
from keyscan.rotate import steps_for
from keyscan.severity import Severity, severity


class Case(NamedTuple):
    """One test. ``kind`` is failure, error, skipped, or empty for one that passed."""

    classname: str
    name: str
    kind: str = ""
    type: str = ""
    message: str = ""
    body: str = ""


def render(report: Report, _show: Show) -> str:
    """One suite in its ``testsuites``. ASCII: what it declares holds whatever a console speaks."""
    cases = list(_cases(report))
    counts = {
        kind: sum(one.kind == word for one in cases)
        for kind, word in (("failures", "failure"), ("errors", "error"))
    }
    skipped = sum(one.kind == "skipped" for one in cases)
    total = f'tests="{len(cases)}" failures="{counts["failures"]}" errors="{counts["errors"]}"'
    seconds = f'time="{report.stats.seconds:.3f}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="keyscan" {total} {seconds}>',
        f'  <testsuite name="keyscan" {total} skipped="{skipped}" {seconds}>',
        *map(_case, cases),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode() + "\n"


def _cases(report: Report) -> Iterator[Case]:
    """The scan itself first, so that a clean one is a passed test and not an empty suite."""
    if not report.gaps:
        yield Case("keyscan", told(msg("everything was scanned")))
    for gap in gaps_in_order(report):
        why = told(msg("not scanned: {why}", why=told(gap.detail)))
        yield Case(text(gap.path) or "keyscan", why, "error", gap.reason, why)
    yield from map(_finding, in_order(report.findings))
    for one in in_order(report.accepted):
        why = told(acceptance_words(one.acceptance)) if one.acceptance else ""
        name = f"{told(title_of(one))} {text(one.secret.redacted)}"
        reason = told(msg("accepted: {why}", why=why))
        yield Case(_classname(places(one)[0]), name, "skipped", body=reason)
    for dropped in suppressed_in_order(report):
        key = text(dropped.candidate.secret.redacted)
        reason = told(msg("suppressed: {why}", why=told(why_suppressed(dropped))))
        yield Case(_classname(dropped.candidate.location), key, "skipped", body=reason)


def _finding(finding: Finding) -> Case:
    found = places(finding)
    words = sentence(finding)
    spots = [f"{text(one.path)}:{one.line}:{one.column}" for one in found]
    steps = [f"{number}. {told(one)}" for number, one in enumerate(steps_for(finding).steps, 1)]
    name = f"{told(title_of(finding))} {text(finding.secret.redacted)}"
    if severity(finding) is Severity.INFO:
        return Case(_classname(found[0]), name, "skipped", body=words)
    body = "\n".join(map(safe, (words, *spots, *steps)))
    return Case(_classname(found[0]), name, "failure", finding.rule, words, body)


def _classname(place: Location) -> str:
    return text(place.path)


def _case(one: Case) -> str:
    head = f"    <testcase classname={_attribute(one.classname)} name={_attribute(one.name)}"
    if not one.kind:
        return f"{head}/>"
    body = "\n".join(escape(safe(line)) for line in one.body.split("\n"))
    if one.kind == "skipped":
        return f"{head}>\n      <skipped>{body}</skipped>\n    </testcase>"
    about = f"type={_attribute(one.type)} message={_attribute(one.message)}"
    return f"{head}>\n      <{one.kind} {about}>{body}</{one.kind}>\n    </testcase>"


def _attribute(words: str) -> str:
    """Quoted. XML 1.0 has no form at all for control characters: they are written as escapes."""
    return quoteattr(safe(words))
