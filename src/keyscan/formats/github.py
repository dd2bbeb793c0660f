"""Workflow commands, which GitHub Actions shows beside the lines that they name.

Source: docs.github.com, "Workflow commands"; the runner's ActionCommand for what is escaped.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from keyscan.columns import safe
from keyscan.formats import Show
from keyscan.formats._plain import gaps_in_order, in_order, places, sentence, text, title_of, told
from keyscan.formats._uri import split_member
from keyscan.i18n import render as said
from keyscan.model import Confidence, Finding, Gap, Liveness, Location, Report, msg
from keyscan.rotate import steps_for
from keyscan.severity import Severity, severity

MOST = 10  # of each type in one step; GitHub drops what comes after them
_TYPES = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "warning",
    Severity.INFO: "notice",
}


class Annotation(NamedTuple):
    """One workflow command. ``type`` is error, warning or notice; ``place`` may be unknown."""

    type: str
    title: str
    message: str
    place: Location | None = None


def render(report: Report, _show: Show) -> str:
    """At most ten commands of each type, the gravest first; the step summary has them all."""
    shown: dict[str, list[Annotation]] = {}
    for one in annotations(report):
        same = shown.setdefault(one.type, [])
        if len(same) < MOST:
            same.append(one)
    return "".join(command(one) for same in shown.values() for one in same)


def annotations(report: Report) -> Iterator[Annotation]:
    """One for all gaps together, one for each key, then one for each of the keys' other places."""
    yield from _gaps(gaps_in_order(report))
    found = sorted(in_order(report.findings), key=lambda one: -severity(one).rank)
    shown = [(one, _spots(one)) for one in found]
    for one, spots in shown:
        yield _annotation(one, spots[0], len(spots))
    for one, spots in shown:
        for spot in spots[1:]:
            yield _annotation(one, spot, len(spots))


def _spots(finding: Finding) -> list[Location]:
    """One place for each line: GitHub shows no more of them."""
    return list({(one.path, one.line): one for one in reversed(places(finding))}.values())[::-1]


def _gaps(gaps: Iterable[Gap]) -> Iterator[Annotation]:
    lines = [
        f"{text(gap.path)}: {told(gap.detail)}" if gap.path else told(gap.detail) for gap in gaps
    ]
    if lines:
        more = [said(msg("... and {count} more", count=len(lines) - MOST))] if lines[MOST:] else []
        title = said(msg("NOT scanned: {count}", count=len(lines)))
        yield Annotation("error", f"keyscan: {title}", "\n".join([*lines[:MOST], *more]))


def _annotation(finding: Finding, place: Location, spots: int) -> Annotation:
    lines = [sentence(finding)]
    url = steps_for(finding).url
    if url and finding.verdict.liveness is not Liveness.DEAD:
        words = msg("a key is made here: {url}", url=url)
        if finding.confidence is not Confidence.NOTE:
            words = msg("rotate it: {url}", url=url)
        lines.append(told(words))
    if spots > 1:
        lines.append(said(msg("in {count} places", count=spots)))
    title = f"keyscan: {told(title_of(finding))}"
    return Annotation(_TYPES[severity(finding)], title, "\n".join(lines), place)


def command(one: Annotation) -> str:
    """The command as a line. What is found in a message or a place cannot begin another one."""
    properties = {"title": safe(one.title)}
    if one.place and one.place.source != "message":
        properties["file"] = text(split_member(one.place.path)[0])
        properties |= {"line": str(one.place.line), "col": str(one.place.column)}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{one.type} {told}::{_data(one.message)}\n"


def _data(words: str) -> str:
    # GitHub has no form of other control characters, and a log would obey them.
    words = "".join(one if one.isprintable() or one in "\r\n\t" else safe(one) for one in words)
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
