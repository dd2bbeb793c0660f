"""``--format NAME=FILE``: several reports of one run, whole or not at all; wrong calls."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from keys import openai_key
from keyscan.commands._options import Target, shown, targets_of
from keyscan.errors import IncompleteError, UsageError
from keyscan.model import Report


def keyscan(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, in a folder with one leak."""
    (folder / "leak.py").write_text(f'key = "{openai_key()}"\n')
    environ = {**os.environ, "KEYSCAN_LANG": "en", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "keyscan", "scan", "leak.py", *arguments],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_one_run_tells_several_formats(tmp_path: Path) -> None:
    files = "--format=sarif=out.sarif", "-f", "json=out.json", "-f", "html=a=b.html"
    done = keyscan(tmp_path, "--format", "text", *files)
    assert (done.returncode, done.stderr) == (1, "")
    assert "leak.py:1:8" in done.stdout
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"
    assert len(json.loads((tmp_path / "out.json").read_text())["findings"]) == 1
    assert (tmp_path / "a=b.html").read_text("utf-8").startswith("<!doctype html>")
    left = {"leak.py", "out.sarif", "out.json", "a=b.html"}
    assert left == {one.name for one in tmp_path.iterdir()}
    if os.name == "posix":
        modes = {stat.S_IMODE((tmp_path / one).stat().st_mode) for one in left - {"leak.py"}}
        assert {0o600} == modes


def test_only_files_leave_standard_output_empty(tmp_path: Path) -> None:
    done = keyscan(tmp_path, "-f", "json=a.json", "-f", "csv=b.csv")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_a_second_report_changes_nothing_in_the_first(tmp_path: Path) -> None:
    alone = keyscan(tmp_path, "-f", "junit")
    both = keyscan(tmp_path, "-f", "junit", "-f", "gitlab=gl.json")
    assert _without_times(alone.stdout).splitlines()[0] == both.stdout.splitlines()[0]
    assert _without_times(alone.stdout).count("<testcase") == both.stdout.count("<testcase")


def _without_times(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "time=" not in line)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("-f", "sarif", "-f", "text"), "only one format can go to standard output"),
        (("-f", "json=-", "-f", "text"), "only one format can go to standard output"),
        (("-f", "json=x", "-f", "csv=./x"), "two formats cannot go to the same file"),
        (("-f", "json=x", "-o", "y"), "-o is for one format"),
        (("-f", "json", "-f", "csv=x", "-o", "y"), "-o is for one format"),
        (("-f", "nosuch"), "no format nosuch; there are: csv, "),
        (("-f", "nosuch=x"), "no format nosuch; there are: csv, "),
        (("-f", "json="), "--format json= names no file"),
        (("-f", "json=no/where.json"), "does not exist; create it first"),
        (("-f", "text", "-f", "json=."), "it is a folder; name a file in it"),
        (("-o", "no/where.json"), "does not exist; create it first"),
    ],
)
def test_a_wrong_call_is_one_line_and_nothing_is_scanned(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = keyscan(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["leak.py"]


@pytest.mark.parametrize(
    ("wishes", "output", "targets"),
    [
        ((), None, (Target("text"),)),
        (("text",), None, (Target("text"),)),
        (("json",), "x", (Target("json", "x"),)),
        (("json",), "-", (Target("json"),)),
        (("json=-",), None, (Target("json"),)),
        (("json=a=b",), None, (Target("json", "a=b"),)),
        (("text", "csv=x"), None, (Target("text"), Target("csv", "x"))),
    ],
)
def test_targets(wishes: tuple[str, ...], output: str | None, targets: tuple[Target, ...]) -> None:
    assert targets == targets_of(wishes, output)


def test_where_one_file_cannot_be_written_the_rest_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report must not be lost because the place of another one is bad."""
    there = tmp_path / "there.json"
    with pytest.raises(UsageError, match="does not exist"):
        shown(Report(()), format=("text", f"csv={tmp_path}/no/x.csv", f"json={there}"))
    assert "no keys found" in capsys.readouterr().out
    assert there.is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError, match="nothing was written"):
        shown(Report(()), format=("json=/dev/full",))
    done = keyscan(tmp_path, "-f", "text", "-f", "json=/dev/full")
    assert done.returncode == 3
    assert "leak.py:1:8" in done.stdout
