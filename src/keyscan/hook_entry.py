"""``keyscan-hook``: the pre-commit hook's fast way out when a commit holds nothing like a key.

It imports ``os``, ``sys`` and the literal search, because it runs on every commit of every
user: bare Python starts in 11 ms here, click alone takes 30 more. It looks for the prefilter's
literals in what is staged. None of them can start a key and everything was read: exit 0,
silently. In any doubt the full program decides, in this process, from the start.
"""

import os
import sys

from keyscan.config_files import own_rules_possible
from keyscan.git_safety import OPTIONS, STAGED, environment, find_git
from keyscan.names import suspicious
from keyscan.sift import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGE = 16 << 20  # bytes; a larger blob goes through the full program, block by block
_PIPE_BUF = 4096  # bytes that an empty pipe takes everywhere: git and we never both wait


class Doubt(Exception):
    """Something that only the full program can judge."""


def main() -> None:
    """The console script. Takes the options of ``keyscan hook pre-commit``."""
    if len(sys.argv) == 1 and _nothing_staged_matters() and not own_rules_possible():
        os._exit(0)  # nothing is open or buffered; an orderly end takes 2 ms
    from keyscan.__main__ import main as full_program

    full_program(["hook", "pre-commit", *sys.argv[1:]])


def _nothing_staged_matters() -> bool:
    try:
        with _Git("cat-file", "--batch") as contents:  # starts while the other git works
            with _Git(*STAGED, "--no-renames", "HEAD", "--") as changes:
                raw = changes.output.read()
            return bool(raw) and all(clean(data) for data in _contents(contents, _oids(raw)))
    except (Doubt, OSError, ValueError):
        return False


def _oids(raw: bytes) -> "list[bytes]":
    """From git's raw diff: ``:mode mode oid oid status``, NUL, path, NUL, for each path."""
    oids, fields = [], raw.split(b"\0")[:-1]
    if suspicious(b"\0".join(fields[1::2])):
        raise Doubt  # a name that may hold a key
    for change in fields[::2]:
        _, mode, _, oid, status = change.split(b" ")
        if status in (b"A", b"M", b"T") and mode in (b"100644", b"100755"):
            oids.append(oid)
        elif status != b"D":
            raise Doubt  # a submodule, a symbolic link, a conflict
    return oids


def _contents(git: "_Git", oids: "list[bytes]") -> "Iterator[bytes]":
    """Each object's content. Raises ``Doubt`` at one that is missing, large, or no blob."""
    step = _PIPE_BUF // (len(oids[0]) + 1) if oids else 1
    for first in range(0, len(oids), step):
        asked = oids[first : first + step]
        git.write(b"\n".join(asked) + b"\n")
        for _ in asked:
            _, kind, size = git.output.readline().split(b" ")
            if kind != b"blob" or int(size) > _LARGE:
                raise Doubt
            data = git.output.read(int(size) + 1)
            if len(data) != int(size) + 1:
                raise Doubt
            yield data[:-1]


class _Git:
    """One git command, bytes in and bytes out. Leaving the block raises ``Doubt`` if it failed."""

    def __init__(self, *words: str) -> None:
        child_input, self._input = os.pipe()
        output, child_output = os.pipe()
        self.output = os.fdopen(output, "rb")
        try:
            self._process = _start(words, child_input, child_output)
        finally:
            os.close(child_input)
            os.close(child_output)

    def write(self, data: bytes) -> None:
        os.write(self._input, data)

    def __enter__(self) -> "_Git":
        return self

    def __exit__(self, error: object, *_: object) -> None:
        os.close(self._input)
        self.output.close()
        if os.waitpid(self._process, 0)[1] != 0 and not error:
            raise Doubt


def _start(words: "tuple[str, ...]", stdin: int, stdout: int) -> int:
    """The process id of a git whose messages are dropped: the full program says what is wrong."""
    program = find_git()
    if program is None or not hasattr(os, "posix_spawn"):  # Windows has only subprocess, 11 ms
        raise Doubt
    return os.posix_spawn(
        program,
        (program, *OPTIONS, *words),
        environment(hook=True),
        file_actions=[
            (os.POSIX_SPAWN_DUP2, stdin, 0),
            (os.POSIX_SPAWN_DUP2, stdout, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
