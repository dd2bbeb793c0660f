"""Markdown for a comment or a wiki: the table of the keys, the steps, and what does not count.

Nothing in a scanned name is markup here (``_markdown``).
"""

import sys
from collections.abc import Iterable, Iterator

from keyscan.formats import Show
from keyscan.formats._markdown import code, plain
from keyscan.formats._plain import (
    acceptance_words,
    in_order,
    places,
    suppressed_in_order,
    text,
    told,
    why_suppressed,
)
from keyscan.formats._summary import summary
from keyscan.formats.text import scanned
from keyscan.i18n import render as said
from keyscan.model import Location, Message, Report, msg


def render(report: Report, show: Show) -> str:
    """Ends in a newline. ``-v`` names every place, and what was suppressed."""
    parts = [summary(report, limit=sys.maxsize).rstrip("\n")]
    if show.verbosity > 0:
        parts += _every_place(report)
    parts += _accepted(report)
    parts += _suppressed(report, show)
    parts.append(told(scanned(report.stats)))
    return "\n\n".join(parts) + "\n"


def _every_place(report: Report) -> Iterator[str]:
    rows = [
        (code(text(one.secret.redacted), cell=True), _spot(place))
        for one in in_order(report.findings)
        for place in places(one)
    ]
    yield from _table(msg("Every place"), (msg("Key"), msg("Where")), rows)


def _accepted(report: Report) -> Iterator[str]:
    rows = []
    for one in in_order(report.accepted):
        key = code(text(one.secret.redacted), cell=True)
        spots = "<br>".join(map(_spot, places(one)))
        why = plain(told(acceptance_words(one.acceptance))) if one.acceptance else ""
        rows.append((key, spots, why))
    yield from _table(msg("Accepted"), (msg("Key"), msg("Where"), msg("Reason")), rows)


def _suppressed(report: Report, show: Show) -> Iterator[str]:
    if show.verbosity < 1:
        if report.suppressed:
            count = len(report.suppressed)
            yield said(msg("{count} suppressed (-v shows them)", count=count))
        return
    rows = [
        (
            code(text(one.candidate.secret.redacted), cell=True),
            _spot(one.candidate.location),
            plain(told(why_suppressed(one))),
        )
        for one in suppressed_in_order(report)
    ]
    yield from _table(msg("Suppressed"), (msg("Key"), msg("Where"), msg("Reason")), rows)


def _table(
    title: Message, heads: tuple[Message, ...], rows: Iterable[tuple[str, ...]]
) -> Iterator[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if lines:
        head = f"| {' | '.join(map(said, heads))} |"
        rule = "|---" * len(heads) + "|"
        yield "\n".join((f"#### {said(title)}", "", head, rule, *lines))


def _spot(place: Location) -> str:
    commit = f" {code(place.commit[:12])}" if place.commit else ""
    return code(f"{text(place.path)}:{place.line}:{place.column}", cell=True) + commit
