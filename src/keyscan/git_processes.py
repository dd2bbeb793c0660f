"""How git is started, written to and read: by ``posix_spawn`` where there is one.

Importing subprocess costs 11 ms, a third of a clean hook. Everything here takes the whole command
line and environment; ``git`` decides on both.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, NamedTuple

PIECE = 1 << 16
Ask = Callable[[bytes], object]


class Answer(NamedTuple):
    """What a finished git said; ``code`` 0 is success."""

    code: int
    out: bytes
    err: bytes


class Output:
    """The output of a running git; ``code`` and ``err`` are known once its block is left."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.code = 0
        self.err = b""


class Child(NamedTuple):
    """A running git; a pipe that was not asked for is -1."""

    pid: int
    stdin: int
    stdout: int
    stderr: int


def spawned(argv: list[str], env: dict[str, str], *, asks: bool) -> Child:
    """Start it. ``asks`` connects stdin and drops stderr; otherwise the other way round."""
    null = os.open(os.devnull, os.O_RDWR)
    out_here, out_there = os.pipe()
    if asks:
        in_there, in_here = os.pipe()
        err_here, err_there = -1, null
    else:
        err_here, err_there = os.pipe()
        in_here, in_there = -1, null
    theirs = (in_there, out_there, err_there)
    actions = [(os.POSIX_SPAWN_DUP2, fd, to) for to, fd in enumerate(theirs)]
    try:
        pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
    finally:
        for fd in theirs:
            os.close(fd)
    return Child(pid, in_here, out_here, err_here)


def wait_for(pid: int) -> int:
    """The exit code of a child, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run_portably(argv: list[str], env: dict[str, str]) -> Answer:
    """A child run to its end."""
    import subprocess  # late: 11 ms, and only where there is no posix_spawn

    done = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


def finished(child: Child) -> Answer:
    """Both streams read as they come: git must never wait for us to empty one of them."""
    from select import POLLIN, poll  # late: a scan of named files runs no git

    pieces: dict[int, list[bytes]] = {child.stdout: [], child.stderr: []}
    poller = poll()
    for fd in pieces:
        poller.register(fd, POLLIN)
    still_open = len(pieces)
    while still_open:
        for fd, _ in poller.poll():
            piece = os.read(fd, PIECE)
            if piece:
                pieces[fd].append(piece)
            else:
                poller.unregister(fd)
                os.close(fd)
                still_open -= 1
    out, err = (b"".join(parts) for parts in pieces.values())
    return Answer(wait_for(child.pid), out, err)


@contextmanager
def reading_spawned(argv: list[str], env: dict[str, str], stdin: int, err: int) -> Iterator[Output]:
    """A child whose output is read while it runs; leaving the block ends it."""
    here, there = os.pipe()
    try:
        actions = [(os.POSIX_SPAWN_DUP2, fd, to) for to, fd in enumerate((stdin, there, err))]
        pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
    except BaseException:
        os.close(here)
        raise
    finally:
        os.close(there)
    output = Output(here)
    try:
        yield output
    finally:
        os.close(here)  # a git that still writes gets SIGPIPE
        output.code = wait_for(pid)


@contextmanager
def reading_portably(
    argv: list[str], env: dict[str, str], stdin: int, err: int
) -> Iterator[Output]:
    """``reading_spawned`` where there is no ``posix_spawn``."""
    from subprocess import PIPE, Popen  # late: only where there is no posix_spawn

    with Popen(argv, env=env, bufsize=0, stdin=stdin, stdout=PIPE, stderr=err) as child:
        assert child.stdout  # noqa: S101 - PIPE makes it
        output = Output(child.stdout.fileno())
        try:
            yield output
        finally:
            child.stdout.close()
            output.code = child.wait()


@contextmanager
def batch_spawned(argv: list[str], env: dict[str, str]) -> Iterator[tuple[Ask, BinaryIO]]:
    """A child that answers: a function that asks, a stream to read."""
    child = spawned(argv, env, asks=True)
    try:
        with os.fdopen(child.stdout, "rb") as answers:
            yield partial(os.write, child.stdin), answers
    finally:
        os.close(child.stdin)
        wait_for(child.pid)


@contextmanager
def batch_portably(argv: list[str], env: dict[str, str]) -> Iterator[tuple[Ask, BinaryIO]]:
    """``batch_spawned`` where there is no ``posix_spawn``."""
    from subprocess import DEVNULL, PIPE, Popen  # late: only where there is no posix_spawn

    with Popen(argv, env=env, bufsize=0, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as child:
        assert child.stdin  # noqa: S101 - PIPE makes both
        assert child.stdout  # noqa: S101
        with os.fdopen(os.dup(child.stdout.fileno()), "rb") as answers:
            yield child.stdin.write, answers
