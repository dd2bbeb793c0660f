"""Every sentence exists in both languages, with the same placeholders, and is compiled."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalogs
from keyscan import i18n
from keyscan.model import msg, plural

PLACEHOLDER = re.compile(r"\{(\w*)\}")
LANGUAGES = pytest.mark.parametrize("language", catalogs.LANGUAGES)


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither by the machine nor by a test before."""
    for name in ("KEYSCAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    i18n.choose("")
    yield
    i18n.choose("")


@LANGUAGES
def test_the_catalog_holds_exactly_the_messages_of_the_code(language: str) -> None:
    """If this fails: python tests/catalogs.py, then translate what it lists."""
    catalog = catalogs.read(language)
    assert {str(one.id) for one in catalog if one.id} == catalogs.collected()
    assert not catalog.obsolete


@LANGUAGES
def test_everything_is_translated_and_nothing_is_a_guess(language: str) -> None:
    entries = [one for one in catalogs.read(language) if one.id]
    assert [one.id for one in entries if not one.string] == []
    assert [one.id for one in entries if one.fuzzy] == []


@LANGUAGES
def test_placeholders_are_the_same(language: str) -> None:
    for one in catalogs.read(language):
        names = sorted(PLACEHOLDER.findall(str(one.id)))
        assert sorted(PLACEHOLDER.findall(str(one.string))) == names, one.id


def test_english_is_the_message_itself() -> None:
    assert all(one.id == one.string for one in catalogs.read("en") if one.id)


def test_commands_and_options_stay_as_they_are_in_chinese() -> None:
    for one in catalogs.read("zh_CN"):
        words = re.findall(r"`[^`]+`|(?<![\w-])--?[a-z][a-z-]*|https?://\S+", str(one.id))
        assert [word for word in words if word not in str(one.string)] == [], one.id


@LANGUAGES
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    from gettext import translation

    compiled = translation("keyscan", catalogs.LOCALE, [language])
    for one in catalogs.read(language):
        if one.id:
            assert compiled.gettext(str(one.id)) == one.string


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh-Hans"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LC_ALL": "C", "KEYSCAN_LANG": "zh"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "KEYSCAN_LANG": "en"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh_CN"),
    ],
)
def test_the_language_is_chosen_by_the_nearest_wish(
    environ: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert i18n.language() == expected
    i18n.choose("zh")
    assert i18n.language() == "zh_CN"


def test_values_are_put_in_after_translation_and_never_read_as_text() -> None:
    i18n.choose("zh_CN")
    assert i18n.render(msg("found as {names}", names="{x} live")) == "变量名：{x} live"


def keyscan(*args: str, **environ: str) -> str:
    """What the program says, on either stream."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    done = subprocess.run(
        [sys.executable, "-m", "keyscan", *args],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**clean, "LANG": "C.UTF-8", "PYTHONUTF8": "1", **environ},
    )
    return done.stdout + done.stderr


def test_help_is_shown_in_the_language_of_the_locale() -> None:
    assert "逐步说明如何更换 PROVIDER 的密钥" in keyscan("--help", LANG="zh_CN.UTF-8")
    told = keyscan("rotate", "--lang", "zh", "--help")
    assert "用法：" in told
    assert "显示此帮助并退出" in told
    assert "Show how to replace" in keyscan("rotate", "--help")
    assert "Usage: keyscan rotate" in keyscan("rotate", "-h")


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("rotate", "--lag", "zh"), "没有选项 --lag；是否想输入 --lang？"),
        (("rotate", "--nonsense"), "没有选项 --nonsense；--help 可列出全部选项"),
        (("rotate", "--lang", "fr"), "--lang 只能是：en, zh_CN, zh"),
        (("rotate", "--kind"), "选项 --kind 缺少取值或不接受取值；详见 --help"),
        (("hook", "files"), "缺少 PATH...；详见 --help"),
        (("hook", "pre-comit"), "没有命令 pre-comit；是否想输入 pre-commit？"),
        (("hstory",), "既没有命令也没有文件叫 hstory；是否想输入 history？"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(args: tuple[str, ...], line: str) -> None:
    assert keyscan(*args, LANG="zh_CN.UTF-8") == f"keyscan: {line}\n"


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("hstory", "--since", "x"), "no command and no file hstory; did you mean history?"),
        (("scan", "--stagd"), "no option --stagd; did you mean --staged, --lang?"),
        (("--stagd",), "no option --stagd; did you mean --staged, --lang?"),
        (("baseline", "creat"), "no command creat; did you mean create?"),
        (("hook", "nonsense"), "no command nonsense; --help lists them"),
        # a path that is gone stays one
        (("hook.py",), "no such file or folder: hook.py; check the spelling"),
        (("./hstory",), "no such file or folder: hstory; check the spelling"),
        (("frobnicate",), "no such file or folder: frobnicate; check the spelling"),
    ],
)
def test_a_mistyped_word_is_told_with_the_nearest(args: tuple[str, ...], line: str) -> None:
    assert keyscan(*args) == f"keyscan: {line}\n"


def test_a_folder_that_is_called_nearly_as_a_command_is_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hooks").mkdir()
    assert "no keys found" in keyscan("hooks")


def test_what_the_stream_cannot_encode_does_not_stop_the_program() -> None:
    told = keyscan("rotate", "openai", "--lang", "zh", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert "https://platform.openai.com/api-keys" in told
    assert "Error" not in told


# What these count is never 1.
NEVER_ONE = {
    "in {count} places", "reachable from {count} refs ({refs}, ...)",
    "in the messages of {count} tags ({tags})",
}  # fmt: skip


def test_one_is_never_told_as_several() -> None:
    """A noun behind {count} needs ``plural()``, or "1 …" as a message of its own."""
    ids = catalogs.collected()
    counts = [one for one in ids if re.search(r"\{count\} (more |grafted )?[a-z]+s\b", one)]
    left = [one for one in counts if "at most {count}" not in one and not one.startswith("must be")]
    singular = {one: re.sub(r"\{count\} (...).*", r"1 \1", one, flags=re.S) for one in left}
    wrong = [one for one in left if not any(other.startswith(singular[one]) for other in ids)]
    assert set(wrong) == NEVER_ONE


def test_plural_chooses_by_the_count() -> None:
    said = [str(plural(n, "1 key of {who}", "{count} keys of {who}", who="x")) for n in (0, 1, 2)]
    assert said == ["0 keys of x", "1 key of x", "2 keys of x"]
