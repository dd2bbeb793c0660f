"""What ``kill -9`` leaves, the next run removes; never what a live run, or anybody else, uses."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from repo import Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nobody is killed by a signal there")
HOLDS = """
import sys
from keyscan.temporary import temporary_folder
with temporary_folder() as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def run(there: Path) -> Iterator["subprocess.Popen[str]"]:
    """A run that has its temporary folder."""
    process = holding()
    yield process
    process.kill()
    process.communicate()


def holding() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def folder_of(process: "subprocess.Popen[str]") -> Path:
    assert process.stdout is not None
    made = Path(process.stdout.readline().rstrip("\n"))
    old(made)
    return made


def old(path: Path) -> None:
    """As if it had been made two minutes ago."""
    os.utime(path, (time.time() - 120,) * 2, follow_symlinks=False)


def another_run() -> None:
    """To its end, with a temporary folder of its own, of which nothing stays."""
    process = holding()
    out, _ = process.communicate("", timeout=30)
    assert process.returncode == 0
    assert not os.path.exists(out.rstrip("\n"))


def test_what_a_killed_run_left_is_removed(run: "subprocess.Popen[str]", there: Path) -> None:
    made = folder_of(run)
    (made / "objects").mkdir()
    (made / "objects" / "pack").write_text("x")
    (made / "objects" / "pack").chmod(0o444)
    old(made)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert made.is_dir()
    another_run()
    assert list(there.iterdir()) == []


def test_a_live_run_keeps_its_folder(run: "subprocess.Popen[str]", there: Path) -> None:
    made = folder_of(run)
    another_run()
    assert list(there.iterdir()) == [made]
    assert run.communicate("", timeout=30)[0] == ""
    assert list(there.iterdir()) == []


def test_a_folder_that_was_made_just_now_stays(run: "subprocess.Popen[str]") -> None:
    made = folder_of(run)
    run.kill()
    run.wait()
    os.utime(made)
    another_run()
    assert made.is_dir()


@pytest.mark.parametrize("what", ["mode", "link", "file", "no lock", "lock is a link", "name"])
def test_what_is_not_ours_stays(there: Path, tmp_path: Path, what: str) -> None:
    theirs = there / ("keyscan-abc" if what != "name" else "other-abc")
    target = tmp_path / "target"
    for folder in (target,) if what in ("link", "file") else (target, theirs):
        folder.mkdir(0o700)
        (folder / "content").write_text("x")
        if what != "no lock" and not (what == "lock is a link" and folder == theirs):
            (folder / ".keyscan-lock").write_text("")
    if what == "mode":
        theirs.chmod(0o755)
    if what == "link":
        theirs.symlink_to(target)
    if what == "file":
        theirs.write_text("x")
        theirs.chmod(0o700)
    if what == "lock is a link":
        (theirs / ".keyscan-lock").symlink_to(target / ".keyscan-lock")
    old(theirs)
    another_run()
    assert os.path.lexists(theirs)
    assert (target / "content").exists()


def test_links_in_a_folder_are_not_followed(
    run: "subprocess.Popen[str]", there: Path, tmp_path: Path
) -> None:
    made = folder_of(run)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "content").write_text("x")
    (made / "link").symlink_to(tmp_path / "kept")
    old(made)
    run.kill()
    run.wait()
    another_run()
    assert list(there.iterdir()) == []
    assert (tmp_path / "kept" / "content").read_text() == "x"


def test_a_doctor_that_is_killed_leaves_nothing_to_the_next(
    repo: Repo, there: Path, tmp_path: Path
) -> None:
    """The whole program, in the middle of its trial."""
    ready, hook = tmp_path / "ready", repo.path / ".git" / "hooks" / "pre-commit"
    repo.commit(a="one\n")
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho >'{ready}'\nexec sleep 5\n")
    hook.chmod(0o755)
    doctor = [sys.executable, "-m", "keyscan", "doctor"]
    with subprocess.Popen(doctor, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while not ready.exists() and time.monotonic() < until:
            time.sleep(0.02)
        process.kill()
    (left,) = there.glob("keyscan-*")
    assert (left / "clone").is_dir()
    old(left)
    hook.unlink()
    assert subprocess.run(doctor, capture_output=True, timeout=120, check=False).returncode == 1
    assert not left.exists()
    assert list(there.glob("keyscan-*")) == []
