"""``--output``: the whole report or nothing, for its owner's eyes, with a clear line on failure."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from keyscan.errors import IncompleteError, KeyscanError, UsageError
from keyscan.output import write
from unprivileged import open_folder, unprivileged

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file modes and devices")


def test_the_text_replaces_the_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "报告.json"
    target.write_text("old, and longer than the new one")
    write(target, "密钥\n")
    assert target.read_bytes() == "密钥\n".encode()
    assert [one.name for one in tmp_path.iterdir()] == ["报告.json"]


@posix
def test_only_the_owner_can_read_it_even_where_the_old_one_was_open(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("old")
    target.chmod(0o666)
    write(target, "new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@posix
def test_a_link_goes_on_pointing_where_it_did(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "report", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the folder .*nowhere does not exist"):
        write(tmp_path / "nowhere" / "report", "x")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder"):
        write(tmp_path, "x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_a_usage_error() -> None:
    with open_folder() as folder:

        def attempt() -> str:
            try:
                write(folder / "report", "x")
            except KeyscanError as error:
                return f"{type(error).__name__}: {error}"
            return "written"

        folder.chmod(0o555)
        told = unprivileged(attempt)
        folder.chmod(0o755)
        assert told.startswith("UsageError: cannot write")
        assert "Permission denied" in told
        assert list(folder.iterdir()) == []


@posix
def test_a_full_device_is_no_success() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(IncompleteError, match="No space left"):
        write("/dev/full", "x")


@posix
def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("old")
    code = (
        "import resource, sys; from keyscan.errors import IncompleteError;"
        "from keyscan.output import write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write(sys.argv[1], 'x' * 5000)\n"
        "except IncompleteError as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "nothing was written" in done.stdout
    assert target.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["report"]


@posix
def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write(pipe, "through\n")
        assert reader.communicate()[0] == b"through\n"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
