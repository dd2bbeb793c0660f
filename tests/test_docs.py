"""The documentation tells the truth: its commands are run, its languages hold the same."""

import json
import os
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

import docs
from keyscan.__main__ import cli
from keyscan.errors import ExitCode
from keyscan.formats import names
from keyscan.provider import Probe
from keyscan.providers import all_providers

ENGLISH = [one for one in docs.PAGES if "zh" not in one.parts]
CHINESE = {one: docs.ROOT / "docs" / "zh" / one.name for one in ENGLISH}


def called(page: Path) -> str:
    """A page's path, as the name of a test."""
    return page.relative_to(docs.ROOT).as_posix()


EACH = pytest.mark.parametrize("page", docs.PAGES, ids=called)


@pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
@EACH
def test_every_command_prints_what_the_page_shows(page: Path) -> None:
    """If this fails because the program got better: python tests/docs.py, and read the diff."""
    done = docs.run(page)
    told_next = [one.step.text.startswith("echo $?") for one in done[1:]] + [False]
    for one, told in zip(done, told_next, strict=True):
        where = f"{called(page)}:{one.step.line}: $ {one.step.text}"
        assert one.code in (0, 1) or told, f"{where}\n exit {one.code}\n" + "\n".join(one.output)
        if one.step.expected is not None:
            assert docs.fits(one.step.expected, one.output), f"{where}\n" + "\n".join(one.output)
    assert len(done) == len([o for o in docs.steps(page) if o.name or not docs.left_out(o.text)])


def test_what_is_not_run_is_in_some_page() -> None:
    """A reason that nothing needs any more is taken out."""
    every = [one.text for page in docs.PAGES for one in docs.steps(page)]
    every += [line for page in docs.PAGES for block in docs.blocks(page) for line in block.lines]
    assert [form for form in docs.NOT_RUN if not any(re.search(form, one) for one in every)] == []


@EACH
def test_every_block_says_what_language_it_is_in(page: Path) -> None:
    known = {
        "console",
        "sh",
        "python",
        "toml",
        "yaml",
        "json",
        "text",
        "diff",
        "groovy",
        "markdown",
    }
    assert {block.language for block in docs.blocks(page)} <= known


@EACH
def test_every_data_block_can_be_read(page: Path) -> None:
    import yaml  # late, as everywhere

    readers = {"toml": tomllib.loads, "json": json.loads, "yaml": yaml.safe_load}
    for block in docs.blocks(page):
        if block.language in readers:
            readers[block.language]("\n".join(block.lines))


def outline(page: Path) -> list[tuple[str, ...]]:
    """What two languages share: levels of headings, blocks with their commands, rows of tables."""
    found: list[tuple[str, ...]] = []
    inside = False
    for line in page.read_text("utf-8").splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
        elif not inside and (level := re.match(r"#+ ", line)):
            found.append((level[0],))
        elif not inside and line.startswith("|"):
            found.append(("row", str(line.count("|"))))
    for block in docs.blocks(page):
        commands = [one for one in block.lines if one.startswith(("$ ", "> "))]
        commands = commands if block.language == "console" else [*_without_remarks(block.lines)]
        found.append((block.language, *commands))
    return found


def _without_remarks(lines: tuple[str, ...]) -> list[str]:
    """Remarks and sentences in data are translated; how many lines there are is the same."""
    bare = [re.sub(r"\s*#.*", "", line) for line in lines]
    return [line if line.isascii() else "" for line in bare if line.strip()]


@pytest.mark.parametrize("page", ENGLISH, ids=called)
def test_both_languages_have_the_same_headings_blocks_and_tables(page: Path) -> None:
    chinese = CHINESE[page]
    assert chinese.is_file(), f"{called(page)} has no Chinese translation"
    ours, theirs = outline(page), outline(chinese)
    differ = [(one, two) for one, two in zip(ours, theirs, strict=False) if not _same(one, two)]
    assert differ == []
    assert len(ours) == len(theirs)


def _same(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """Equal but for lines that hold a sentence in one of the languages."""
    return len(one) == len(two) and all(
        first == second or not (first.isascii() and second.isascii()) or "" in (first, second)
        for first, second in zip(one, two, strict=True)
    )


def test_no_chinese_page_is_without_an_english_one() -> None:
    chinese = {one for one in docs.PAGES if "zh" in one.parts}
    assert chinese - set(CHINESE.values()) == set()


@EACH
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / unquote(path)).resolve() if path else page
        assert file.exists(), f"{called(page)}: {target}"
        if anchor and file.suffix == ".md":
            assert unquote(anchor) in anchors(file), f"{called(page)}: {target}"


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to a page's headings."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    plain = (re.sub(r"[^\w\- ]", "", one.replace("`", "")).strip().lower() for one in heads)
    return {one.replace(" ", "-") for one in plain}


def words(name: str) -> str:
    """All English pages as one text."""
    return "\n".join(one.read_text("utf-8") for one in ENGLISH if name in ("", one.stem))


def test_every_command_and_format_is_documented() -> None:
    told = words("")
    context = click.Context(cli)
    assert [one for one in cli.list_commands(context) if f"keyscan {one}" not in told] == []
    assert [one for one in names() if not re.search(rf"`{one}`|--format {one}", told)] == []


def test_every_exit_code_and_provider_is_documented() -> None:
    codes = re.findall(r"^\| (\d) \| ", words("exit-codes"), re.M)
    assert [str(code.value) for code in ExitCode] == codes[: len(ExitCode)]
    assert [one for one in all_providers() if f"`{one}`" not in words("providers")] == []


def test_the_table_of_requests_is_what_is_sent(httpserver: HTTPServer) -> None:
    """Each row of security.md, asked for real at a server here: path, header, and nothing else."""
    page = (docs.ROOT / "docs" / "security.md").read_text("utf-8")
    named = {"accept", "accept-encoding", "user-agent", "host", "connection"}
    for provider in all_providers().values():
        for probe in provider.probes:
            sent = asked(httpserver, probe)
            path = f"{sent.path}?{sent.query_string.decode()}".rstrip("?")
            origin = "https://" + probe.url.split("/")[2]
            header = next(name for name in ("authorization", probe.auth) if name in sent.headers)
            shown = f"`{probe.auth}`" if header == probe.auth else "`Authorization: Bearer`"
            row = (f"`{provider.id}`", f"`{sent.method} {origin}{path}`", shown)
            assert f"| {' | '.join(row)} | {', '.join(probe.kinds)} |" in page
            extra = {"anthropic-version"} if provider.id == "anthropic" else set()
            assert {name.lower() for name, _ in sent.headers} == named | extra | {header}
            assert sent.get_data() == b""


def asked(server: HTTPServer, probe: Probe) -> Request:
    """The one request that a probe makes."""
    import asyncio  # late, as everywhere

    from keyscan.probe import Limits, Question, ask

    server.clear()
    server.expect_request(re.compile(".*")).respond_with_json({})
    url = server.url_for("/" + probe.url.split("/", 3)[3])
    asyncio.run(ask("k" * 40, Question(probe, url), Limits(retries=0)))
    ((request, _),) = server.log
    return request
