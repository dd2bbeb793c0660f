"""What happens to a scan of a store must never make the next one silent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keys import openai_key
from repo import Repo

SCAN = (sys.executable, "-m", "keyscan", "history", "-q")


def scanning(repo: Repo) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*SCAN, str(repo.path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def large(repo: Repo) -> Repo:
    """Some megabytes of noise and a key."""
    for number in range(8):
        repo.add(f"noise{number}", os.urandom(1 << 20))
    repo.add("key.txt", f"api_key = '{openai_key()}'\n".encode())
    repo.commit()
    return repo


@pytest.mark.parametrize("after", [0.05, 0.15, 0.25, 0.4])
def test_a_scan_that_is_killed_leaves_no_record_that_lies(large: Repo, after: float) -> None:
    first = scanning(large)
    try:
        first.wait(after)
    except subprocess.TimeoutExpired:
        first.kill()
    first.communicate()
    for _ in range(2):
        second = scanning(large)
        second.communicate(timeout=60)
        assert second.returncode == 1


def test_scans_at_once_all_find_it_and_so_does_the_next(large: Repo) -> None:
    several = [scanning(large) for _ in range(3)]
    for one in several:
        one.communicate(timeout=60)
    assert [one.returncode for one in several] == [1, 1, 1]
    last = scanning(large)
    last.communicate(timeout=60)
    assert last.returncode == 1


def test_a_store_without_git_says_what_to_do(
    large: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    one = scanning(large)
    _, said = one.communicate(timeout=60)
    assert one.returncode == 2
    assert b"git" in said
    assert b"Traceback" not in said
    assert said.count(b"\n") == 1
