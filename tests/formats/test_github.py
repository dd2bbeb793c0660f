"""Annotations and the step summary: nothing that is found can write a command or markup."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from keys import openai_key
from keyscan import i18n
from keyscan.formats import Show
from keyscan.formats._summary import LIMIT, summary
from keyscan.formats.github import MOST, Annotation, command, render
from keyscan.model import Acceptance, Confidence, Liveness, Location, Report, msg
from reports import finding, gap, note, report

COMMIT = "c" * 40
FILES = "https://github.com/o/r/blob/"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.choose("en")
    yield
    i18n.choose("")


def lines(told: Report) -> list[str]:
    text = render(told, Show())
    assert text == "" or text.endswith("\n")
    return text.splitlines()


def types(told: Report) -> dict[str, int]:
    found = [line.split(" ", 1)[0].removeprefix("::") for line in lines(told)]
    return {one: found.count(one) for one in dict.fromkeys(found)}


def test_a_clean_report_has_no_annotations() -> None:
    assert lines(report()) == []


def test_an_annotation_names_the_place_the_answer_and_the_page() -> None:
    one = finding(Location("src/app.py", 12, 18, "history", COMMIT), liveness=Liveness.LIVE)
    expected = (
        "::error title=keyscan%3A OpenAI project key,file=src/app.py,line=12,col=18::"
        "OpenAI project key 'sk-proj-...MxYA': live; the issuer accepts it; found as OPENAI_API_KEY"
        "%0Arotate it: https://platform.openai.com/api-keys"
    )
    assert lines(report(one)) == [expected]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a,b:c%d.py", "a%2Cb%3Ac%25d.py"),
        ("a\nb\r.py", "a%0Ab%0D.py"),
        ("::error::x", "%3A%3Aerror%3A%3Ax"),
        ("中文 名.py", "中文 名.py"),
        ("a.zip!inner.py", "a.zip"),
        (b"\xff.py".decode("utf-8", "surrogateescape"), "\\xff.py"),
    ],
)
def test_a_path_stays_one_property(path: str, shown: str) -> None:
    (line,) = lines(report(finding(Location(path, 1, 1))))
    assert f",file={shown},line=1,col=1::" in line


def test_a_key_in_a_path_or_a_name_is_redacted() -> None:
    key = openai_key()
    one = finding(Location(f"dir/{key}.py", 1, 1), names=(key,))
    for text in (
        render(report(one, gaps=(gap(path=key),)), Show()),
        summary(report(one, gaps=(gap(path=key),)), FILES),
    ):
        assert key not in text
        assert key[12:40] not in text


def test_a_message_stays_one_line() -> None:
    line = command(Annotation("error", "a: b, c\n%", "50 %\r\n::warning::x"))
    assert line == "::error title=a%3A b%2C c\\n%25::50 %25%0D%0A::warning::x\n"


def test_no_control_character_reaches_the_log() -> None:
    name = "a\x1b[31m\u202eb\n密钥.py"
    shown = "a\\x1b[31m\\u202eb%0A密钥.py"
    found = lines(report(finding(Location(name, 3, 1, "file")), gaps=(gap(path=name),)))
    assert [shown in one for one in found] == [True, True]


def test_what_stands_in_no_file_names_none() -> None:
    (line,) = lines(report(finding(Location("commit cccccccccccc", 3, 1, "message", COMMIT))))
    assert line.startswith("::error title=keyscan%3A OpenAI project key::")


def test_levels_follow_severity() -> None:
    told = report(
        finding(tail="aaaa"),
        finding(tail="bbbb", confidence=Confidence.LOW),
        finding(tail="cccc", liveness=Liveness.DEAD),
        finding(Location("tests/test_a.py", 1, 1), tail="dddd"),
        note(),
    )
    assert types(told) == {"error": 1, "warning": 2, "notice": 2}


def test_each_type_ends_at_ten_the_gravest_first_and_the_summary_has_all() -> None:
    many = [finding(Location(f"{at:02}.py", 1, 1), tail=f"{at:04}") for at in range(30)]
    live = finding(Location("z.py", 1, 1), tail="live", liveness=Liveness.LIVE)
    dead = [
        finding(Location(f"d{at}.py", 1, 1), tail=f"d{at:03}", liveness=Liveness.DEAD)
        for at in range(12)
    ]
    told = report(*many, *dead, live, gaps=(gap(),))
    assert types(told) == {"error": MOST, "notice": MOST}
    errors = [line for line in lines(told) if line.startswith("::error")]
    assert "NOT scanned%3A 1" in errors[0]
    assert "file=z.py" in errors[1]
    shown = summary(told)
    assert all(f"`{at:02}.py:1`" in shown for at in range(30))
    assert all(f"`d{at}.py:1`" in shown for at in range(12))


def test_further_places_come_after_every_key() -> None:
    places = [Location("a.py", line, 1) for line in (1, 2, 2, 3)]
    told = report(finding(*places, tail="aaaa"), finding(Location("b.py", 9, 1), tail="bbbb"))
    shown = [re.search(r"file=(\w\.py),line=(\d)", line) for line in lines(told)]
    assert [one.groups() for one in shown if one] == [
        ("a.py", "1"),
        ("b.py", "9"),
        ("a.py", "2"),
        ("a.py", "3"),
    ]
    assert "%0Ain 3 places" in lines(told)[0]


def test_all_gaps_are_one_annotation() -> None:
    (line,) = lines(report(gaps=tuple(gap(path=f"{at:02}.zip") for at in range(14))))
    assert line.startswith("::error title=keyscan%3A NOT scanned%3A 14::00.zip: ")
    assert line.endswith("%0A... and 4 more")


def test_the_summary_tells_answer_places_and_steps() -> None:
    one = finding(
        Location("src/app.py", 12, 18, "history", COMMIT),
        Location("a (1)|b.py", 3, 1, "history", COMMIT),
        Location("commit cccccccccccc", 3, 1, "message", COMMIT),
        liveness=Liveness.LIVE,
    )
    told = Report((one, note()), (), (gap(path="a`b.zip"),), notices=(msg("push: 3 commits"),))
    text = summary(told, FILES)
    assert text.startswith("### keyscan: 1 key; 1 note; NOT scanned: 1\n\npush: 3 commits\n")
    row = next(line for line in text.splitlines() if "sk-proj-" in line)
    start = "| `sk-proj-...MxYA`<br>OpenAI project key | **live**<br>the issuer accepts it | "
    assert row.startswith(start + "critical | ")
    assert f"[`src/app.py:12`]({FILES}{COMMIT}/src/app.py#L12)" in row
    bar = "a&#32;&#40;1&#41;&#124;b&#46;py&#58;3"
    assert f"[<code>{bar}</code>]({FILES}{COMMIT}/a%20%281%29%7Cb.py#L3)" in row
    assert "`commit cccccccccccc:3`" in row
    assert "[`commit" not in row
    assert "#### What to do now: OpenAI project key\n" in text
    assert "\n1. Open the API keys page of OpenAI: <https://platform.openai.com/api-keys>\n" in text
    assert "- ``a`b.zip``: " in text


@pytest.mark.parametrize(
    "path",
    [
        *("a|b.py", "a\n| x | y |\n", "<img src=x>", "[x](https://e.invalid)", "``", "a\\|b"),
        *("a\\|![x](https://e.invalid)", "`|<b>", "|`", "a`b", "](https://e.invalid)|<b>"),
    ],
)
@pytest.mark.parametrize("files", ["", FILES])
def test_a_row_stays_a_row_whatever_a_file_is_called(path: str, files: str) -> None:
    text = summary(report(finding(Location(path, 1, 1, "history", COMMIT))), files)
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert html.count("<tr>") == 2
    assert html.count("<td>") == 4
    assert "<b>" not in html
    assert "<img" not in html
    links = re.findall(r'href="([^"]*)', html.partition("<h4>")[0])
    assert len(links) == bool(files)
    assert all(one.startswith(FILES) for one in links)


def test_a_summary_fits_whatever_was_found() -> None:
    """GitHub takes 1 MiB and refuses more; the sentence says what is left out."""
    place = [Location(f"{'x' * 200}/{at}.py", 1, 1, "history", COMMIT) for at in range(5)]
    many = [finding(*place, tail=f"{at:04}") for at in range(2000)]
    text = summary(report(*many, gaps=(gap(path="y" * 200),) * 500), FILES)
    assert LIMIT // 2 < len(text.encode()) <= LIMIT
    rows = sum(line.startswith("| `sk-") for line in text.splitlines())
    assert f"... and {2000 - rows} more keys: the report has them all" in text
    assert "#### What to do now" in text
    assert "- ... and 480 more" in text
    small = summary(report(*many), FILES, limit=10_000)
    assert len(small.encode()) <= 10_000


def test_both_speak_chinese() -> None:
    i18n.choose("zh_CN")
    text = summary(report(finding(liveness=Liveness.LIVE)))
    assert "有效" in text
    assert "OpenAI" in text


def test_the_summary_says_that_an_accepted_key_is_live() -> None:
    why = Acceptance("a sandbox", "Ann", "2026-01-02", "", ".keyscan-baseline.json")
    live = replace(finding(liveness=Liveness.LIVE), acceptance=why)
    assert "accepted but LIVE" in summary(report(live))
