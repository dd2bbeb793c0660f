"""``keyscan-hook``: the pre-commit hook's fast way out when a commit holds nothing like a key.

It imports ``os``, ``sys`` and the literal search, because it runs on every commit of every
user: bare Python starts in 11 ms here, click alone takes 30 more. It looks for the prefilter's
literals in what is staged. None of them can start a key and everything was read: exit 0,
silently. In any doubt the full program decides, in this process, from the start.
"""

import os
import sys

from keyscan._literals import BEGINNINGS, LITERALS, NAMES, PLACEHOLDERS, PREFIXES
from keyscan.git_safety import OPTIONS, STAGED, environment, find_git

try:
    from stringzilla import find
except ImportError:  # as in ``prefilter``, whose own imports would cost 8 ms
    find = bytes.find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LARGE = 16 << 20  # bytes; a larger blob goes through the full program, block by block
_PIPE_BUF = 4096  # bytes that an empty pipe takes everywhere: git and we never both wait

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_VALUE = _WORD + b".+/=~"
_BETWEEN = _VALUE + b" \t\r\n:,(>?|<[]&;"  # all that can stand between a name and its value
_PLAIN = _VALUE + b" ,:()"
_WORDS = bytes(byte if byte in _VALUE else 0x20 for byte in range(256))
_LETTERS = bytes(byte if byte in _WORD + b"+/" else 0x20 for byte in range(256))
_BASE64 = bytes(0x20 if byte == 0x20 else 0x41 for byte in _LETTERS)
_HEX = bytes(
    0x30 if byte in b"0123456789" else 0x61 if byte in b"abcdefABCDEF" else 0x20
    for byte in range(256)
)
_FOLLOWING = 16  # characters of a key behind its prefix; no rule is content with fewer
_REACH = 720  # bytes from a name to the end of a value that a rule can still give to it


class Doubt(Exception):
    """Something that only the full program can judge."""


def main() -> None:
    """The console script. Takes the options of ``keyscan hook pre-commit``."""
    if len(sys.argv) == 1 and _nothing_staged_matters():
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
    oids = []
    for change in raw.split(b"\0")[:-1:2]:
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


def clean(data: bytes) -> bool:
    """Whether the full program is certain to find nothing in a file of these bytes."""
    return not (
        data.startswith(BEGINNINGS)
        or any(find(data, literal, 0) >= 0 for literal in LITERALS)
        or _has_long_run(data)
        or any(_any_hit(data, literal, _key_follows) for literal in PREFIXES)
        or any(_any_hit(data, literal, _value_follows) for literal in NAMES)
    )


def _has_long_run(data: bytes) -> bool:
    """Whether 56 letters of base64's alphabets stand in a row: ``prefilter.runs``.

    Rulers (``# ------``) do not count: four different letters encode nothing that is sought.
    """
    sample = data[::4].translate(_BASE64)
    at = find(sample, b"A" * 14, 0)
    while at >= 0:
        stop = find(sample, b" ", at)
        stop = len(sample) if stop < 0 else stop
        part = data[max(0, at * 4 - 3) : stop * 4].translate(_LETTERS)
        if any(len(run) >= 56 and len(set(run)) > 4 for run in part.split()):
            return True
        at = find(sample, b"A" * 14, stop)
    return False


def _has_digits(word: bytes) -> bool:
    """Whether a word has a digit, or eight hex letters in a row: a UUID may lack digits."""
    marked = word.translate(_HEX)
    return b"0" in marked or b"a" * 8 in marked


def _any_hit(data: bytes, literal: bytes, follows: "Callable[[bytes, int], bool]") -> bool:
    at = find(data, literal, 0)
    while at >= 0:
        if follows(data, at + len(literal)):
            return True
        at = find(data, literal, at + 1)
    return False


def _key_follows(data: bytes, at: int) -> bool:
    """Whether what stands here is long enough for a key: not in ``task-force``."""
    following = data[at : at + _FOLLOWING]
    return len(following) == _FOLLOWING and not following.lstrip(_VALUE)


def _value_follows(data: bytes, at: int) -> bool:
    """Whether the name that goes on here may be given a long value or a placeholder.

    Asks for less than ``context.value_after`` and the rules do, without a regex.
    """
    near = data[at : at + _REACH]
    if any(len(word) >= 20 and _has_digits(word) for word in near.translate(_WORDS).split()):
        return True
    if find(near, b"&quot;", 0) >= 0:
        return True
    rest = near.lstrip(_WORD).replace(b"%22", b'"').replace(b"\\", b"")
    rest = rest.replace(b"'", b'"').replace(b"`", b'"').lstrip(b'"])')
    between, _, rest = rest.partition(b'"')
    quoted, closed, _ = rest.partition(b'"')
    if between.translate(None, _BETWEEN) or not closed:
        return False
    return bool(quoted.translate(None, _PLAIN)) or any(
        one in quoted.lower() for one in PLACEHOLDERS
    )


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
