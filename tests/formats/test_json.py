"""JSON: the shape of the schema, the same bytes each time, valid whatever a file is called."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from keys import openai_key
from keyscan import __version__, i18n
from keyscan.formats import Show
from keyscan.formats.json import SCHEMA, render
from keyscan.model import Liveness, Location, Report
from reports import finding, gap, note, report, secret

VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever the machine speaks."""
    i18n.choose("en")
    yield
    i18n.choose("")


def document(told: Report) -> dict[str, Any]:
    """The rendered report, checked and read back."""
    value: dict[str, Any] = json.loads(render(told, Show()))
    VALIDATOR.validate(value)
    return value


FULL = report(
    finding(
        Location("src/app.py", 12, 18, "index", "f" * 40),
        Location(".env", 1, 16, decoded=("base64",)),
        liveness=Liveness.LIVE,
    ),
    note(),
    gaps=(gap(),),
)


def test_the_whole_shape() -> None:
    value = document(FULL)
    first = value["findings"][0]
    steps = first["rotation"].pop("steps")
    assert steps[0] == "Open the API keys page of OpenAI: https://platform.openai.com/api-keys"
    assert {
        "fingerprint": secret().fingerprint,
        "provider": "openai",
        "rule": "openai-project-key",
        "confidence": "high",
        "redacted": "sk-proj-...MxYA",
        "evidence": ["form sk-proj-", "marker"],
        "locations": [
            {
                "path": ".env",
                "line": 1,
                "column": 16,
                "source": "file",
                "commit": None,
                "decoded": ["base64"],
            },
            {
                "path": "src/app.py",
                "line": 12,
                "column": 18,
                "source": "index",
                "commit": "f" * 40,
                "decoded": [],
            },
        ],
        "verdict": {
            "liveness": "live",
            "reason": "ok",
            "detail": "the issuer accepts it",
            "checked_at": "2026-01-02T03:04:05Z",
        },
        "rotation": {"url": "https://platform.openai.com/api-keys"},
    } == first
    assert value["findings"][1]["confidence"] == "note"
    assert {
        "version": 1,
        "tool": {"name": "keyscan", "version": __version__},
        "suppressed": [
            {
                "fingerprint": secret("xxxx").fingerprint,
                "provider": "openai",
                "rule": "openai-project-key",
                "redacted": "sk-proj-...xxxx",
                "reason": "placeholder",
                "detail": "repeated",
                "location": {
                    "path": "docs/a.md",
                    "line": 7,
                    "column": 5,
                    "source": "file",
                    "commit": None,
                    "decoded": [],
                },
            }
        ],
        "gaps": [
            {
                "path": "secret.bin",
                "reason": "unreadable",
                "detail": "cannot be read: Permission denied",
            }
        ],
        "stats": {"files": 340, "bytes": 12_300_000, "seconds": 0.84},
    } == {key: value[key] for key in value if key != "findings"}


def test_order_does_not_depend_on_the_order_of_work() -> None:
    findings = [finding(Location(f"{one}.py", 1, 1), tail=one * 4) for one in "cab"]
    gaps = tuple(gap(one) for one in "ba")
    one, two = report(*findings, gaps=gaps), report(*findings[::-1], gaps=gaps[::-1])
    assert render(one, Show()) == render(two, Show())
    assert [each["locations"][0]["path"] for each in document(one)["findings"]] == [
        "a.py",
        "b.py",
        "c.py",
    ]


def test_any_file_name_gives_ascii_that_parses() -> None:
    names = [b"caf\xe9\n".decode("utf-8", "surrogateescape"), "lone\ud800", "a\x1b[2J", "密钥"]
    told = report(
        *(finding(Location(name, 1, 1), tail=f"{n}{n}{n}{n}") for n, name in enumerate(names))
    )
    assert render(told, Show()).isascii()
    paths = {each["locations"][0]["path"] for each in document(told)["findings"]}
    assert {"caf\\xe9\n", "lone\\ud800", "a\x1b[2J", "密钥"} == paths


def test_no_key_stands_in_it_whatever_holds_one() -> None:
    key = openai_key()
    told = report(finding(Location(f"{key}.txt", 1, 1), names=(key,)), gaps=(gap(f"x/{key}"),))
    assert key[20:60] not in render(told, Show())
    document(told)


def test_an_unknown_issuer_has_no_page() -> None:
    told = report(finding(rule="unknown-sk-48", provider="unknown"))
    assert document(told)["findings"][0]["rotation"]["url"] is None


def test_the_language_changes_sentences_alone() -> None:
    english = document(FULL)
    i18n.choose("zh_CN")
    chinese = document(FULL)
    assert chinese["findings"][0]["verdict"]["detail"] == "签发方接受此密钥"
    for value in (english, chinese):
        for each in value["findings"]:
            del each["evidence"], each["rotation"]["steps"], each["verdict"]["detail"]
        for each in value["gaps"]:
            del each["detail"]
    assert english == chinese


def test_the_schema_is_strict_everywhere() -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)
    value = json.loads(render(FULL, Show()))
    for part in (
        value,
        value["tool"],
        value["stats"],
        value["findings"][0],
        value["findings"][0]["locations"][0],
        value["findings"][0]["verdict"],
        value["findings"][0]["rotation"],
        value["suppressed"][0],
        value["gaps"][0],
    ):
        part["more"] = 1
        assert not VALIDATOR.is_valid(value)
        del part["more"]
    assert VALIDATOR.is_valid(value)
