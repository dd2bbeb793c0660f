"""On a terminal a place is a link to its file, whatever folder keyscan was called in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keys import openai_key
from repo import Repo

pty = pytest.importorskip("pty", reason="a terminal of its own needs POSIX")


def on_terminal(folder: Path, *words: str, term: str = "xterm") -> str:
    """What keyscan writes to a terminal."""
    ours, theirs = pty.openpty()
    call = [sys.executable, "-m", "keyscan", *words]
    environment = {**os.environ, "TERM": term, "KEYSCAN_LANG": "en"}
    with subprocess.Popen(call, cwd=folder, env=environment, stdout=theirs) as child:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # how Linux tells the end of a terminal
            pass
        child.wait()
    os.close(ours)
    return shown.decode()


@pytest.fixture
def leak(repo: Repo) -> Path:
    """A staged file with a key, two folders down."""
    return repo.add("sub/deep/app.py", f"key = '{openai_key()}'\n")


@pytest.mark.parametrize("words", [[], ["scan", "."], ["scan", "deep"], ["scan", "../sub"]])
def test_places_are_links_to_the_files_on_the_disk(leak: Path, words: list[str]) -> None:
    shown = on_terminal(leak.parents[1], *words)
    (link,) = {part.partition("\x1b\\")[0] for part in shown.split("\x1b]8;;")[1::2]}
    assert Path(link.removeprefix("file://")).resolve() == leak.resolve()


def test_places_in_the_index_are_links_at_the_top_and_plain_below(repo: Repo, leak: Path) -> None:
    assert f"\x1b]8;;{leak.as_uri()}\x1b\\" in on_terminal(repo.path, "scan", "--staged")
    assert "\x1b]8;;" not in on_terminal(leak.parent, "scan", "--staged")


def test_a_dumb_terminal_gets_no_links(leak: Path) -> None:
    assert "\x1b" not in on_terminal(leak.parent, term="dumb")
