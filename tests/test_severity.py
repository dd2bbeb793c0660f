"""The severity shown: by the verdict, the confidence and, a little, the path."""

import pytest

import keys
from keyscan.formats import Show
from keyscan.formats.text import render
from keyscan.model import Blob, Confidence, Finding, Liveness, Location, Report, Verdict, msg
from keyscan.pipeline import scan
from keyscan.secret import Secret
from keyscan.severity import Severity, is_trial, severity


def _finding(
    confidence: Confidence, *paths: str, liveness: Liveness = Liveness.UNCHECKED
) -> Finding:
    places = tuple(Location(path, 1, 1) for path in paths)
    verdict = Verdict(liveness, "ok", msg("it works"))
    secret = Secret(keys.openai_key(), "sk-proj-")
    return Finding(secret, "openai-project-key", "openai", confidence, (), places, (), verdict)


@pytest.mark.parametrize(
    "path",
    [
        "tests/a.py",
        "src/pkg/__tests__/a.js",
        "a/test_client.py",
        "client_test.go",
        "x.spec.ts",
        "docs/index.md",
        "Examples/run.sh",
        "a.zip!pkg/fixtures/one.json",
        "sample.env",
        ".env.example",
    ],
)
def test_paths_of_trials(path: str) -> None:
    assert is_trial(path)
    assert severity(_finding(Confidence.HIGH, path)) is Severity.MEDIUM


@pytest.mark.parametrize(
    "path", [".env", "src/latest/a.py", "contest.py", "doctor.py", "attestation/key.txt", "a.docx"]
)
def test_other_paths(path: str) -> None:
    assert not is_trial(path)
    assert severity(_finding(Confidence.HIGH, path)) is Severity.HIGH


def test_one_place_elsewhere_is_enough_for_full_severity() -> None:
    assert severity(_finding(Confidence.HIGH, "tests/a.py", "src/a.py")) is Severity.HIGH


@pytest.mark.parametrize("liveness", [Liveness.LIVE, Liveness.DORMANT])
def test_a_key_that_works_is_critical_wherever_it_stands(liveness: Liveness) -> None:
    assert severity(_finding(Confidence.LOW, "tests/a.py", liveness=liveness)) is Severity.CRITICAL


def test_low_stays_low_and_dead_is_info() -> None:
    assert severity(_finding(Confidence.LOW, "tests/a.py")) is Severity.LOW
    assert severity(_finding(Confidence.HIGH, "a.py", liveness=Liveness.DEAD)) is Severity.INFO
    assert severity(_finding(Confidence.NOTE, "a.py")) is Severity.INFO


def test_a_path_hides_nothing() -> None:
    text = f"k = '{keys.openai_key()}'".encode()

    report = scan([Blob("tests/docs/example.py", text)])

    assert len(report.findings) == 1


@pytest.mark.parametrize(("path", "said"), [("tests/a.py", True), ("src/a.py", False)])
def test_the_text_says_why_it_is_lower(path: str, said: bool) -> None:
    text = render(Report((_finding(Confidence.HIGH, path),)), Show())

    assert said == ("medium severity" in text)
