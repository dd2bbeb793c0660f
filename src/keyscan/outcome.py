"""Report → exit code: what fails a run, and what must not pass as clean. Pure."""

from enum import StrEnum

from keyscan.errors import ExitCode
from keyscan.model import Confidence, Finding, Liveness, Message, Report, msg


class FailOn(StrEnum):
    """``--fail-on``: which findings fail a run. Keys proven dead never do, they are shown."""

    NOTE = "note"  # every finding, notes too
    ANY = "any"  # every finding that is not a note; unknown and unchecked ones fail
    LIVE = "live"  # keys that must be rotated: live and dormant


MUST_ROTATE = frozenset({Liveness.LIVE, Liveness.DORMANT})
NOT_DETERMINED = frozenset({Liveness.UNKNOWN, Liveness.UNCHECKED})


def already_committed(finding: Finding) -> bool:
    """Whether every place of the key stood in the last commit before this one.

    Blocking such a commit would not keep the key out of the history; rotating it is the remedy.
    """
    return all(one.source == "index" and one.commit for one in finding.locations)


def fails(finding: Finding, fail_on: FailOn) -> bool:
    """Whether the finding alone makes the exit code 1."""
    if finding.verdict.liveness is Liveness.DEAD or already_committed(finding):
        return False
    if fail_on is FailOn.NOTE:
        return True
    if finding.confidence is Confidence.NOTE:
        return False
    return fail_on is FailOn.ANY or finding.verdict.liveness in MUST_ROTATE


def undetermined(report: Report, fail_on: FailOn) -> tuple[Finding, ...]:
    """Findings of which ``--fail-on live`` cannot say whether they fail.

    They must not pass silently: an issuer that could not be reached is no clean bill.
    """
    if fail_on is not FailOn.LIVE:
        return ()
    return tuple(
        one
        for one in report.findings
        if one.verdict.liveness in NOT_DETERMINED
        and one.confidence is not Confidence.NOTE
        and not already_committed(one)
    )


def exit_code(report: Report, fail_on: FailOn | str, exit_zero: bool = False) -> ExitCode:
    """3 where something was not scanned or not determined, else 1 where a finding fails, else 0.

    ``exit_zero`` forgives findings, never gaps.
    """
    level = FailOn(fail_on)
    if report.gaps:
        return ExitCode.INCOMPLETE
    if exit_zero:
        return ExitCode.CLEAN
    if undetermined(report, level):
        return ExitCode.INCOMPLETE
    return (
        ExitCode.FINDINGS if any(fails(one, level) for one in report.findings) else ExitCode.CLEAN
    )


def explanation(report: Report, fail_on: FailOn | str) -> tuple[Message, ...]:
    """Sentences for ``Report.notices`` where the exit code is not plain from the findings."""
    open_ones = undetermined(report, FailOn(fail_on))
    if not open_ones:
        return ()
    return (
        msg(
            "could not be determined with --fail-on live: {keys}; ask again, or treat as live",
            keys=", ".join(one.secret.redacted for one in open_ones),
        ),
    )
