"""What the formats for programs share: one order, text without keys, a finding in one sentence."""

from collections.abc import Iterable, Iterator

from keyscan.columns import valid
from keyscan.formats._findings import liveness
from keyscan.formats._steps import title
from keyscan.i18n import render as said
from keyscan.model import (
    Acceptance,
    Confidence,
    Finding,
    Gap,
    Liveness,
    Location,
    Message,
    Report,
    Suppressed,
    msg,
)
from keyscan.providers import all_providers
from keyscan.redact import redact
from keyscan.rotate import case_of
from keyscan.severity import Severity, severity


def text(raw: str) -> str:
    """Without keys, and without the lone surrogates that stand for bytes which are no UTF-8."""
    return redact(valid(raw))


def told(message: Message) -> str:
    """The message in the user's language, without keys."""
    return text(said(message))


def place_order(place: Location) -> tuple[str, int, int, str, str]:
    """By path, then as the text runs."""
    return place.path, place.line, place.column, place.source, place.commit


def places(finding: Finding) -> list[Location]:
    """The finding's places in order."""
    return sorted(finding.locations, key=place_order)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by their first places: the same however the work was shared out."""
    return sorted(findings, key=_finding_order)


def _finding_order(finding: Finding) -> tuple[object, ...]:
    return min(map(place_order, finding.locations)), finding.secret.fingerprint


def suppressed_in_order(report: Report) -> list[Suppressed]:
    """What was suppressed, by place."""
    return sorted(report.suppressed, key=_suppressed_order)


def _suppressed_order(one: Suppressed) -> tuple[object, ...]:
    candidate = one.candidate
    return place_order(candidate.location), candidate.secret.fingerprint, one.reason, one.detail


def gaps_in_order(report: Report) -> list[Gap]:
    """What was not scanned, by path."""
    return sorted(report.gaps, key=lambda gap: (gap.path, gap.reason, str(gap.detail)))


def title_of(finding: Finding) -> Message:
    """What kind of key this is."""
    if finding.confidence is Confidence.NOTE:
        return msg("placeholder where a key belongs")
    case = case_of(finding)
    return title(all_providers()[case.provider], case.kind)


_SEVERITIES = {
    Severity.CRITICAL: msg("critical"),
    Severity.HIGH: msg("high"),
    Severity.MEDIUM: msg("medium"),
    Severity.LOW: msg("low"),
    Severity.INFO: msg("info"),
}
_CONFIDENCES = {
    Confidence.HIGH: msg("high"),
    Confidence.MEDIUM: msg("medium"),
    Confidence.LOW: msg("low"),
    Confidence.NOTE: msg("note"),
}


def severity_of(finding: Finding) -> Message:
    """How urgent it is, as a word for people."""
    return _SEVERITIES[severity(finding)]


def confidence_of(finding: Finding) -> Message:
    """How sure it is, as a word for people."""
    return _CONFIDENCES[finding.confidence]


def accepted_live(finding: Finding) -> bool:
    """Whether a baseline names a key that works."""
    return finding.acceptance is not None and finding.verdict.liveness is Liveness.LIVE


def sentence(finding: Finding, counts: bool = True) -> str:
    """``OpenAI project key 'sk-proj-...MxYA': live; the issuer accepts it``, and its names."""
    parts = [said(one) for one in _sentence(finding, counts)]
    return text(said(msg("; ")).join(parts))


def _sentence(finding: Finding, counts: bool) -> Iterator[Message]:
    if finding.confidence is Confidence.NOTE:
        names = ", ".join(finding.names) or finding.secret.redacted
        yield msg("a placeholder stands where a key belongs: {names}", names=names)
        return
    verdict = finding.verdict
    yield msg(
        "{title} '{key}': {liveness}",
        title=said(title_of(finding)),
        key=finding.secret.redacted,
        liveness=said(liveness(verdict.liveness)),
    )
    if verdict.liveness is not Liveness.UNCHECKED:
        yield verdict.detail
    if finding.acceptance and counts:
        yield broken_acceptance(finding, finding.acceptance)
    if finding.names:
        yield msg("found as {names}", names=", ".join(finding.names))


def broken_acceptance(finding: Finding, one: Acceptance) -> Message:
    """Why a finding counts although a baseline names it."""
    if accepted_live(finding):
        return msg("accepted but LIVE")
    if one.expires:
        return msg("accepted until {expires}, which is over", expires=one.expires)
    return msg("accepted, but it counts")


def acceptance_words(one: Acceptance) -> Message:
    """Who accepted the key, why, and until when."""
    known = {
        "reason": one.reason or said(msg("no reason given")),
        "who": ", ".join(filter(None, (one.author, one.date))),
        "expires": one.expires,
        "origin": one.origin,
    }
    if one.expires and known["who"]:
        return msg("{reason} ({who}; until {expires}; {origin})", **known)
    if one.expires:
        return msg("{reason} (until {expires}; {origin})", **known)
    if known["who"]:
        return msg("{reason} ({who}; {origin})", **known)
    return msg("{reason} ({origin})", **known)


def why_suppressed(one: Suppressed) -> Message:
    """Why it was dropped; words that nobody has put here yet are shown as they are."""
    if one.reason == "placeholder":
        return _PLACEHOLDERS.get(one.detail, msg("placeholder"))
    if one.reason == "pragma":
        return msg("pragma: {detail}", detail=one.detail) if one.detail else msg("pragma")
    if one.reason == "allowlist":
        return msg("allowlist: {detail}", detail=one.detail) if one.detail else msg("allowlist")
    return Message("{word}", (("word", " ".join(filter(None, (one.reason, one.detail)))),))


_PLACEHOLDERS = {
    "masked": msg("placeholder: masked"),
    "repeated": msg("placeholder: repeated characters"),
    "sequence": msg("placeholder: characters in order"),
    "template": msg("placeholder: template"),
    "words": msg("placeholder: words"),
}
