"""Text for people: one block for each key, the steps once for each kind of key, one summary."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from keyscan.formats import Show, megabytes, safe
from keyscan.formats._exposure import exposure
from keyscan.formats._lines import Line, Part, headed, joined, paragraph
from keyscan.formats._steps import numbered, title
from keyscan.i18n import render as said
from keyscan.model import (
    Confidence,
    Finding,
    Gap,
    Liveness,
    Location,
    Message,
    Report,
    Stats,
    Suppressed,
    msg,
)
from keyscan.providers import all_providers
from keyscan.rotate import Case, case_of, steps_for

_SHOWN = 20  # places of one key and gaps of a report, without -v
_STYLES = {
    Liveness.LIVE: "bold red",
    Liveness.DORMANT: "bold magenta",
    Liveness.DEAD: "green",
    Liveness.UNKNOWN: "bold yellow",
    Liveness.UNCHECKED: "yellow",
}


def render(report: Report, show: Show) -> str:
    """The report; with ``-q`` one line for each place and gap, and nothing for a clean one."""
    if show.verbosity < 0:
        return joined([_quiet(report)], show)
    blocks: list[Iterable[Line]] = [_key(one, show) for one in report.findings]
    blocks += [_now(case, same, show) for case, same in _cases(report.findings).items()]
    if show.verbosity > 0:
        blocks.append(_dropped(report.suppressed, show))
    blocks.append(_gaps(report.gaps, show))
    blocks.append(line for one in report.notices for line in paragraph(_clean(one), show, ""))
    blocks.append(_summary(report, show))
    return joined(blocks, show)


def _clean(message: Message) -> str:
    return safe(said(message))


def _key(finding: Finding, show: Show) -> Iterator[Line]:
    if finding.confidence is Confidence.NOTE:
        names = ", ".join(finding.names) or finding.secret.redacted
        about = msg("a placeholder stands where a key belongs: {names}", names=names)
        yield from headed(said(msg("note")), "cyan", _clean(about), show)
    else:
        yield from headed(
            safe(finding.secret.redacted), "bold", _clean(_title(case_of(finding))), show
        )
        yield from _verdict(finding, show)
    yield from _places(finding, show)
    if finding.exposure:
        yield from paragraph(exposure(finding.exposure), show, "    ", "  ")
    if finding.confidence is Confidence.NOTE:
        # Not wrapped: it holds a line of code to copy.
        yield (Part("  " + _clean(steps_for(finding).steps[0])),)
    if show.verbosity > 0:
        yield from _evidence(finding, show)


def _title(case: Case) -> Message:
    return title(all_providers()[case.provider], case.kind)


def _verdict(finding: Finding, show: Show) -> Iterator[Line]:
    verdict = finding.verdict
    word, style = said(_liveness(verdict.liveness)), _STYLES[verdict.liveness]
    yield from headed("  " + word, style, _clean(verdict.detail), show, "    ")
    remarks = []
    if finding.confidence is Confidence.MEDIUM:
        remarks.append(msg("medium confidence"))
    elif finding.confidence is Confidence.LOW:
        remarks.append(msg("low confidence"))
    if finding.names:
        remarks.append(msg("found as {names}", names=", ".join(finding.names)))
    for one in remarks:
        yield from paragraph(_clean(one), show, "    ", "  ")


def _liveness(liveness: Liveness) -> Message:
    return {
        Liveness.LIVE: msg("live"),
        Liveness.DORMANT: msg("dormant"),
        Liveness.DEAD: msg("dead"),
        Liveness.UNKNOWN: msg("unknown"),
        Liveness.UNCHECKED: msg("not checked"),
    }[liveness]


def _places(finding: Finding, show: Show) -> Iterator[Line]:
    places = sorted(finding.locations, key=lambda one: (one.path, one.line, one.column))
    shown = places if show.verbosity > 0 else places[:_SHOWN]
    for place in shown:
        remarks = _remarks(place)
        yield (
            (_spot(place, show), Part("  " + " · ".join(remarks)))
            if remarks
            else (_spot(place, show),)
        )
    if len(shown) < len(places):
        more = msg("... and {count} more places (-v shows all)", count=len(places) - len(shown))
        yield (Part("  " + said(more)),)


def _spot(place: Location, show: Show) -> Part:
    """``path:line:column``: at the start of a line and never wrapped, so it can be clicked."""
    link = ""
    if show.links and show.root and place.source in ("file", "index"):
        file = Path(show.root).absolute() / place.path.partition("!")[0]
        link = file.as_uri()
    return Part(f"{safe(place.path)}:{place.line}:{place.column}", "cyan", link)


def _remarks(place: Location) -> list[str]:
    remarks = [safe(one) for one in place.decoded]
    if place.source == "index" and place.commit:
        remarks.append(said(msg("already committed: rotate it")))
    elif place.commit:
        remarks.append(safe(place.commit[:12]))
    return remarks


def _evidence(finding: Finding, show: Show) -> Iterator[Line]:
    why = "; ".join(_clean(one) for one in finding.evidence)
    yield from paragraph(_clean(msg("evidence: {why}", why=why)), show, "    ", "  ")
    stamp = msg("fingerprint: {fingerprint}", fingerprint=finding.secret.fingerprint)
    yield from paragraph(said(stamp), show, "    ", "  ")


def _cases(findings: tuple[Finding, ...]) -> dict[Case, list[Finding]]:
    cases: dict[Case, list[Finding]] = {}
    for one in findings:
        cases.setdefault(case_of(one), []).append(one)
    return cases


def _now(case: Case, same: list[Finding], show: Show) -> Iterator[Line]:
    """What to do about all findings of one case, their variable names pooled."""
    if case.variant == "note":
        heading = said(msg("Before you paste a key"))
        steps = steps_for(same[0]).steps[1:]
    else:
        keys = ", ".join(dict.fromkeys(one.secret.redacted for one in same))
        words = msg("What to do now: {title} ({keys})", title=said(_title(case)), keys=keys)
        heading = _clean(words)
        names = tuple(dict.fromkeys(name for one in same for name in one.names))
        steps = steps_for(replace(same[0], names=names)).steps
    for line in paragraph(heading, show, "  ", ""):
        yield (Part(line[0].text, "bold"),)
    yield from numbered(steps, show)


def _dropped(suppressed: tuple[Suppressed, ...], show: Show) -> Iterator[Line]:
    if suppressed:
        yield (Part(said(msg("Suppressed")), "bold"),)
    for one in suppressed:
        key = safe(one.candidate.secret.redacted)
        yield (_spot(one.candidate.location, show), Part(f"  {key}  {_clean(_why(one))}"))


def _why(one: Suppressed) -> Message:
    """Why it was dropped; words that nobody has put here yet are shown as they are."""
    if one.reason != "placeholder":
        return Message("{word}", (("word", " ".join(filter(None, (one.reason, one.detail)))),))
    return {
        "masked": msg("placeholder: masked"),
        "repeated": msg("placeholder: repeated characters"),
        "sequence": msg("placeholder: characters in order"),
        "template": msg("placeholder: template"),
        "words": msg("placeholder: words"),
    }.get(one.detail, msg("placeholder"))


def _gaps(gaps: tuple[Gap, ...], show: Show) -> Iterator[Line]:
    if gaps:
        yield (Part(said(msg("Not scanned")), "bold red"),)
    shown = gaps if show.verbosity > 0 else gaps[:_SHOWN]
    for gap in shown:
        head = f"{safe(gap.path)}: " if gap.path else ""
        yield from paragraph(head + _clean(gap.detail), show, "  ", "")
    if len(shown) < len(gaps):
        more = msg("... and {count} more (-v shows all)", count=len(gaps) - len(shown))
        yield (Part("  " + said(more)),)


def _summary(report: Report, show: Show) -> Iterator[Line]:
    """What was found, what was read, and what was not."""
    notes = sum(one.confidence is Confidence.NOTE for one in report.findings)
    keys = len(report.findings) - notes
    parts = [_counted(keys, msg("no keys found"), msg("1 key"), msg("{count} keys", count=keys))]
    if notes:
        parts.append(_counted(notes, None, msg("1 note"), msg("{count} notes", count=notes)))
    parts.append(_scanned(report.stats))
    if report.suppressed:
        dropped = len(report.suppressed)
        parts.append(
            msg("{count} suppressed", count=dropped)
            if show.verbosity > 0
            else msg("{count} suppressed (-v shows them)", count=dropped)
        )
    text = said(msg("; ")).join(map(said, parts))
    if report.gaps:
        text += said(msg("; ")) + said(msg("NOT scanned: {count}", count=len(report.gaps)))
    yield from paragraph(text, show, "  ", "")
    if any(_unasked(one) for one in report.findings):
        hint = msg("nobody asked the issuers whether these keys work: --verify does")
        yield from paragraph(said(hint), show, "  ", "")


def _unasked(finding: Finding) -> bool:
    asked = finding.verdict.reason != "not_asked"
    return not asked and bool(all_providers()[finding.provider].probes)


def _scanned(stats: Stats) -> Message:
    size, seconds = megabytes(stats.bytes), f"{stats.seconds:.1f}"
    if stats.blobs == 1:
        return msg("1 file ({size}) in {seconds} s", size=size, seconds=seconds)
    return msg(
        "{count} files ({size}) in {seconds} s", count=stats.blobs, size=size, seconds=seconds
    )


def _counted(count: int, none: Message | None, one: Message, many: Message) -> Message:
    if count == 0 and none:
        return none
    return one if count == 1 else many


def _quiet(report: Report) -> Iterator[Line]:
    plain = Show()
    for one in report.findings:
        note = one.confidence is Confidence.NOTE
        word = said(msg("note") if note else _liveness(one.verdict.liveness))
        for place in one.locations:
            spot = _spot(place, plain)
            yield (spot, Part(f": {safe(one.secret.redacted)} {one.provider} {word}"))
    for gap in report.gaps:
        yield from _gaps_quiet(gap)


def _gaps_quiet(gap: Gap) -> Iterator[Line]:
    said_so = msg("not scanned: {why}", why=said(gap.detail))
    yield (Part(f"{safe(gap.path)}: {_clean(said_so)}"),)
