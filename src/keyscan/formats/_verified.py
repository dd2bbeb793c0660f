"""What ``keyscan verify`` says of each key: the verdict, why, and the one next step."""

from collections.abc import Iterator

from keyscan.formats import Show
from keyscan.formats._findings import STYLES, clean
from keyscan.formats._lines import Line, Part, headed, joined, paragraph
from keyscan.model import Finding, Liveness, Message, Report, msg
from keyscan.providers import all_providers
from keyscan.rotate import steps_for

_WORDS = {
    Liveness.LIVE: msg("live"),
    Liveness.DORMANT: msg("dormant: known to the issuer, not usable now"),
    Liveness.DEAD: msg("dead"),
    Liveness.UNKNOWN: msg("unknown: the answer does not tell"),
    Liveness.UNCHECKED: msg("unchecked: nobody was asked"),
}


def text(report: Report, show: Show) -> str:
    """A paragraph for each key."""
    return joined((_key(one, show) for one in report.findings), show)


def _key(finding: Finding, show: Show) -> Iterator[Line]:
    verdict = finding.verdict
    yield from headed(finding.secret.redacted, "bold", clean(_issuer(finding)), show)
    word, reason = clean(_WORDS[verdict.liveness]), verdict.reason
    yield (Part(f"  {word}", STYLES[verdict.liveness]), Part(f" [{reason}]"))
    for one in (verdict.detail, _next(finding)):
        yield from paragraph(clean(one), show, "    ", "  ")


def _issuer(finding: Finding) -> Message:
    if finding.provider == "unknown":
        return msg("issuer unknown")
    return Message("{name}", (("name", all_providers()[finding.provider].name),))


def _next(finding: Finding) -> Message:
    liveness = finding.verdict.liveness
    if liveness is Liveness.DEAD:
        return msg("next: nothing is left to rotate; take the key out of the files")
    if liveness in (Liveness.UNKNOWN, Liveness.UNCHECKED):
        return msg("next: treat it as live until the issuer says otherwise")
    return msg(
        "next: rotate it, starting at {url} (all steps: keyscan rotate {provider})",
        url=steps_for(finding).url,
        provider=finding.provider,
    )
