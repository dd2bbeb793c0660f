"""When each key has been in the history, as a drawing that needs no script, and as a table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from keyscan.columns import safe
from keyscan.formats._exposure import reached
from keyscan.formats._plain import text, told
from keyscan.model import CommitRef, Finding, Message, msg

_WIDTH, _ROW, _TOP, _LABEL = 1000, 22, 20, 190  # units of the drawing


def timeline(findings: Sequence[Finding]) -> str:
    """A section, or nothing where no key's commits are known."""
    known = [one for one in findings if one.exposure and one.exposure.first]
    spans = [(one, *_span(one)) for one in known]
    dated = [(one, start, end) for one, start, end in spans if start is not None]
    if not known:
        return ""
    drawing = _drawing(dated) if dated else ""
    rows = "\n".join(map(_row, known))
    heads = "".join(
        f"<th scope=col>{_said(one)}</th>"
        for one in (msg("Key"), msg("First commit"), msg("Last commit"), msg("Refs"), msg("HEAD"))
    )
    return (
        f"<section id=timeline><h2>{_said(msg('Exposure in the history'))}</h2>\n"
        f"<div class='card wide'>{drawing}<table><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></div></section>\n"
    )


def _said(message: Message) -> str:
    return escape(safe(told(message)))


def _span(finding: Finding) -> tuple[float | None, float]:
    exposure = finding.exposure
    first = _seconds(exposure.first) if exposure else None
    last = _seconds(exposure.last) if exposure else None
    if first is None or last is None:
        return None, 0.0
    return min(first, last), max(first, last)  # clocks of two people can disagree


def _seconds(commit: CommitRef | None) -> float | None:
    try:
        date = datetime.fromisoformat(commit.date) if commit else None
    except ValueError:
        return None
    if date is None:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _drawing(dated: Sequence[tuple[Finding, float | None, float]]) -> str:
    start = min(first for _, first, _ in dated if first is not None)
    end = max(last for _, _, last in dated)
    scale = (_WIDTH - _LABEL - 8) / ((end - start) or 1)
    height = _TOP + _ROW * len(dated)
    bars = []
    for row, (one, first, last) in enumerate(dated):
        y = _TOP + _ROW * row
        x = _LABEL + ((first or start) - start) * scale
        held = one.exposure is not None and one.exposure.in_head
        bars.append(
            f'<text x="0" y="{y + 13}">{escape(safe(text(one.secret.redacted)))}</text>'
            f'<rect class="{"held" if held else "bar"}" x="{x:.1f}" y="{y + 3}" height="12" rx="3"'
            f' width="{max((last - (first or start)) * scale, 6):.1f}"/>'
        )
    days = [datetime.fromtimestamp(one, UTC).date().isoformat() for one in (start, end)]
    label = _said(msg("From the first to the last commit that touched each key"))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'
        f'<text x="{_LABEL}" y="12">{days[0]}</text>'
        f'<text x="{_WIDTH - 8}" y="12" text-anchor="end">{days[1]}</text>'
        f'<line class="axis" x1="{_LABEL}" x2="{_WIDTH - 8}" y1="17" y2="17"/>'
        f"{''.join(bars)}</svg>\n"
    )


def _row(finding: Finding) -> str:
    exposure = finding.exposure
    if exposure is None:
        return ""
    held = msg("HEAD still holds it") if exposure.in_head else msg("HEAD does not hold it")
    refs = ", ".join(exposure.refs) if exposure.refs else told(reached(exposure))
    cells = (
        f"<code>{escape(safe(text(finding.secret.redacted)))}</code>",
        _commit(exposure.first),
        _commit(exposure.last),
        escape(safe(text(refs))),
        _said(held),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _commit(one: CommitRef | None) -> str:
    if one is None:
        return ""
    author = escape(safe(text(one.author)))
    return f"{escape(one.date[:10])} <code>{escape(one.oid[:10])}</code> {author}"
