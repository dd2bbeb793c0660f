"""Reports of several stores, such as a repository and its submodules, as one."""

from dataclasses import replace

from keyscan.exposure import widest
from keyscan.model import Finding, Report, Stats, Suppressed
from keyscan.sources.requests import FETCHED


def merged(reports: list[Report]) -> Report:
    """One report: each key once, with all its places and the widest exposure."""
    findings: dict[object, Finding] = {}
    for one in (finding for report in reports for finding in report.findings):
        known = findings.get(one.secret)
        findings[one.secret] = one if known is None else _both(known, one)
    stats = [report.stats for report in reports]
    return Report(
        tuple(findings.values()),
        tuple(one for report in reports for one in report.suppressed),
        tuple(one for report in reports for one in report.gaps),
        Stats(
            sum(one.blobs for one in stats),
            sum(one.bytes for one in stats),
            sum(one.seconds for one in stats),
            sum(one.commits for one in stats),
            sum(one.tags for one in stats),
            again=any(one.again for one in stats),
        ),
        tuple(one for report in reports for one in report.notices),
    )


def _both(one: Finding, other: Finding) -> Finding:
    surer, weaker = (one, other) if one.confidence.rank >= other.confidence.rank else (other, one)
    exposures = [each.exposure for each in (one, other) if each.exposure]
    return replace(
        surer,
        locations=tuple(dict.fromkeys((*one.locations, *other.locations))),
        names=tuple(dict.fromkeys((*surer.names, *weaker.names))),
        exposure=widest(exposures),
    )


def served(report: Report, remote: str) -> Report:
    """The same with the refs as the remote calls them that were fetched for the scan."""
    return replace(report, findings=tuple(_served(one, remote) for one in report.findings))


def _served(finding: Finding, remote: str) -> Finding:
    if finding.exposure is None:
        return finding
    refs = (
        f"{remote} refs/{one.removeprefix(FETCHED)}" if one.startswith(FETCHED) else one
        for one in finding.exposure.refs
    )
    return replace(finding, exposure=replace(finding.exposure, refs=tuple(refs)))


def below(name: str, report: Report) -> Report:
    """The same with a submodule's path in front of every path."""
    return replace(
        report,
        findings=tuple(
            replace(
                one,
                locations=tuple(
                    place._replace(path=f"{name}/{place.path}") for place in one.locations
                ),
            )
            for one in report.findings
        ),
        suppressed=tuple(_moved(one, name) for one in report.suppressed),
        gaps=tuple(replace(one, path=f"{name}/{one.path}") for one in report.gaps),
    )


def _moved(one: Suppressed, name: str) -> Suppressed:
    place = one.candidate.location
    place = place._replace(path=f"{name}/{place.path}")
    return replace(one, candidate=replace(one.candidate, location=place))
