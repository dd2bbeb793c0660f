"""GitLab's secret detection report: its schema's demands, and what a merge request shows of it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from every_report import OID, REPORTS
from keyscan import i18n
from keyscan.formats import Show
from keyscan.formats.gitlab import VERSION, render
from keyscan.model import Liveness, Location, Report
from reports import finding, gap

# What secret-detection-report-format.json 15.0.7 demands of the parts that we write. GitLab
# refuses a whole report that breaks it. The file itself is held against below, where it is there.
_TEXT = {"type": "string", "minLength": 1}
_LINK = {"type": "string", "pattern": "^(https?|ftp)://.+"}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}
_TOOL = {
    "required": ["id", "name", "version", "vendor"],
    "properties": {
        **dict.fromkeys(("id", "name", "version"), _TEXT),
        "url": {"type": "string", "pattern": "^https?://.+"},
        "vendor": {"required": ["name"], "properties": {"name": _TEXT}},
    },
}
_DETAIL = {
    "required": ["type"],
    "oneOf": [
        {
            "required": ["value"],
            "properties": {"type": {"const": "text"}, "value": {"type": "string"}},
        },
        {
            "required": ["items"],
            "properties": {
                "type": {"const": "list"},
                "items": {"type": "array", "items": {"$ref": "#/$defs/detail"}},
            },
        },
    ],
}
_VULNERABILITY = {
    "required": ["id", "identifiers", "location"],
    "properties": {
        "id": _TEXT,
        "name": {"type": "string", "maxLength": 255},
        "description": {"type": "string", "maxLength": 1 << 20},
        "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
        "solution": {"type": "string", "maxLength": 7000},
        "identifiers": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["type", "name", "value"],
                "properties": {**dict.fromkeys(("type", "name", "value"), _TEXT), "url": _LINK},
            },
        },
        "links": {"type": "array", "items": {"required": ["url"], "properties": {"url": _LINK}}},
        "details": {
            "type": "object",
            "additionalProperties": {
                "allOf": [
                    {"required": ["name"], "properties": {"name": _TEXT}},
                    {"$ref": "#/$defs/detail"},
                ]
            },
        },
        "location": {
            "required": ["commit"],
            "properties": {
                "file": {"type": "string"},
                "start_line": {"type": "number"},
                "end_line": {"type": "number"},
                "commit": {"required": ["sha"], "properties": {"sha": _TEXT}},
            },
        },
    },
}
DEMANDS = jsonschema.Draft202012Validator(
    {
        "$defs": {"detail": _DETAIL},
        "required": ["scan", "version", "vulnerabilities"],
        "properties": {
            "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
            "schema": {"type": "string", "pattern": "^https?://.+"},
            "scan": {
                "required": ["analyzer", "scanner", "start_time", "end_time", "status", "type"],
                "properties": {
                    "analyzer": _TOOL,
                    "scanner": _TOOL,
                    "start_time": _TIME,
                    "end_time": _TIME,
                    "status": {"enum": ["success", "failure"]},
                    "type": {"const": "secret_detection"},
                    "messages": {
                        "type": "array",
                        "items": {
                            "required": ["level", "value"],
                            "properties": {
                                "level": {"enum": ["info", "warn", "fatal"]},
                                "value": _TEXT,
                            },
                        },
                    },
                },
            },
            "vulnerabilities": {"type": "array", "items": _VULNERABILITY},
        },
    }
)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767323045")
    i18n.choose("en")
    yield
    i18n.choose("")


def document(told: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(render(told, Show()))
    DEMANDS.validate(value)
    return value


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_it_meets_the_schema_s_demands(kind: str, language: str) -> None:
    i18n.choose(language)
    document(REPORTS[kind])


@pytest.mark.external
@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_it_meets_gitlab_s_own_schema(kind: str) -> None:
    """The gem gitlab-security_report_schemas has the file (MIT), under schemas/15.0.7."""
    file = Path(os.environ.get("KEYSCAN_TEST_PARTS", "."), "secret-detection-report-format.json")
    if not file.is_file():
        pytest.skip(f"no {file.name} in KEYSCAN_TEST_PARTS (gem fetch, then gem unpack)")
    schema = json.loads(file.read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(json.loads(render(REPORTS[kind], Show())))


def test_the_demands_refuse_what_gitlab_would_refuse() -> None:
    value = document(REPORTS["everything"])
    for broken in (
        {**value, "version": "15"},
        {**value, "scan": {**value["scan"], "end_time": "2026-01-02T03:04:05Z"}},
        {**value, "vulnerabilities": [{**value["vulnerabilities"][0], "severity": "critical"}]},
        {**value, "vulnerabilities": [{**value["vulnerabilities"][0], "identifiers": []}]},
        {**value, "vulnerabilities": [{**value["vulnerabilities"][0], "location": {}}]},
    ):
        assert not DEMANDS.is_valid(broken)


def test_one_vulnerability_for_each_key_at_its_first_place() -> None:
    places = Location("b.py", 2, 3), Location("a.zip!in.py", 9, 1, "history", OID)
    (one,) = document(Report((finding(*places, liveness=Liveness.LIVE),)))["vulnerabilities"]
    assert one["severity"] == "Critical"
    assert one["location"] == {
        "file": "a.zip",
        "start_line": 1,
        "end_line": 1,
        "commit": {"sha": OID},
    }
    assert [f"a.zip!in.py:9:1 ({OID[:12]})", "b.py:2:3"] == [
        item["value"] for item in one["details"]["places"]["items"]
    ]
    assert "raw_source_code_extract" not in one


def test_a_gap_makes_the_scan_a_failure() -> None:
    scan = document(Report((), gaps=(gap(),)))["scan"]
    assert scan["status"] == "failure"
    assert scan["messages"] == [
        {
            "level": "warn",
            "value": "secret.bin: not scanned: cannot be read: Permission denied",
        }
    ]


def test_what_does_not_count_is_counted_in_a_message() -> None:
    value = document(REPORTS["everything"])
    messages = [one["value"] for one in value["scan"]["messages"]]
    assert {"1 accepted by the baseline", "6 suppressed"} <= set(messages)
    assert len(REPORTS["everything"].findings) == len(value["vulnerabilities"])


def test_the_times_are_utc_and_as_far_apart_as_the_scan_took() -> None:
    told = REPORTS["clean"]
    scan = document(told)["scan"]
    assert VERSION == "15.0.7"
    assert (scan["start_time"], scan["end_time"]) == ("2026-01-02T03:04:04", "2026-01-02T03:04:05")
