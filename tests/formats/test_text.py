"""The text that people read: golden in both languages, harmless whatever a file is called."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

import reports
from keyscan import i18n
from keyscan.columns import width_of
from keyscan.formats import Show, colored, names
from keyscan.formats.text import render
from keyscan.model import (
    Acceptance,
    Confidence,
    Finding,
    Liveness,
    Location,
    Report,
    Stats,
    msg,
)
from reports import finding, gap, note, report

EMPTY = Report((), stats=Stats(3, 12_345, 0.12))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever the machine speaks."""
    i18n.choose("en")
    yield
    i18n.choose("")


FULL = report(
    finding(
        Location("src/app.py", 12, 18),
        Location(".env", 1, 16, decoded=("base64",)),
        liveness=Liveness.LIVE,
    ),
    note(),
    gaps=(gap(),),
)

ENGLISH = """\
sk-proj-...MxYA  OpenAI project key
  live  the issuer accepts it
  found as OPENAI_API_KEY
.env:1:16  base64
src/app.py:12:18

note  a placeholder stands where a key belongs: chatgpt.api_key
guide.py:3:20
  A key is about to be pasted here; write instead: chatgpt.api_key = os.environ["OPENAI_API_KEY"]

What to do now: OpenAI project key (sk-proj-...MxYA)
 1. Open the API keys page of OpenAI: https://platform.openai.com/api-keys
 2. A ChatGPT subscription has no API key: keys live on the API platform, which
    has its own prepaid billing
 3. The key belongs to one project: choose it on that page, or ask an owner of
    the project or organization
 4. Export the usage before you delete anything, the figures of a key go with
    it: https://platform.openai.com/usage
 5. If the key is already public, delete it at once and replace it afterwards
 6. Create a new key with the least scope that the program needs
 7. Deploy the new key wherever the old one is used, found as: OPENAI_API_KEY
 8. Keep it out of the code: an environment variable or a secret store
 9. Delete the old key
10. Run `keyscan verify` with the old key until it is called dead: some servers
    learn of a deletion minutes later
11. Look for use that is not yours since the key leaked:
    https://platform.openai.com/usage
12. Look at billing and automatic recharge, since a leaked key drains prepaid
    credit and automatic recharge refills it:
    https://platform.openai.com/settings/organization/billing/overview
13. Only then clean the history, and know that this does not undo the leak:
    every clone, fork and cache still has the key

Before you paste a key
 1. Set OPENAI_API_KEY outside the repository, for example in a .env file that
    git ignores
 2. Keys are made here: https://platform.openai.com/api-keys
 3. A ChatGPT subscription has no API key: keys live on the API platform, which
    has its own prepaid billing

Not scanned
secret.bin: cannot be read: Permission denied

1 key; 1 note; 340 files (12.3 MB) in 0.8 s; 1 suppressed (-v shows them); NOT
  scanned: 1
"""

CHINESE = """\
sk-proj-...MxYA  OpenAI 项目密钥
  有效  签发方接受此密钥
  变量名：OPENAI_API_KEY
.env:1:16  base64
src/app.py:12:18

提示  应填密钥之处是占位符：chatgpt.api_key
guide.py:3:20
  这里即将填入密钥；请改写为：chatgpt.api_key = os.environ["OPENAI_API_KEY"]

现在该怎么做：OpenAI 项目密钥（sk-proj-...MxYA）
 1. 打开 OpenAI 的 API 密钥页面：https://platform.openai.com/api-keys
 2. ChatGPT 订阅不含 API 密钥：密钥属于 API 平台，平台单独预付费计费
 3. 此密钥属于某个项目：请在该页面选择该项目，或联系项目或组织的所有者
 4. 删除之前先导出用量，密钥一删，它的用量数据也随之消失：
    https://platform.openai.com/usage
 5. 如果密钥已经公开，请立即删除，之后再换新
 6. 新建一个密钥，只授予程序所需的最小权限
 7. 在所有使用旧密钥的地方换上新密钥，发现的变量名：OPENAI_API_KEY
 8. 不要写进代码：使用环境变量或密钥管理服务
 9. 删除旧密钥
10. 用旧密钥运行 `keyscan verify`，直到显示已失效：有些服务器几分钟后才会得知删
    除
11. 查看泄露以来有无不属于你的用量：https://platform.openai.com/usage
12. 检查账单和自动充值：泄露的密钥会耗尽预付余额，自动充值又会不断补上：
    https://platform.openai.com/settings/organization/billing/overview
13. 最后才清理提交历史，但要知道这并不能挽回泄露：每个克隆、复刻和缓存里仍有这个
    密钥

在填入密钥之前
 1. 在仓库之外设置 OPENAI_API_KEY，例如写在被 git 忽略的 .env 文件中
 2. 在此创建密钥：https://platform.openai.com/api-keys
 3. ChatGPT 订阅不含 API 密钥：密钥属于 API 平台，平台单独预付费计费

未扫描
secret.bin: 无法读取：Permission denied

发现 1 个密钥；1 条提示；扫描了 340 个文件（12.3 MB），用时 0.8 秒；忽略 1 项
  （-v 可查看）；未扫描：1 项
"""


def test_english_golden() -> None:
    assert render(FULL, Show(width=80)) == ENGLISH


def test_chinese_golden() -> None:
    i18n.choose("zh_CN")
    assert render(FULL, Show(width=80)) == CHINESE


def test_a_clean_report_is_one_line_and_loads_no_rich() -> None:
    code = (
        "import sys; from keyscan.formats import Show; from keyscan.formats.text import render;"
        "from keyscan.model import Report, Stats;"
        "print(render(Report((), stats=Stats(3, 12345, 0.12)), Show(color=True, width=80)));"
        "sys.exit('rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert (
        render(EMPTY, Show(color=True, width=80)) == "no keys found; 3 files (12.3 kB) in 0.1 s\n"
    )


def test_quiet_is_silent_when_clean_and_one_line_for_each_place_otherwise() -> None:
    assert render(EMPTY, Show(verbosity=-1)) == ""
    assert render(FULL, Show(verbosity=-1)) == (
        "src/app.py:12:18: sk-proj-...MxYA openai live\n"
        ".env:1:16: sk-proj-...MxYA openai live\n"
        "guide.py:3:20: ...PI密钥 unknown note\n"
        "secret.bin: not scanned: cannot be read: Permission denied\n"
    )


def test_verbose_shows_evidence_fingerprint_and_what_was_suppressed() -> None:
    text = render(report(finding()), Show(verbosity=1))
    assert "  evidence: form sk-proj-; marker\n" in text
    assert f"  fingerprint: {reports.secret().fingerprint}\n" in text
    assert "Suppressed\ndocs/a.md:7:5  sk-proj-...xxxx  placeholder: repeated characters\n" in text
    assert "evidence" not in render(report(finding()), Show())


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_lines_fit_the_terminal_unless_they_hold_something_to_copy(
    width: int, language: str
) -> None:
    i18n.choose(language)
    for line in render(FULL, Show(width=width)).splitlines():
        whole = re.search(r"https://|os\.environ|^[\w./]+:\d+:\d+", line)
        assert whole or width_of(line) <= width, line


def test_a_place_is_never_wrapped_and_starts_its_line() -> None:
    path = "a very/long folder/" + "x" * 200 + "/密钥.py"
    text = render(report(finding(Location(path, 3, 4))), Show(width=40))
    assert f"\n{path}:3:4\n" in text


HOSTILE = [
    ("a\nb.py", r"a\nb.py"),
    ("\x1b[2J\x1b]0;title\x07.py", r"\x1b[2J\x1b]0;title\x07.py"),
    ("a\u202egpj.py", r"a\u202egpj.py"),
    ("a\u2066\u200b.py", r"a\u2066\u200b.py"),
    ("a\x9b31m.py", r"a\x9b31m.py"),
    (b"caf\xe9.py".decode("utf-8", "surrogateescape"), r"caf\xe9.py"),
    ("lone\ud800.py", r"lone\ud800.py"),
    ("[bold red]x[/bold red].py", "[bold red]x[/bold red].py"),
    ("密钥.py", "密钥.py"),
]


@pytest.mark.parametrize(("path", "shown"), HOSTILE)
@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_hostile_names_are_shown_escaped(path: str, shown: str, verbosity: int) -> None:
    told = report(finding(Location(path, 1, 2)), gaps=(gap(path),))
    text = render(told, Show(verbosity))
    assert f"{shown}:1:2" in text
    assert f"{shown}: " in text
    assert text.replace("\n", "").isprintable()
    text.encode()


def test_a_key_in_a_file_name_or_variable_name_is_cut() -> None:
    from keys import openai_key

    key = openai_key()
    told = report(finding(Location(f"keys/{key}.txt", 1, 1), names=(key,)), gaps=(gap(key),))
    for verbosity in (-1, 0, 1):
        assert key[20:60] not in render(told, Show(verbosity))


def test_colours_are_only_where_they_are_wanted() -> None:
    plain, colour = render(FULL, Show(width=80)), render(FULL, Show(width=80, color=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31m  live\x1b[0m  the issuer accepts it\n" in colour
    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", colour)


def test_links_point_at_the_file_and_keep_the_words() -> None:
    text = render(report(finding(Location("a b.zip!in/.env", 1, 2))), Show(links=True, root="/r"))
    assert "\x1b]8;;file:///r/a%20b.zip\x1b\\a b.zip!in/.env:1:2\x1b]8;;\x1b\\" in text


@pytest.mark.parametrize(
    ("environ", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_the_environment_decides_about_colour(
    environ: dict[str, str], terminal: bool, expected: bool
) -> None:
    assert expected is colored(terminal, environ)


def test_steps_stand_once_for_each_kind_with_all_names() -> None:
    told = report(
        finding(names=("A_KEY",), tail="aaaa"),
        finding(names=("B_KEY",), tail="bbbb"),
        finding(rule="openai-admin-key", tail="cccc"),
        finding(tail="dddd", liveness=Liveness.DEAD),
    )
    text = render(told, Show())
    assert text.count("What to do now") == 3
    assert "What to do now: OpenAI project key (sk-proj-...aaaa, sk-proj-...bbbb)\n" in text
    assert "found as: A_KEY, B_KEY\n" in text
    assert "https://platform.openai.com/settings/organization/admin-keys" in text
    assert "1. The issuer calls this key dead: nothing is left to rotate\n" in text


def test_a_key_that_was_already_committed_says_so() -> None:
    text = render(report(finding(Location("a.py", 1, 2, "index", "f" * 40))), Show())
    assert "a.py:1:2  already committed: rotate it\n" in text


def test_lower_confidence_and_notices_are_said() -> None:
    told = report(finding(confidence=Confidence.LOW))
    assert "  low confidence\n" in render(told, Show())
    notice = msg("keys are verified through the proxy {proxy}", proxy="http://p:1")
    told = Report((), notices=(notice,))
    assert "keys are verified through the proxy http://p:1\n" in render(told, Show())


def test_many_places_and_gaps_are_counted_not_dropped() -> None:
    places = [Location(f"{number:03}.py", 1, 1) for number in range(25)]
    gaps = tuple(gap(f"{number}.bin") for number in range(30))
    text = render(report(finding(*places), gaps=gaps), Show())
    assert "... and 5 more places (-v shows all)" in text
    assert "... and 10 more (-v shows all)" in text
    assert "NOT scanned: 30" in text
    assert "024.py:1:1" in render(report(finding(*places)), Show(1))


def test_unasked_keys_name_the_option_that_asks() -> None:
    assert "--verify" in render(report(finding()), Show())
    assert "--verify" not in render(report(finding(liveness=Liveness.UNKNOWN)), Show())


def test_formats_are_the_files_of_the_folder() -> None:
    assert {"text", "json"} <= set(names())
    assert not any(name.startswith("_") for name in names())


def accepted(told: Report, *findings: Finding) -> Report:
    """The report with keys that a baseline takes out of it."""
    why = Acceptance("a sandbox", "Ann", "2026-01-02", "", ".keyscan-baseline.json")
    return replace(told, accepted=tuple(replace(one, acceptance=why) for one in findings))


def test_accepted_keys_are_counted_and_with_v_named() -> None:
    told = accepted(EMPTY, finding(Location("b.py", 1, 1)), finding(tail="ABCD"))
    assert (
        render(told, Show())
        == "no keys found; 3 files (12.3 kB) in 0.1 s; 2 accepted by the baseline\n"
    )
    assert render(told, Show(verbosity=1)).splitlines()[:3] == [
        "Accepted",
        ".env:1:16  sk-proj-...ABCD  a sandbox (Ann, 2026-01-02; .keyscan-baseline.json)",
        "b.py:1:1  sk-proj-...MxYA  a sandbox (Ann, 2026-01-02; .keyscan-baseline.json)",
    ]


def test_an_accepted_key_that_is_live_says_so() -> None:
    (live,) = accepted(EMPTY, finding(liveness=Liveness.LIVE)).accepted
    assert "accepted but LIVE" in render(report(live), Show()).splitlines()[2]


def test_with_v_what_was_suppressed_is_counted_by_reason() -> None:
    dropped = reports.suppressed()
    pragma = replace(dropped, reason="pragma", detail="a test")
    told = replace(
        EMPTY, suppressed=(pragma, dropped, pragma, replace(dropped, reason="allowlist"))
    )
    assert "4 suppressed (-v shows them)" in render(told, Show())
    verbose = render(told, Show(verbosity=1))
    assert "4 suppressed (1 allowlist, 1 placeholder, 2 pragma)" in verbose
    assert "docs/a.md:7:5  sk-proj-...xxxx  pragma: a test" in verbose
