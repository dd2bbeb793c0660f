"""A long list of files read by two processes: the same is found, whatever becomes of the child."""

import os
import signal
import sys
from pathlib import Path

import pytest

import keys
from keyscan.model import Passed, Report
from keyscan.pipeline import scan
from keyscan.sources import _halves
from keyscan.sources.files import files
from repo import Repo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks here")
COUNT = 400


@pytest.fixture
def many(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository of 400 files with keys in both halves, a large one, and a link."""
    monkeypatch.setattr(_halves, "MANY", 100)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.chdir(repo.path)
    for index in range(COUNT):
        Path(f"file{index:03}.py").write_text(f"print({index})\n" * 30)
    for index in (3, 250, 399):
        Path(f"file{index:03}.py").write_text(f"key = '{keys.openai_key()}'\n")
    Path("zz-large.txt").write_text("x = 1\n" * 900_000 + f"OPENAI_API_KEY={keys.openai_key()}\n")
    Path("zz-link").symlink_to("file003.py")
    Path("zz-empty").touch()
    repo.git("add", ".")
    return repo


def _alone(monkeypatch: pytest.MonkeyPatch) -> Report:
    with monkeypatch.context() as patch:
        patch.setattr(_halves, "MANY", 10**9)
        return scan(files([]))


def _facts(report: Report) -> tuple[object, ...]:
    return report.findings, report.suppressed, report.gaps, report.stats.blobs, report.stats.bytes


def test_two_processes_find_and_count_what_one_does(
    many: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _alone(monkeypatch)
    assert len(expected.findings) == 4
    contents = list(files([]))
    assert any(isinstance(one, Passed) and one.blobs > 150 for one in contents)
    assert _facts(scan(files([]))) == _facts(expected)


def test_a_child_that_is_killed_costs_no_file(many: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _alone(monkeypatch)

    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(_halves, "_sifted", killed)
    assert _facts(scan(files([]))) == _facts(expected)


def test_a_child_that_crashes_costs_no_file(many: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _alone(monkeypatch)
    monkeypatch.setattr(_halves, "_sifted", None)
    assert _facts(scan(files([]))) == _facts(expected)


def test_an_unreadable_file_of_the_child_is_a_gap(many: Repo) -> None:
    os.remove("file390.py")
    os.mkfifo("file390.py")
    assert [gap.reason for gap in scan(files([])).gaps] == ["not-a-regular-file"]


def test_no_child_is_left(many: Repo) -> None:
    scan(files([]))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
