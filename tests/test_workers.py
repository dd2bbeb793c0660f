"""Processes share a store's objects: each object is judged once, whoever of them ends early."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from keys import openai_key
from keyscan import objects, workers
from keyscan.history import Wanted, scan_history
from keyscan.interest import Interest
from keyscan.model import Report
from keyscan.suspects import Seen, Suspect
from repo import Repo

TOTAL = 40


@pytest.fixture
def filled(repo: Repo) -> Repo:
    """Files of many sizes; each fourth holds a key."""
    for number in range(TOTAL):
        key = f"key = '{openai_key()}'\n" if number % 4 == 0 else ""
        repo.write(f"{number}.py", f"number = {number}\n" * number * 9 + key)
    repo.git("add", ".")
    repo.commit()
    return repo


def counted(repo: Repo, processes: int = 2) -> tuple[int, Counter[int], int]:
    """Objects in the store, how often each suspect was told, and how many objects were read."""
    with objects.every(str(repo.path)) as listed:
        told = list(workers.results(listed, str(repo.path), processes))
        suspects = Counter(one.at for one in told if isinstance(one, Suspect))
        return len(listed), suspects, sum(one.objects for one in told if isinstance(one, Seen))


@pytest.mark.parametrize("processes", [1, 2, 3, 8])
def test_each_object_is_read_once_and_each_suspect_told_once(filled: Repo, processes: int) -> None:
    total, suspects, read = counted(filled, processes)
    assert (total, set(suspects.values()), len(suspects)) == (read, {1}, TOTAL // 4)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is one process only")
def test_what_a_worker_leaves_that_dies_is_read_by_the_parent(
    filled: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = os.getpid()
    real = Interest.__call__

    def dying(self: Interest, data: bytes, looks: object) -> object:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, data, looks)  # type: ignore[arg-type]

    monkeypatch.setattr(Interest, "__call__", dying)
    total, suspects, read = counted(filled)
    assert (total, set(suspects.values()), len(suspects)) == (read, {1}, TOTAL // 4)


@pytest.mark.skipif(sys.platform != "linux", reason="no other system has pipes of any size")
def test_workers_end_when_nobody_reads_them(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their pipes are full then: each waits until the last reader has gone."""
    import fcntl

    def small() -> tuple[int, int]:
        here, there = pipe()
        fcntl.fcntl(here, 1031, 4096)  # F_SETPIPE_SZ
        return here, there

    pipe = os.pipe
    monkeypatch.setattr(os, "pipe", small)
    key, count = openai_key(), 20_000
    stream = "".join(f"blob\ndata <<end\n{n} = '{key}'\nend\n" for n in range(count))
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=repo.path, input=stream.encode(), check=True
    )
    with objects.every(str(repo.path)) as listed:
        assert len(listed) == count
        told = workers.results(listed, str(repo.path), 3)
        next(told)
        time.sleep(2)
        ending = threading.Thread(target=told.close, daemon=True)  # type: ignore[attr-defined]
        ending.start()
        ending.join(20)
        assert not ending.is_alive()


@pytest.mark.parametrize("shares", [(1,), (1, 1), (6, 6, 3, 3, 1, 1, 1, 1), (1, 1000), (1000, 1)])
def test_parts_follow_each_other_and_leave_nothing_out(
    filled: Repo, shares: tuple[int, ...]
) -> None:
    with objects.every(str(filled.path)) as listed:
        parts = listed.parts(shares)
        assert len(parts) == len(shares)
        assert [start for start, _ in parts] == [0, *(stop for _, stop in parts[:-1])]
        assert parts[-1][1] == len(listed)


def test_an_empty_list_has_empty_parts(tmp_path: Path) -> None:
    with objects.every(str(Repo(tmp_path / "empty").path)) as listed:
        assert listed.parts((2, 1)) == [(0, 0), (0, 0)]


def test_what_runs_beside_gives_its_answer_or_its_error() -> None:
    assert workers.beside(lambda: 3)() == 3
    with pytest.raises(ZeroDivisionError):
        workers.beside(lambda: 1 / 0)()


def told(repo: Repo, processes: int) -> Report:
    return scan_history(
        str(repo.path), Wanted(processes=processes, cache=False), lambda _files, _bytes: None
    )


@pytest.mark.parametrize("early", [0, 3000, 1 << 30])
def test_what_is_sought_before_its_path_is_known_is_told_the_same(
    filled: Repo, monkeypatch: pytest.MonkeyPatch, early: int
) -> None:
    filled.git("commit", "-q", "--allow-empty", "-m", f"api_key = '{openai_key()}'")
    filled.add("c/openai.py", f"import openai\nkey = '{'ab1' * 16}'\n" + "x = 1\n" * 900)
    filled.commit()
    wanted = told(filled, 1)
    monkeypatch.setattr("keyscan.history._EARLY", early)
    for processes in (1, 2):
        report = told(filled, processes)
        assert (wanted.findings, wanted.suppressed) == (report.findings, report.suppressed)
    paths = {place.path for one in report.findings for place in one.locations}
    assert {f"{number}.py" for number in range(0, TOTAL, 4)} < paths
    assert all(place.commit for one in report.findings for place in one.locations)
