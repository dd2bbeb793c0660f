"""SARIF: what code scanning makes of it, and what Microsoft's validator and GitHub's rules say."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin

import pytest

from every_report import HOSTILE, OID, REPORTS, acceptance
from keyscan import i18n
from keyscan.formats import Show
from keyscan.formats._uri import split_member, uri_of
from keyscan.formats.sarif import render
from keyscan.model import Confidence, Gap, Liveness, Location, Report, msg
from parts import node_package
from reports import finding, gap, note, report, secret, suppressed


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    i18n.choose("en")
    yield
    i18n.choose("")


def run_of(told: Report, verbosity: int = 0) -> dict[str, Any]:
    """The one run of the log."""
    log = json.loads(render(told, Show(verbosity)))
    (run,) = log["runs"]
    return dict(run)


def results(told: Report, verbosity: int = 0) -> list[dict[str, Any]]:
    return list(run_of(told, verbosity)["results"])


@pytest.mark.parametrize(
    ("liveness", "confidence", "level"),
    [
        (Liveness.LIVE, Confidence.LOW, "error"),
        (Liveness.DORMANT, Confidence.MEDIUM, "error"),
        (Liveness.UNKNOWN, Confidence.HIGH, "error"),
        (Liveness.UNCHECKED, Confidence.HIGH, "error"),
        (Liveness.UNCHECKED, Confidence.MEDIUM, "warning"),
        (Liveness.UNKNOWN, Confidence.LOW, "warning"),
        (Liveness.DEAD, Confidence.HIGH, "note"),
    ],
)
def test_the_level_follows_the_verdict_then_the_confidence(
    liveness: Liveness, confidence: Confidence, level: str
) -> None:
    (result,) = results(Report((finding(liveness=liveness, confidence=confidence),)))
    assert level == result["level"]


def test_a_placeholder_in_code_is_a_note() -> None:
    assert [one["level"] for one in results(Report((note(),)))] == ["note"]


def test_the_fingerprint_is_the_key_s_whatever_file_or_line_holds_it() -> None:
    one, two = (
        results(Report((finding(Location(path, line, 1)),)))[0]
        for path, line in (("a.py", 1), ("moved/b.py", 99))
    )
    assert one["partialFingerprints"] == two["partialFingerprints"]
    assert {"primaryLocationLineHash": secret().fingerprint} == one["partialFingerprints"]


def test_a_rule_s_help_holds_the_steps_of_rotation() -> None:
    (rule,) = run_of(Report((finding(),)))["tool"]["driver"]["rules"]
    assert rule["id"] == "openai-project-key"
    assert "9. Delete the old key" in rule["help"]["text"]
    assert "<https://platform.openai.com/api-keys>" in rule["help"]["markdown"]
    assert rule["properties"]["security-severity"] == "8.0"


def test_rules_are_unique_and_results_point_at_them() -> None:
    run = run_of(REPORTS["everything"])
    ids = [one["id"] for one in run["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]


def test_gaps_make_the_run_unsuccessful() -> None:
    run = run_of(Report((), gaps=(gap(), Gap("", "shallow", msg("cut off")))))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    first, second = invocation["toolExecutionNotifications"]
    assert (first["level"], first["descriptor"]["id"]) == ("error", "shallow")
    assert second["message"]["text"] == "not scanned: cannot be read: Permission denied."
    where = second["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where == {"uri": "secret.bin", "uriBaseId": "%SRCROOT%"}
    (clean,) = run_of(Report(()))["invocations"]
    assert clean["executionSuccessful"] is True


def test_what_does_not_count_is_a_result_with_its_suppression() -> None:
    accepted = replace(finding(), acceptance=acceptance("a key"))
    pragma = replace(suppressed(), reason="pragma", detail="in a test")
    found = results(Report((), (pragma, suppressed()), accepted=(accepted,)))
    expected = [
        ("external", "a key (Ann, 2026-01-02; until 2036-01-01; .keyscan-baseline.json)"),
        ("external", "placeholder: repeated characters"),
        ("inSource", "pragma: in a test"),
    ]
    told = [one for each in found for one in each["suppressions"]]
    assert expected == [(one["kind"], one["justification"]) for one in told]


def test_accepted_but_live_counts() -> None:
    one = replace(finding(liveness=Liveness.LIVE), acceptance=acceptance())
    (result,) = results(Report((one,)))
    assert "suppressions" not in result
    assert "accepted but LIVE" in result["message"]["text"]


def test_github_gets_no_suppressed_results_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would open an alert for each: it takes no notice of ``suppressions``."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    told = replace(REPORTS["accepted"], suppressed=(suppressed(),))
    assert results(told) == []
    assert len(results(told, verbosity=1)) == 2
    assert {"accepted": 1, "suppressed": 1}.items() <= run_of(told)["invocations"][0][
        "properties"
    ].items()


def test_columns_are_declared_to_be_characters() -> None:
    assert run_of(Report(()))["columnKind"] == "unicodeCodePoints"


def test_a_member_of_an_archive_is_told_as_the_archive_and_the_member() -> None:
    (result,) = results(Report((finding(Location("lib/a.zip!in/x y.py", 12, 3)),)))
    (place,) = result["locations"]
    physical = place["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "lib/a.zip"
    assert physical["region"] == {"startLine": 1}
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "lib/a.zip!in/x y.py"
    assert place["message"]["text"] == "member in/x y.py, line 12, column 3."


def test_a_place_in_a_commit_is_told_in_git_s_own_words() -> None:
    (result,) = results(Report((finding(Location("src/a.py", 2, 5, "history", OID)),)))
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "src/a.py"
    assert place["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 5}
    assert place["logicalLocations"] == [
        {"fullyQualifiedName": f"{OID}:src/a.py", "kind": "commit"}
    ]
    assert place["properties"] == {"source": "history", "commit": OID}


def test_other_places_are_related_ones_too_but_not_without_end() -> None:
    places = [Location(f"{at:04}.py", 1, 1) for at in range(1500)]
    (result,) = results(Report((finding(*places),)))
    assert (len(result["locations"]), len(result["relatedLocations"])) == (1000, 20)
    text = result["message"]["text"]
    assert text.endswith(
        " In 1499 more places: [0001.py:1](1), [0002.py:1](2), [0003.py:1](3), [0004.py:1](4),"
        " [0005.py:1](5), ..."
    )


def test_a_link_s_text_cannot_be_left_by_a_name() -> None:
    places = Location("a.py", 1, 1), Location("z](9) [\\].py", 2, 1)
    (result,) = results(Report((finding(*places),)))
    assert r"In 1 more place: [z\](9) \[\\\].py:2](1)." in result["message"]["text"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a.py", "src/a.py"),
        ("a b#c?d%41.py", "a%20b%23c%3Fd%2541.py"),
        ("a:b.py", "a%3Ab.py"),
        ("app/[id]/page.tsx", "app/%5Bid%5D/page.tsx"),
        ("密钥.py", "%E5%AF%86%E9%92%A5.py"),
        ("caf\udce9.py", "caf%E9.py"),
        ("lone\ud800", "lone%5Cud800"),
        ("a\nb\x1b", "a%0Ab%1B"),
        ("/etc/x", "file:///etc/x"),
        ("C:/x y/z.py", "file:///C:/x%20y/z.py"),
    ],
)
def test_uris(path: str, uri: str) -> None:
    assert uri == uri_of(path)


BELOW = [one for one in HOSTILE if not one.startswith(("/", "C:", "..")) and "//" not in one]


@pytest.mark.parametrize("path", BELOW)
def test_a_uri_stays_below_the_root_and_reads_back(path: str) -> None:
    root = "file:///home/me/repo/"
    joined = urljoin(root, uri_of(path))
    assert joined.startswith(root)
    expected = path.replace("\ud800", "\\ud800").encode("utf-8", "surrogateescape")
    assert expected == unquote_to_bytes(joined.removeprefix(root))


def test_above_the_root_is_an_address_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert uri_of("../x.py") == (tmp_path.parent / "x.py").as_uri()


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a.zip!in/x.py", ("a.zip", "in/x.py")),
        ("d/a.tar.gz!b.zip!c", ("d/a.tar.gz", "b.zip!c")),
        ("n.ipynb!cell-3", ("n.ipynb", "cell-3")),
        ("wow!.py", ("wow!.py", "")),
        ("dir!name/x.py", ("dir!name/x.py", "")),
        ("plain.py", ("plain.py", "")),
    ],
)
def test_members(path: str, parts: tuple[str, str]) -> None:
    assert parts == split_member(path)


def test_brackets_of_content_make_no_link_in_a_message() -> None:
    (result,) = results(Report((finding(names=("[x](http://evil)",)),)))
    assert "\\[x\\](http://evil)" in result["message"]["text"]


def test_chinese_changes_sentences_alone() -> None:
    english = run_of(REPORTS["everything"])
    i18n.choose("zh_CN")
    chinese = run_of(REPORTS["everything"])
    assert (english["language"], chinese["language"]) == ("en-US", "zh-CN")
    assert [one["ruleId"] for one in english["results"]] == [
        one["ruleId"] for one in chinese["results"]
    ]
    assert english["results"][0]["message"] != chinese["results"][0]["message"]


def validated(told: Report, folder: Path, verbosity: int = 0) -> list[str]:
    """Errors and warnings of Microsoft's validator by GitHub's rules; it exits 0 on bad files."""
    tool = node_package("@microsoft/sarif-multitool-linux") / "Sarif.Multitool"
    tool.chmod(0o755)
    file = folder / "report.sarif"
    file.write_text(render(told, Show(verbosity)), "utf-8")
    command = [str(tool), "validate", str(file), "--rule-kind", "Sarif;Ghas"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "Analysis completed successfully" in done.stdout
    return re.findall(r".*: (?:error|warning) .*", done.stdout)


@pytest.mark.external
@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_the_validator_has_nothing_to_say(kind: str, tmp_path: Path) -> None:
    assert validated(REPORTS[kind], tmp_path) == []


@pytest.mark.external
def test_the_validator_would_have_said_something(tmp_path: Path) -> None:
    told = replace(REPORTS["findings"])
    place = Location("a.py", 0, 0)  # lines and columns count from 1
    assert validated(replace(told, findings=(finding(place),)), tmp_path)
    assert report(note()).findings
