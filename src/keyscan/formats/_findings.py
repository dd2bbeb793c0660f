"""Findings as people read them: each key with its places, then the steps for each case."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from keyscan.formats import Show, safe
from keyscan.formats._exposure import authors, exposure
from keyscan.formats._lines import Line, Part, headed, paragraph
from keyscan.formats._steps import numbered, title
from keyscan.i18n import render as said
from keyscan.model import (
    CommitRef,
    Confidence,
    Finding,
    Liveness,
    Location,
    Message,
    msg,
    plural,
)
from keyscan.providers import all_providers
from keyscan.rotate import Case, case_of, steps_for
from keyscan.severity import Severity, lowered, severity

STYLES = {
    Liveness.LIVE: "bold red",
    Liveness.DORMANT: "bold magenta",
    Liveness.DEAD: "green",
    Liveness.UNKNOWN: "bold yellow",
    Liveness.UNCHECKED: "yellow",
}

_LOWER = {
    Severity.MEDIUM: (msg("medium severity: only in tests, documentation or examples"),),
    Severity.LOW: (msg("low severity: only in tests, documentation or examples"),),
}
SHOWN = 20  # places of one key and gaps of a report, without -v


def clean(message: Message) -> str:
    """The message in the user's language, fit to be shown."""
    return safe(said(message))


def key(finding: Finding, show: Show) -> Iterator[Line]:
    if finding.confidence is Confidence.NOTE:
        names = ", ".join(finding.names) or finding.secret.redacted
        about = msg("a placeholder stands where a key belongs: {names}", names=names)
        yield from headed(said(msg("note")), "cyan", clean(about), show)
    else:
        yield from headed(
            safe(finding.secret.redacted), "bold", clean(_title(case_of(finding))), show
        )
        yield from _verdict(finding, show)
    yield from _places(finding, show)
    if finding.exposure:
        yield from paragraph(exposure(finding.exposure), show, "    ", "  ")
    if finding.confidence is Confidence.NOTE:
        # Not wrapped: it holds a line of code to copy.
        yield (Part("  " + clean(steps_for(finding).steps[0])),)
    if show.verbosity > 0:
        yield from _evidence(finding, show)


def _title(case: Case) -> Message:
    return title(all_providers()[case.provider], case.kind)


def _verdict(finding: Finding, show: Show) -> Iterator[Line]:
    verdict = finding.verdict
    word, style = said(liveness(verdict.liveness)), STYLES[verdict.liveness]
    yield from headed("  " + word, style, clean(verdict.detail), show, "    ")
    if finding.acceptance:
        from keyscan.formats._plain import broken_acceptance

        why = clean(broken_acceptance(finding, finding.acceptance))
        yield (Part("  "), Part(why, "bold red"))
    remarks = []
    if finding.confidence is Confidence.MEDIUM:
        remarks.append(msg("medium confidence"))
    elif finding.confidence is Confidence.LOW:
        remarks.append(msg("low confidence"))
    if lowered(finding):
        remarks += _LOWER.get(severity(finding), ())
    if finding.names:
        remarks.append(msg("found as {names}", names=", ".join(finding.names)))
    for one in remarks:
        yield from paragraph(clean(one), show, "    ", "  ")


def liveness(liveness: Liveness) -> Message:
    return {
        Liveness.LIVE: msg("live"),
        Liveness.DORMANT: msg("dormant"),
        Liveness.DEAD: msg("dead"),
        Liveness.UNKNOWN: msg("unknown"),
        Liveness.UNCHECKED: msg("not checked"),
    }[liveness]


def _places(finding: Finding, show: Show) -> Iterator[Line]:
    places = sorted(finding.locations, key=lambda one: (one.path, one.line, one.column))
    shown = places if show.verbosity > 0 else places[:SHOWN]
    known = authors(finding)
    for place in shown:
        remarks = _remarks(place, known)
        yield (
            (spot(place, show), Part("  " + " · ".join(remarks)))
            if remarks
            else (spot(place, show),)
        )
    if len(shown) < len(places):
        more = plural(
            len(places) - len(shown),
            "... and 1 more place (-v shows all)",
            "... and {count} more places (-v shows all)",
        )
        yield (Part("  " + said(more)),)


def spot(place: Location, show: Show) -> Part:
    """``path:line:column``: at the start of a line and never wrapped, so it can be clicked."""
    link = ""
    if show.links and show.root and place.source in ("file", "index"):
        file = Path(show.root).absolute() / place.path.partition("!")[0]
        link = file.as_uri()
    return Part(f"{safe(place.path)}:{place.line}:{place.column}", "cyan", link)


def _remarks(place: Location, known: dict[str, CommitRef]) -> list[str]:
    remarks = [safe(one) for one in place.decoded]
    if place.source == "name":
        remarks.append(said(msg("in the name")))
    if place.source == "index" and place.commit:
        remarks.append(said(msg("already committed: rotate it")))
    elif place.commit:
        remarks.append(safe(place.commit[:12]))
    if place.commit in known:
        made = known[place.commit]
        remarks += [safe(made.date[:10]), safe(made.author)]
    return remarks


def _evidence(finding: Finding, show: Show) -> Iterator[Line]:
    why = "; ".join(clean(one) for one in finding.evidence)
    yield from paragraph(clean(msg("evidence: {why}", why=why)), show, "    ", "  ")
    stamp = msg("fingerprint: {fingerprint}", fingerprint=finding.secret.fingerprint)
    yield from paragraph(said(stamp), show, "    ", "  ")


def cases(findings: tuple[Finding, ...]) -> dict[Case, list[Finding]]:
    cases: dict[Case, list[Finding]] = {}
    for one in findings:
        cases.setdefault(case_of(one), []).append(one)
    return cases


def now(case: Case, same: list[Finding], show: Show) -> Iterator[Line]:
    """What to do about all findings of one case, their variable names pooled."""
    if case.variant == "note":
        heading = said(msg("Before you paste a key"))
        steps = steps_for(same[0]).steps[1:]
    else:
        keys = ", ".join(dict.fromkeys(one.secret.redacted for one in same))
        words = msg("What to do now: {title} ({keys})", title=said(_title(case)), keys=keys)
        heading = clean(words)
        names = tuple(dict.fromkeys(name for one in same for name in one.names))
        steps = steps_for(replace(same[0], names=names)).steps
    for line in paragraph(heading, show, "  ", ""):
        yield (Part(line[0].text, "bold"),)
    yield from numbered(steps, show)
