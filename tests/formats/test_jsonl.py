"""JSON lines: each line by the schema, in the words of ``json``."""

import json
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from every_report import REPORTS
from keyscan.formats import Show
from keyscan.formats.json import SCHEMA as REPORT_SCHEMA
from keyscan.formats.json import document
from keyscan.formats.jsonl import SCHEMA, render

_KNOWN: list[tuple[str, Resource[Any]]] = [
    (one.name, Resource.from_contents(json.loads(one.read_text("utf-8"))))
    for one in (SCHEMA, REPORT_SCHEMA)
]
LINE = jsonschema.Draft202012Validator(
    json.loads(SCHEMA.read_text("utf-8")), registry=Registry().with_resources(_KNOWN)
)
WHOLE = jsonschema.Draft202012Validator(json.loads(REPORT_SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_every_line_fits_the_schema_and_the_report_its_own(kind: str) -> None:
    told = REPORTS[kind]
    WHOLE.validate(document(told))
    for line in render(told, Show()).splitlines():
        LINE.validate(json.loads(line))


def test_it_says_what_json_says() -> None:
    told = REPORTS["everything"]
    lines = [json.loads(line) for line in render(told, Show()).splitlines()]
    whole = document(told)
    assert whole["findings"] == [one["finding"] for one in lines if one["type"] == "finding"]
    assert whole["accepted"] == [one["finding"] for one in lines if one["type"] == "accepted"]
    assert whole["gaps"] == [one["gap"] for one in lines if one["type"] == "gap"]
    assert whole["stats"] == lines[-1]["stats"]
    counts = {name: lines[-1][name] for name in ("findings", "accepted", "suppressed", "gaps")}
    assert counts == {name: len(whole[name]) for name in counts}


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"type": "finding"},
        {"type": "other"},
        {"type": "gap", "gap": {"path": "a"}},
        {"type": "notice", "notice": "x", "more": 1},
    ],
)
def test_the_schema_refuses(line: dict[str, Any]) -> None:
    assert not LINE.is_valid(line)


def test_an_accepted_key_says_by_whom_and_why() -> None:
    (one,) = document(REPORTS["accepted"])["accepted"]
    assert one["acceptance"] == {
        "reason": "a key of the sandbox",
        "author": "Ann",
        "date": "2026-01-02",
        "expires": "2036-01-01",
        "origin": ".keyscan-baseline.json",
    }
