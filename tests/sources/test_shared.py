"""A long list of files read by several processes: the same is found, whatever becomes of one."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import keys
from keyscan.blocks import BLOCK
from keyscan.model import Gap, Passed, Report
from keyscan.pipeline import harmless, scan
from keyscan.sources import _parts, _shared
from keyscan.sources.files import files
from repo import Repo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks here")
COUNT = 400


@pytest.fixture
def many(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository of 400 files with keys in both halves, a large one, and a link."""
    monkeypatch.setattr(_shared, "MANY", 100)
    monkeypatch.setattr(_shared, "PART", 50)
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


def _let_children_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_out = _shared._Crew._handed_out

    def late(*args: Any) -> Iterator[_parts.Done | Gap]:
        yield from handed_out(*args)
        time.sleep(0.3)

    monkeypatch.setattr(_shared._Crew, "_handed_out", late)


def _scan() -> Report:
    return scan(files([], harmless=harmless))


def _alone(monkeypatch: pytest.MonkeyPatch) -> Report:
    with monkeypatch.context() as patch:
        patch.setattr(_shared, "MANY", 10**9)
        return scan(files([]))


def _facts(report: Report) -> tuple[object, ...]:
    return report.findings, report.suppressed, report.gaps, report.stats.blobs, report.stats.bytes


def test_two_processes_find_and_count_what_one_does(
    many: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _alone(monkeypatch)
    assert len(expected.findings) == 4
    contents = list(files([], harmless=harmless))
    assert sum(isinstance(one, Passed) for one in contents) == 9
    assert _facts(_scan()) == _facts(expected)
    _let_children_begin(monkeypatch)
    assert _facts(_scan()) == _facts(expected)


def test_files_of_all_sizes_are_read_to_their_ends(
    many: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"\nOPENAI_API_KEY={keys.openai_key()}"
    for size in (1 << 16, _parts._BATCH, BLOCK):
        for more in (-1, 0, 1):
            Path(f"zz{size + more}.txt").write_text(key.rjust(size + more, "."))
    many.git("add", ".")
    report = _scan()
    assert sorted(len(one.locations) for one in report.findings) == [1, 1, 1, 1, 9]
    assert _facts(report) == _facts(_alone(monkeypatch))


def test_a_child_that_is_killed_costs_no_file(many: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _alone(monkeypatch)

    def killed(fd: int, data: memoryview) -> None:
        os.write(fd, data[:-3])
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(_shared, "write_all", killed)
    _let_children_begin(monkeypatch)
    assert _facts(_scan()) == _facts(expected)


def test_a_child_that_crashes_costs_no_file(many: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _alone(monkeypatch)
    monkeypatch.setattr(_shared, "write_all", None)
    _let_children_begin(monkeypatch)
    assert _facts(_scan()) == _facts(expected)


def test_an_unreadable_file_of_the_child_is_a_gap(many: Repo) -> None:
    os.remove("file390.py")
    os.mkfifo("file390.py")
    assert [gap.reason for gap in _scan().gaps] == ["not-a-regular-file"]


def test_no_child_is_left(many: Repo) -> None:
    _scan()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize("git", [True, False])
def test_parts_are_read_while_the_list_goes_on(
    many: Repo, monkeypatch: pytest.MonkeyPatch, git: bool
) -> None:
    """Folder by folder without git; what is not tracked comes last with git."""
    for index in range(40):
        folder = Path(f"folder{index:02}")
        folder.mkdir()
        for number in range(20):
            (folder / f"{number}.py").write_text(f"print({number})\n")
        (folder / "key.py").write_text(f"key = '{keys.openai_key()}'\n")
    (many.path / ".gitignore").write_text("folder39\n")
    os.remove("file005.py")  # tracked: not there, and no gap
    os.remove("file006.py")
    os.mkfifo("file006.py")
    monkeypatch.setattr(_shared, "PART", 7)
    monkeypatch.setattr(_shared, "_AHEAD", 3)
    if not git:
        os.rename(".git", many.path.parent / "away")
    report = _scan()
    assert len(report.findings) == 43 + (not git)
    assert [gap.reason for gap in report.gaps] == ["not-a-regular-file"] * git
    assert _facts(report) == _facts(_alone(monkeypatch))
    _let_children_begin(monkeypatch)
    assert _facts(report) == _facts(_scan())


def test_more_parts_than_the_pipe_holds(many: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    pipe = os.pipe

    def small() -> tuple[int, int]:
        ends = pipe()
        fcntl.fcntl(ends[1], 1031, 4096)  # F_SETPIPE_SZ: 128 tickets
        return ends

    expected = _alone(monkeypatch)
    monkeypatch.setattr(os, "pipe", small)
    monkeypatch.setattr(_shared, "PART", 1)
    assert _facts(_scan()) == _facts(expected)
    monkeypatch.setattr(_shared, "_others", lambda _: 0)
    assert _facts(_scan()) == _facts(expected)


def test_the_list_is_kept_in_a_file_where_memory_has_none(
    many: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _alone(monkeypatch)
    monkeypatch.delattr(os, "memfd_create")
    _let_children_begin(monkeypatch)
    assert _facts(_scan()) == _facts(expected)


def test_no_file_stays_open(many: Repo) -> None:
    before = os.listdir("/proc/self/fd")
    _scan()
    assert len(before) == len(os.listdir("/proc/self/fd"))
