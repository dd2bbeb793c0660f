"""Text for people: one block for each key, the steps once for each kind of key, one summary."""

from collections.abc import Iterable, Iterator

from keyscan.formats import Show, megabytes, safe
from keyscan.formats._lines import Line, Part, joined, paragraph
from keyscan.i18n import render as said
from keyscan.model import (
    Confidence,
    Finding,
    Gap,
    Message,
    Report,
    Stats,
    Suppressed,
    msg,
)

_SHOWN = 20  # places of one key and gaps of a report, without -v


def render(report: Report, show: Show) -> str:
    """The report; with ``-q`` one line for each place and gap, and nothing for a clean one."""
    if show.verbosity < 0:
        return joined([_quiet(report)], show)
    blocks: list[Iterable[Line]] = []
    if report.findings:
        from keyscan.formats._findings import cases, key, now  # late: a clean scan has none

        blocks += [key(one, show) for one in report.findings]
        blocks += [now(case, same, show) for case, same in cases(report.findings).items()]
    if show.verbosity > 0:
        blocks += [_accepted(report.accepted, show), _dropped(report.suppressed, show)]
    blocks.append(_gaps(report.gaps, show))
    blocks.append(line for one in report.notices for line in paragraph(_clean(one), show, ""))
    blocks.append(_summary(report, show))
    return joined(blocks, show)


def _clean(message: Message) -> str:
    return safe(said(message))


def _accepted(findings: tuple[Finding, ...], show: Show) -> Iterator[Line]:
    """What a baseline takes out of the findings, and why."""
    if not findings:
        return
    from keyscan.formats._findings import spot
    from keyscan.formats._plain import acceptance_words, in_order, places

    yield (Part(said(msg("Accepted")), "bold"),)
    for one in in_order(findings):
        key = safe(one.secret.redacted)
        why = _clean(acceptance_words(one.acceptance)) if one.acceptance else ""
        for place in places(one):
            yield (spot(place, show), Part(f"  {key}  {why}"))


def _dropped(suppressed: tuple[Suppressed, ...], show: Show) -> Iterator[Line]:
    if not suppressed:
        return
    from keyscan.formats._findings import spot
    from keyscan.formats._plain import why_suppressed

    yield (Part(said(msg("Suppressed")), "bold"),)
    for one in suppressed:
        key = safe(one.candidate.secret.redacted)
        why = _clean(why_suppressed(one))
        yield (spot(one.candidate.location, show), Part(f"  {key}  {why}"))


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
    parts.append(scanned(report.stats))
    parts += _left_out(report, show)
    text = said(msg("; ")).join(map(said, parts))
    if report.gaps:
        text += said(msg("; ")) + said(msg("NOT scanned: {count}", count=len(report.gaps)))
    yield from paragraph(text, show, "  ", "")
    if any(_unasked(one) for one in report.findings):
        hint = msg("nobody asked the issuers whether these keys work: --verify does")
        yield from paragraph(said(hint), show, "  ", "")


def _left_out(report: Report, show: Show) -> Iterator[Message]:
    """How much is no finding, and with ``-v`` why."""
    if report.accepted:
        yield msg("{count} accepted by the baseline", count=len(report.accepted))
    dropped = len(report.suppressed)
    if dropped and show.verbosity > 0:
        reasons = sorted({one.reason for one in report.suppressed})
        counts = [sum(one.reason == word for one in report.suppressed) for word in reasons]
        why = ", ".join(f"{count} {word}" for word, count in zip(reasons, counts, strict=True))
        yield msg("{count} suppressed ({why})", count=dropped, why=why)
    elif dropped:
        yield msg("{count} suppressed (-v shows them)", count=dropped)


def _unasked(finding: Finding) -> bool:
    asked = finding.verdict.reason != "not_asked"
    from keyscan.providers import all_providers

    return not asked and bool(all_providers()[finding.provider].probes)


def scanned(stats: Stats) -> Message:
    """How much was read, and how long that took."""
    known = {
        "count": stats.blobs,
        "size": megabytes(stats.bytes),
        "seconds": f"{stats.seconds:.1f}",
    }
    if stats.again and not stats.blobs:
        return msg("nothing new since the last scan, in {seconds} s", **known)
    if stats.again and stats.blobs == 1:
        return msg("1 file ({size}) new since the last scan, in {seconds} s", **known)
    if stats.again:
        return msg("{count} files ({size}) new since the last scan, in {seconds} s", **known)
    if stats.blobs == 1:
        return msg("1 file ({size}) in {seconds} s", **known)
    return msg("{count} files ({size}) in {seconds} s", **known)


def _counted(count: int, none: Message | None, one: Message, many: Message) -> Message:
    if count == 0 and none:
        return none
    return one if count == 1 else many


def _quiet(report: Report) -> Iterator[Line]:
    if report.findings:
        from keyscan.formats._findings import liveness, spot
    plain = Show()
    for one in report.findings:
        note = one.confidence is Confidence.NOTE
        word = said(msg("note") if note else liveness(one.verdict.liveness))
        for place in one.locations:
            yield (spot(place, plain), Part(f": {safe(one.secret.redacted)} {one.provider} {word}"))
    for gap in report.gaps:
        yield from _gaps_quiet(gap)


def _gaps_quiet(gap: Gap) -> Iterator[Line]:
    said_so = msg("not scanned: {why}", why=said(gap.detail))
    yield (Part(f"{safe(gap.path)}: {_clean(said_so)}"),)
