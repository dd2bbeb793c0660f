"""Programs on PATH for hooks that git really runs, and what a folder holds, to compare."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from repo import ISOLATED, Repo

_ENTRY = "from keyscan.hook_entry import main; main()"


def shims(folder: Path) -> Path:
    """``keyscan`` and ``keyscan-hook`` of this very tree, in a folder for PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    python = shlex.quote(sys.executable)
    for name, words in {"keyscan": "-m keyscan", "keyscan-hook": f"-c '{_ENTRY}'"}.items():
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec {python} {words} "$@"\n')
        path.chmod(0o755)
    return folder


def run(repo: Repo, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """A command in the repository, as a user runs it; both streams are one."""
    return subprocess.run(
        words,
        cwd=repo.path,
        env={**os.environ, **ISOLATED, "KEYSCAN_LANG": "en", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        check=False,
    )


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder: its mode and content, a link's target."""
    found = {}
    for path in sorted(folder.rglob("*")):
        data = os.readlink(path).encode() if path.is_symlink() else b""
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
        found[path.relative_to(folder).as_posix()] = (path.lstat().st_mode, data)
    return found
