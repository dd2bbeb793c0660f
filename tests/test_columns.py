"""Columns: what a terminal shows, with wcwidth as the judge, in tables and wrapped lines."""

import os
import re
import subprocess
import sys
import unicodedata

import pytest
from wcwidth import wcswidth, wcwidth

import catalogs
from keyscan import i18n
from keyscan.columns import safe, width_of, wrap
from keyscan.formats import Show
from keyscan.formats.text import render
from keyscan.model import Location
from keyscan.providers import all_providers
from reports import finding, gap, note, report

# Newer Unicode than Python 3.11's tables made these wide.
_NEWLY_WIDE = re.compile("[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d37f]")

# Fillers, marks of dead scripts, halves of flags: judges differ among themselves.
_LEFT_TO_TERMINALS = re.compile("[\uffa0\U00016fe0-\U00016fff\U0001f1e6-\U0001f1ff]")


def _old_enough(char: str) -> bool:
    return unicodedata.category(char) != "Cn" and not _NEWLY_WIDE.match(char)


def test_every_character_is_as_wide_as_the_judge_says() -> None:
    """Lone vowels of Hangul extended and emoji sequences are terminals' business."""
    planes = (*range(0x20, 0xD7B0), *range(0xF900, 0x30000))
    printable = (chr(one) for one in planes if chr(one).isprintable() and _old_enough(chr(one)))
    wrong = {one for one in printable if width_of(one) != wcwidth(one) >= 0}
    assert [one for one in wrong if not _LEFT_TO_TERMINALS.match(one)] == []


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_every_sentence_is_as_wide_as_the_judge_says(language: str) -> None:
    texts = [str(one.string) for one in catalogs.read(language) if one.id]
    assert [
        one
        for one in texts
        if width_of(one) != wcswidth(one.replace("\n", " ").strip("\b"))
        and "\b" not in one
        and "\n" not in one
    ] == []


@pytest.mark.parametrize("width", [40, 61, 80])
@pytest.mark.parametrize(
    "text",
    [
        "密钥一旦泄露，必须更换；清理历史并不能撤销泄露。（参见《安全模型》）" * 3,
        "日本語のキーが漏れました。すぐに交換してください。" * 3,
        "키가 유출되었습니다. 즉시 교체하세요. " * 5,
        "mixed 中文 and English 文字 mixed " * 8,
        "e\u0301le\u0300ve " * 30,
    ],
)
def test_no_wrapped_line_is_wider_than_the_terminal(text: str, width: int) -> None:
    assert max(map(wcswidth, wrap(text, width, "    "))) <= width


def _shown(*words: str) -> str:
    environment = {**os.environ, "KEYSCAN_LANG": "zh_CN", "COLUMNS": "80"}
    call = [sys.executable, "-m", "keyscan", *words]
    done = subprocess.run(call, env=environment, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


@pytest.mark.parametrize("command", ["scan", "history", "verify", "completion"])
def test_helps_second_column_is_straight_in_chinese(command: str) -> None:
    rows = _shown(command, "--help").partition("选项：\n")[2].splitlines()
    heads = [found for found in (re.match(r"  -\S.*?  +(?=\S)", row) for row in rows) if found]
    assert len(heads) > 1
    starts = {wcswidth(one.group()) for one in heads if wcswidth(one.group()) <= 36}
    assert len(starts) == 1, starts
    assert max(map(wcswidth, rows)) <= 80


def test_the_list_of_pages_is_straight() -> None:
    rows = _shown("rotate").splitlines()
    assert {row.index("https://") for row in rows} == {max(map(len, all_providers())) + 2}


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
@pytest.mark.parametrize("width", [40, 80])
def test_a_report_with_chinese_paths_keeps_to_the_terminal(language: str, width: int) -> None:
    i18n.choose(language)
    try:
        path = "文档/配置/密钥说明.md"
        shown = render(
            report(finding(Location(path, 3, 4)), note(), gaps=(gap("压缩包.zip"),)),
            Show(1, width=width),
        )
    finally:
        i18n.choose("")
    for line in shown.splitlines():
        unbroken = re.search(r"https?:|api_key|OPENAI_|\.md:|[0-9a-f]{32}", line)
        assert unbroken or wcswidth(line) <= width, line


def test_no_name_is_an_order_to_a_ci_system() -> None:
    """GitHub reads lines that begin with ``::``, Azure ``##vso[`` anywhere in one."""
    assert safe("::add-mask::x") == ":\\x3aadd-mask::x"
    assert safe("  ::warning file=a::b") == "  :\\x3awarning file=a::b"
    assert safe("a ##vso[task.setvariable variable=PATH]b") == (
        "a #\\x23vso[task.setvariable variable=PATH]b"
    )
    assert safe("##[error]x") == "#\\x23[error]x"
    assert safe("a::b.py") == "a::b.py"
    assert safe("## heading") == "## heading"
