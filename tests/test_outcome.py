"""What makes a run fail, and what must never pass as clean."""

import pytest

from keyscan.errors import ExitCode
from keyscan.model import Confidence, Finding, Liveness, Location
from keyscan.outcome import already_committed, exit_code, explanation
from reports import finding, gap, note, report

CLEAN, FINDINGS, INCOMPLETE = ExitCode.CLEAN, ExitCode.FINDINGS, ExitCode.INCOMPLETE
COMMITTED = finding(Location("a.py", 1, 1, "index", "f" * 40))

TABLE = [
    # finding, under note, any, live
    (note(), FINDINGS, CLEAN, CLEAN),
    (finding(), FINDINGS, FINDINGS, INCOMPLETE),
    (finding(confidence=Confidence.LOW), FINDINGS, FINDINGS, INCOMPLETE),
    (finding(liveness=Liveness.UNKNOWN), FINDINGS, FINDINGS, INCOMPLETE),
    (finding(liveness=Liveness.LIVE), FINDINGS, FINDINGS, FINDINGS),
    (finding(liveness=Liveness.DORMANT), FINDINGS, FINDINGS, FINDINGS),
    (finding(liveness=Liveness.DEAD), CLEAN, CLEAN, CLEAN),
    (COMMITTED, CLEAN, CLEAN, CLEAN),
]


@pytest.mark.parametrize(("one", "under_note", "under_any", "under_live"), TABLE)
def test_what_fails(
    one: Finding, under_note: ExitCode, under_any: ExitCode, under_live: ExitCode
) -> None:
    told = report(one)
    assert exit_code(told, "note") is under_note
    assert exit_code(told, "any") is under_any
    assert exit_code(told, "live") is under_live


@pytest.mark.parametrize("level", ["note", "any", "live"])
@pytest.mark.parametrize("exit_zero", [False, True])
def test_a_gap_is_never_clean(level: str, exit_zero: bool) -> None:
    assert exit_code(report(gaps=(gap(),)), level, exit_zero) is INCOMPLETE
    told = report(finding(liveness=Liveness.LIVE), gaps=(gap(),))
    assert exit_code(told, level, exit_zero) is INCOMPLETE


def test_nothing_found_is_clean_and_exit_zero_forgives_findings() -> None:
    assert exit_code(report(), "any") is CLEAN
    assert exit_code(report(finding()), "any", exit_zero=True) is CLEAN


def test_committed_means_every_place_in_the_index() -> None:
    assert already_committed(COMMITTED)
    new = Location("b.py", 1, 1, "index")
    assert not already_committed(finding(*COMMITTED.locations, new))
    assert not already_committed(finding(Location("a.py", 1, 1, "history", "f" * 40)))


def test_an_unknown_verdict_is_explained_under_live() -> None:
    told = report(finding(liveness=Liveness.UNKNOWN), finding(liveness=Liveness.LIVE))
    (sentence,) = explanation(told, "live")
    assert "could not be determined" in str(sentence)
    assert "sk-proj-...MxYA" in str(sentence)
    assert explanation(told, "any") == ()
    assert exit_code(told, "live") is INCOMPLETE
