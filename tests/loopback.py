"""Servers on loopback that misbehave below HTTP, findings to ask about, and free ports."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import keys
from keyscan.model import Confidence, Finding, Location, Verdict
from keyscan.probe import Limits
from keyscan.providers import rules
from keyscan.secret import Secret
from keyscan.verify import verify

QUICK = Limits(timeout=2.0, retries=2, pause=0.01, longest_wait=2.0)


def finding(key: str, rule: str, provider: str = "openai") -> Finding:
    """A finding as grouping makes it."""
    known = rules().get(rule)
    return Finding(
        Secret(key, known.prefix if known else ""),
        rule,
        provider,
        Confidence.HIGH,
        (),
        (Location("a.py", 1, 1),),
    )


def openai_finding(form: str = "proj-74") -> Finding:
    """A finding of a new random key."""
    return finding(keys.openai_key(form), keys.OPENAI_FORMS[form][2])


def asked(one: Finding, base: str, limits: Limits = QUICK) -> Verdict:
    """The verdict on one finding whose provider is asked at ``base``."""
    (judged,), _ = verify([one], endpoints={one.provider: base}, limits=limits)
    return judged.verdict


def said(verdict: Verdict) -> tuple[str, str]:
    """Liveness and reason as plain words."""
    return str(verdict.liveness), verdict.reason


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 20.0) -> None:
    """Returns once somebody listens."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 1)):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


@contextmanager
def raw_server(behave: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """A base URL whose every connection is given, with the request read so far, to ``behave``."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    stop = threading.Event()
    talks: list[threading.Thread] = []

    def talk(peer: socket.socket) -> None:
        with closing(peer), suppress(OSError):
            peer.settimeout(5)
            behave(peer, peer.recv(65536))

    def serve() -> None:
        while not stop.is_set():
            with suppress(TimeoutError):
                peer, _ = listener.accept()
                talks.append(threading.Thread(target=talk, args=(peer,), daemon=True))
                talks[-1].start()

    server = threading.Thread(target=serve)
    server.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        server.join()
        listener.close()
        for one in talks:
            one.join(6)
