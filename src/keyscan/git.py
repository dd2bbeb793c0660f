"""The only module that runs git: bytes in, bytes out, and nothing of a repository is executed.

A scanned repository may be hostile. What its configuration could run is switched off on every
call (file system monitor, hooks, external diffs, lazy fetches), replaced objects are read as
what they are, and git is looked up in absolute PATH entries only, never in the current folder.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import BinaryIO, NamedTuple

from keyscan.errors import IncompleteError, KeyscanError, UsageError
from keyscan.git_processes import (
    PIECE,
    Ask,
    batch_portably,
    batch_spawned,
    finished,
    reading_portably,
    reading_spawned,
    run_portably,
    spawned,
    wait_for,
)
from keyscan.git_processes import Answer as Answer
from keyscan.git_processes import Output as Output
from keyscan.git_safety import OPTIONS, environment, find_git
from keyscan.model import Message, msg

OLDEST = "2.30"  # the first with all that is asked of it: rev-parse --end-of-options
_ASKED_AT_ONCE = 60  # object names that fit into the smallest pipe buffer (4 KiB)


class Object(NamedTuple):
    """One object of ``objects``. ``read(n)`` gives at most ``n`` bytes, b"" at the end."""

    oid: bytes
    kind: str
    size: int
    read: Callable[[int], bytes]


@cache
def program() -> str | None:
    """Git's absolute path, or None, looked up once."""
    return find_git()


def run(
    args: Sequence[str],
    cwd: str | None = None,
    *,
    hook: bool = False,
    fetch: bool = False,
    more: Mapping[str, str] | None = None,
) -> Answer:
    """Run git to its end; ``fetch`` lets it reach a remote, ``more`` is added to its environment.

    Raises UsageError without a git.
    """
    env = environment(hook=hook, fetch=fetch) | dict(more or {})
    if os.name == "nt":
        return run_portably(_argv(args, cwd), env)
    return finished(spawned(_argv(args, cwd), env, asks=False))


@contextmanager
def started(args: Sequence[str], cwd: str | None = None) -> Iterator[Callable[[], Answer]]:
    """A git that works while we do; the function yielded waits for its answer, once.

    Left without asking, the block ends it.
    """
    if os.name == "nt":
        yield partial(run, args, cwd)
        return
    child = spawned(_argv(args, cwd), environment(hook=False), asks=False)
    asked = False

    def answer() -> Answer:
        nonlocal asked
        asked = True
        return finished(child)

    try:
        yield answer
    finally:
        if not asked:
            os.close(child.stdout)  # a git that still writes gets SIGPIPE
            os.close(child.stderr)
            wait_for(child.pid)


def checked(args: Sequence[str], cwd: str | None = None, *, hook: bool = False) -> bytes:
    """The output of a git that succeeded; its failure raised as one clear line."""
    answer = run(args, cwd, hook=hook)
    if answer.code:
        raise failure(answer)
    return answer.out


def objects(
    oids: Sequence[bytes], cwd: str | None = None, *, hook: bool = False
) -> Iterator[Object]:
    """Each object in the asked order, from one ``git cat-file --batch``.

    A missing one has kind ``missing``. What is not read of one is skipped before the next.
    """
    with _batch(cwd, hook=hook) as (ask, answers):
        for start in range(0, len(oids), _ASKED_AT_ONCE):
            part = oids[start : start + _ASKED_AT_ONCE]
            ask(b"".join(oid + b"\n" for oid in part))
            for oid in part:
                yield from _object(oid, answers)


def _object(oid: bytes, answers: BinaryIO) -> Iterator[Object]:
    words = answers.readline().split()
    if len(words) < 2:
        raise _stopped()
    if len(words) != 3:
        yield Object(oid, "missing", 0, lambda most: b""[:most])
        return
    left = size = int(words[2])

    def read(most: int) -> bytes:
        nonlocal left
        data = answers.read(min(most, left))
        if left and most and not data:
            raise _stopped()
        left -= len(data)
        return data

    yield Object(oid, words[1].decode(), size, read)
    while left:
        read(PIECE)
    answers.read(1)  # the line break that closes an object


def _stopped() -> KeyscanError:
    return IncompleteError(
        msg("git stopped while its objects were read; run `git fsck` to see what is broken")
    )


@contextmanager
def reading(
    args: Sequence[str], cwd: str | None = None, *, stdin: int | None = None, hook: bool = False
) -> Iterator[Output]:
    """A running git whose output the caller reads from ``fd``; ``stdin`` is an open file.

    Its complaints go to an unnamed file, so that it never waits for us to read them. Leaving
    the block early ends it.
    """
    from tempfile import TemporaryFile  # late: hooks do not need it

    argv, env = _argv(args, cwd), environment(hook=hook)
    start = reading_portably if os.name == "nt" else reading_spawned
    with TemporaryFile() as errors, open(os.devnull, "rb") as null:
        theirs = null.fileno() if stdin is None else stdin
        with start(argv, env, theirs, errors.fileno()) as output:
            yield output
        errors.seek(0)
        output.err = errors.read(PIECE)


def failure(answer: Answer) -> KeyscanError:
    """Why git failed, as one line that says what to do next."""
    said = answer.err
    if answer.code == 129 or b"nknown option" in said or b"usage: git" in said:
        return too_old(answer)
    if b"ot a git repository" in said:
        return UsageError(
            msg("this folder is not in a git repository; name the files or folders to scan")
        )
    if b"dubious ownership" in said or b"is owned by someone else" in said:
        return UsageError(
            msg(
                "git refuses this repository because another user owns it; if you trust it, run"
                " `git config --global --add safe.directory {path}`",
                path=_quoted(said) or "PATH",
            )
        )
    if b"must be run in a work tree" in said:
        return UsageError(msg("this git repository has no work tree; run keyscan in a checkout"))
    if broken_index(said):
        return IncompleteError(
            msg(
                "git cannot read its index ({why}); remove the index file and run `git reset`",
                why=why(answer),
            )
        )
    return IncompleteError(
        msg("git failed ({why}); run `git fsck` to see what is broken", why=why(answer))
    )


def too_old(answer: Answer) -> KeyscanError:
    """A git that did not know what it was asked."""
    words = run(["version"]).out.decode(errors="replace").split()
    return IncompleteError(
        msg(
            "this git ({version}) is too old: {why}; install git {oldest} or newer",
            version=words[2] if len(words) > 2 else "?",
            why=why(answer),
            oldest=OLDEST,
        )
    )


def broken_index(said: bytes) -> bool:
    """Whether git's words complain about the index file."""
    words = (b"index file", b"index uses", b"bad signature", b"bad index", b"bad version")
    return any(word in said for word in words)


def why(answer: Answer) -> str:
    """Git's own reason in one short line."""
    lines = [line for line in answer.err.decode(errors="replace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    ended = f"ended by signal {-answer.code}" if answer.code < 0 else f"exit code {answer.code}"
    reason = (fatal or lines or [ended])[0]
    return reason.removeprefix("fatal: ").removeprefix("error: ")[:200]


def unopened(said: bytes) -> list[str]:
    """The folders that git warned it could not open, relative to the repository's top."""
    start, end = b"could not open directory '", b"': "
    lines = (line.partition(start)[2] for line in said.splitlines() if start in line)
    return [os.fsdecode(line[: line.rfind(end)]) for line in lines]


def warning_of(path: str) -> Message:
    """The sentence for a folder of ``unopened``."""
    try:
        os.scandir(path).close()
    except OSError as error:
        return msg("cannot be read: {why}", why=error.strerror)
    return msg("git could not open this folder; run keyscan again")


def _quoted(said: bytes) -> str:
    text = said.decode(errors="replace")
    return text.split("'")[1] if text.count("'") >= 2 else ""


def _argv(args: Sequence[str], cwd: str | None) -> list[str]:
    git = program()
    if git is None:
        raise UsageError(
            msg("git was not found on PATH; install it, or name the files or folders to scan")
        )
    return [git, *(("-C", cwd) if cwd else ()), *OPTIONS, *args]


@contextmanager
def _batch(cwd: str | None, *, hook: bool) -> Iterator[tuple[Ask, BinaryIO]]:
    """A running ``cat-file --batch``: a function that asks, a stream that answers."""
    start = batch_portably if os.name == "nt" else batch_spawned
    with start(_argv(["cat-file", "--batch"], cwd), environment(hook=hook)) as both:
        try:
            yield both
        except BrokenPipeError:
            raise _stopped() from None
