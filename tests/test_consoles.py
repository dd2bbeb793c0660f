"""Consoles that do not speak UTF-8: Windows in GBK (cp936) and cp437, and plain ASCII.

Every command is run in both languages with its streams in that encoding, on what a hostile or
Chinese folder holds. Nothing may stop it, and what it prints must be in the encoding.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from keys import openai_key
from keyscan.__main__ import cli
from keyscan.formats import names
from keyscan.model import Blob
from keyscan.pipeline import scan
from loopback import free_port
from repo import Repo

ENCODINGS = ("utf-8", "gbk", "cp936", "cp437", "ascii")

# Runs each call as the program would be, in one process: starting Python is most of a call.
_ALL = """
import json, sys
from keyscan import i18n
from keyscan.__main__ import main
for words in json.load(open(sys.argv[1], encoding="utf-8")):
    sys.stdout.flush()
    sys.stderr.write("\\n--- " + ascii(words) + "\\n")
    try:
        main(words)
    except SystemExit:
        i18n.choose("")
"""


def calls() -> Iterator[list[str]]:
    """Every command's help, every format, and what is said when something is wrong."""
    for path in every_path(cli):
        yield [*path, "--help"]
    for name in names():
        yield ["scan", "--format", name]
        yield ["scan", "-v", "--format", name, "目录 ✓ 😀/missing"]
    yield from (["scan"], ["scan", "-v"], ["scan", "-q"], ["history", "-v"], ["doctor"])
    yield from (["rotate"], ["rotate", "openai"], ["rotate", "密钥"], ["rotate", "--kind", "鍵"])
    yield from (["providers"], ["providers", "--format", "json"], ["scan", "--没有"])
    yield from (["install"], ["uninstall"], ["scan", "--output", "没有/a.txt"])
    yield from (["scan", "--format", "格式"], ["scan", "--endpoint", "甲=乙", "--verify"])
    yield ["scan", "--verify", "--endpoint", f"openai=http://127.0.0.1:{free_port()}"]
    yield from (["hook", "commit-msg", "消息.txt"], ["hook", "files", "钥匙😀.py", "没有.py"])
    yield from (["hook", "pre-commit"], ["verify", "sk-密钥"], ["verify"], ["ci"])
    yield from (["config"], ["config", "init"], ["config", "init"], ["completion", "zsh"])
    yield from (["baseline", "create", "--reason", "理由 ✓"], ["baseline", "explain"])
    yield from (["baseline", "prune"], ["scan", "-v"], ["baseline", "import", "没有.json"])
    yield from (["scan", "--baseline", "没有.json"], ["scan", "--config", "没有.toml"])


def every_path(group: click.Group, *before: str) -> Iterator[list[str]]:
    """The words of each command, from the whole program down."""
    yield [*before]
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from every_path(command, *before, name)
        else:
            yield [*before, name]


@pytest.fixture
def place(repo: Repo) -> Repo:
    """A key in a file whose name no old code page can write, a note, a placeholder and a gap."""
    key = openai_key()
    repo.add("钥匙😀.py", f'密钥 = "{key}"\n')
    repo.add("消息.txt", f"提交：{key}\n")
    repo.add("note.py", 'from openai import OpenAI\nclient = OpenAI(api_key="你的API密钥")\n')
    strange = "\u202e" if os.name == "nt" else "\x1b[31m\u202e"
    repo.add(f"broken-{strange}.zip", b"PK\x03\x04" + b"\0" * 40)
    repo.commit()
    return repo


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_command_is_stopped_by_the_consoles_encoding(
    place: Repo, tmp_path: Path, encoding: str, language: str
) -> None:
    (tmp_path / "calls.json").write_text(json.dumps(list(calls())), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _ALL, str(tmp_path / "calls.json")],
        env={
            **_without_ci(),
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path),
            "KEYSCAN_LANG": language,
            "PYTHONIOENCODING": encoding,
            "PYTHONUTF8": "0",
        },
        capture_output=True,
        input=b"",
        check=False,
    )

    # click takes ASCII for a console that nobody has set up, and writes UTF-8
    told = done.stderr.decode("utf-8" if encoding == "ascii" else encoding)
    assert (done.returncode, [one for one in told.split("---") if "internal error" in one]) == (
        0,
        [],
    )
    assert "Traceback" not in told
    if encoding not in ("cp437", "ascii"):
        assert ("签发" if language == "zh" else "issuer") in _text(done.stdout, encoding)


def _without_ci() -> dict[str, str]:
    """`keyscan ci` must not write into the summary of the job that runs the tests."""
    systems = ("GITHUB_", "GITLAB_", "CI", "TF_", "SYSTEM_", "BUILD_", "JENKINS_", "RUNNER_")
    return {name: said for name, said in os.environ.items() if not name.startswith(systems)}


def _text(shown: bytes, encoding: str) -> str:
    """Formats for programs say UTF-8 whatever the console speaks: those parts do not matter."""
    return shown.decode(encoding, "replace")


@pytest.mark.parametrize("name", sorted(set(names()) - {"text"}))
def test_what_programs_read_is_utf_8_whatever_the_console_speaks(place: Repo, name: str) -> None:
    """An XML file or an HTML page that says UTF-8 and holds GBK is broken."""
    call = [sys.executable, "-m", "keyscan", "scan", "--format", name]
    shown = subprocess.run(
        call,
        env={**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    ).stdout
    said = shown.decode("utf-8")
    assert said.isascii() or "钥匙😀" in said


def test_the_names_above_do_hold_a_key(place: Repo) -> None:
    data = (place.path / "钥匙😀.py").read_bytes()
    assert len(scan([Blob("a.py", data)]).findings) == 1
