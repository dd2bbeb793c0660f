"""``keyscan providers``: what it lists is what the program does."""

import json
from collections.abc import Iterator

import jsonschema
import pytest

from keyscan import i18n
from keyscan.__main__ import main
from keyscan.errors import ExitCode
from keyscan.formats._providers import LABELS, pages_of
from keyscan.formats.json import SCHEMA
from keyscan.providers import all_providers, rules


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the machine speaks, and whatever the test before chose."""
    monkeypatch.setenv("KEYSCAN_LANG", "en")
    i18n.choose("")
    yield
    i18n.choose("")


def run(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """What is printed; nothing goes wrong."""
    with pytest.raises(SystemExit) as stop:
        main(["providers", *args])
    told = capsys.readouterr()
    assert (int(stop.value.code or 0), told.err) == (ExitCode.CLEAN, "")
    return told.out


def test_text_names_every_provider_its_hosts_and_its_pages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    blocks = run(capsys).rstrip("\n").split("\n\n")

    assert [one.partition("  ")[0] for one in blocks] == sorted(all_providers())
    openai = next(one for one in blocks if one.startswith("openai  "))
    assert openai.startswith("openai  OpenAI\n  forms  ")
    assert "sk-proj-" in openai
    assert "\n  asked at  api.openai.com\n" in openai
    assert "\n  keys  https://platform.openai.com/api-keys\n" in openai
    assert "\n  admin  https://platform.openai.com/settings/organization/admin-keys" in openai
    assert "\n  asked at  not asked\n" in next(one for one in blocks if one.startswith("minimax"))


def test_every_page_has_a_word_for_people_in_both_languages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    every = {what for one in all_providers().values() for what in pages_of(one)}
    assert every == set(LABELS)
    told = run(capsys, "--lang", "zh")
    assert "\n  密钥  https://platform.openai.com/api-keys\n" in told
    assert not [what for what in ("keys", "usage", "billing", "admin") if f"\n  {what}  " in told]


def test_json_fits_its_schema_and_holds_every_rule_and_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = json.loads(run(capsys, "--format", "json"))
    schema = json.loads(SCHEMA.with_name("providers.schema.json").read_text())

    jsonschema.Draft202012Validator(schema).validate(document)
    assert {rule["id"] for one in document["providers"] for rule in one["rules"]} == set(rules())
    listed = {url for one in document["providers"] for url in one["pages"].values()}
    for one in all_providers().values():
        pages = {one.pages.keys, one.pages.usage, one.pages.billing, *dict(one.kind_pages).values()}
        assert pages - {""} <= listed


def test_markdown_is_one_row_each_and_english_in_every_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    english = run(capsys, "--format", "markdown")

    assert english == run(capsys, "--format", "markdown", "--lang", "zh_CN")
    assert len(english.splitlines()) == len(all_providers()) + 2
    assert {line.count(" | ") for line in english.splitlines()[2:]} == {4}


def test_no_format_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["providers", "--format", "yaml"])

    assert stop.value.code == ExitCode.USAGE
    line = "keyscan: --format must be one of: text, json, markdown\n"
    assert capsys.readouterr().err == line
