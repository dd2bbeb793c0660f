"""What holds for every format: a new file in ``formats/`` is tested here without an edit."""

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from every_report import HOSTILE, KEY, REPORTS
from keyscan import i18n
from keyscan.formats import Show, names, render
from keyscan.model import Report

LANGUAGES = ("en", "zh_CN")
IN_ORDER_OF_WORK = {"text"}  # people read keys as they were found; the rest is sorted
EACH = [(name, kind) for name in names() for kind in REPORTS]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock stands still, and this is not GitHub."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767323045")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    yield
    i18n.choose("")


def rendered(name: str, told: Report, language: str = "en", verbosity: int = 0) -> str:
    i18n.choose(language)
    return render(name, told, Show(verbosity))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "kind"), EACH)
def test_it_renders_and_parses_back(name: str, kind: str, language: str) -> None:
    for verbosity in (0, 1):
        text = rendered(name, REPORTS[kind], language, verbosity)
        assert text == "" or text.endswith("\n")
        text.encode()  # no lone surrogate is left
        PARSERS.get(name, str)(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_no_key_stands_in_it_whatever_holds_one(name: str, language: str) -> None:
    for verbosity in (-1, 0, 1):
        text = rendered(name, REPORTS["leaking"], language, verbosity)
        spread = re.sub(r"[\\\s\u200b]|%[0-9A-F]{2}|&#?\w+;", "", text)  # escapes taken out
        for one in (text, spread):
            assert not [KEY[at : at + 8] for at in range(8, 150, 4) if KEY[at : at + 8] in one]


@pytest.mark.parametrize("kind", ["everything", "hostile"])
@pytest.mark.parametrize("name", names())
def test_the_same_report_gives_the_same_bytes(name: str, kind: str) -> None:
    told = REPORTS[kind]
    assert rendered(name, told) == rendered(name, told)
    if name not in IN_ORDER_OF_WORK:
        assert rendered(name, told) == rendered(name, shuffled(told))


@pytest.mark.parametrize("name", names())
def test_no_control_character_reaches_the_reader(name: str) -> None:
    text = rendered(name, REPORTS["hostile"], verbosity=1)
    allowed = "\r\n" if name == "csv" else "\n"
    found = {one for one in text if not one.isprintable() and one not in allowed + "\u200b"}
    assert set() == found
    if name == "csv":
        assert text.count("\r") == text.count("\n") == text.count("\r\n")


@pytest.mark.parametrize("name", names())
def test_gaps_are_told_in_every_format(name: str) -> None:
    assert "Permission denied" in rendered(name, REPORTS["gaps"])


@pytest.mark.parametrize("name", names())
def test_every_key_and_its_issuer_s_answer_is_told(name: str) -> None:
    text = rendered(name, REPORTS["findings"])
    assert "sk-proj-...MxYA" in text
    assert "live" in text


def shuffled(told: Report) -> Report:
    """The same values, in the order in which other workers would have brought them."""
    mixed: dict[str, Any] = {}
    for part in ("findings", "suppressed", "gaps", "accepted"):
        values = list(getattr(told, part))
        random.Random(7).shuffle(values)
        mixed[part] = tuple(values)
    mixed["findings"] = tuple(
        replace(one, locations=one.locations[::-1]) for one in mixed["findings"]
    )
    return replace(told, **mixed)


@pytest.mark.parametrize("name", ["gitlab", "html", "json", "jsonl", "junit", "sarif"])
def test_what_declares_its_encoding_is_ascii(name: str) -> None:
    """A console that speaks GBK would make the declaration untrue."""
    assert rendered(name, REPORTS["everything"], "zh_CN").isascii()


# ── parsers: one for each format that has a grammar ──────────────────────────────────────────


def jsonl(text: str) -> None:
    kinds = [json.loads(line)["type"] for line in text.splitlines()]
    assert (kinds[0], kinds[-1]) == ("run", "end")


def comma(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(rows[0])} == {len(row) for row in rows}
    for row in rows[1:]:
        for value in row:
            assert not re.match(r"\s*[=+\-@\t\r＝＋－＠]", value), value
            assert not re.search(r"[;|]\s*[=+\-@]", value), value


def markdown(text: str) -> None:
    """Nothing but our own pages is linked, and nothing but our own markup is there."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    for token in (child for one in tokens for child in (one, *(one.children or ()))):
        assert token.type not in ("image", "html_block", "em_open", "s_open", "heading_setext")
        if token.type == "html_inline":
            assert token.content in ("<br>", "<code>", "</code>")
        if token.type == "link_open":
            assert re.match(r"https://[a-z0-9.]+/", str(token.attrs["href"]))
            assert "evil" not in str(token.attrs["href"])
        if token.type == "text":
            assert not re.search(r"(?:@octocat|#1\b)", token.content)


class Page(HTMLParser):
    """Collects what a page does."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def page(text: str) -> None:
    """No element that content brought in, no attribute that runs, no address but issuers' pages."""
    read = Page()
    read.feed(text)
    read.close()
    tags = [tag for tag, _ in read.tags]
    counts = [tags.count(one) for one in ("script", "style", "img")]
    assert counts == [1, 1, 0]
    for tag, attributes in read.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        target = attributes.get("href") or attributes.get("src") or "#"
        assert target.startswith(("#", "https://", "data:,")), (tag, target)
    assert "default-src 'none'" in str(read.tags)


def gitlab(text: str) -> None:
    """Descriptions are Markdown there."""
    for one in json.loads(text)["vulnerabilities"]:
        markdown(one["description"])


def github(text: str) -> None:
    for line in text.splitlines():
        assert re.match(r"::(error|warning|notice) [^\n]*?::", line), line


PARSERS: dict[str, Callable[[str], object]] = {
    "csv": comma,
    "github": github,
    "gitlab": gitlab,
    "html": page,
    "json": json.loads,
    "jsonl": jsonl,
    "junit": ElementTree.fromstring,
    "markdown": markdown,
    "sarif": json.loads,
}


def test_the_hostile_names_are_all_there() -> None:
    """Escaping must not drop what it cannot show: one finding stays one finding."""
    value = json.loads(rendered("json", REPORTS["hostile"]))
    assert len(HOSTILE) == len(value["findings"]) == len(value["accepted"])
