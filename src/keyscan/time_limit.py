"""A scan that must end in time, as a server's hook must: what was not reached is a gap."""

import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from keyscan.model import Blob, Gap, Report, msg

REASON = "time-limit"
_GRACE = 1.25  # of the limit: between two blobs the scan stops orderly, keeping what it found


class OutOfTime(BaseException):
    """The time is over in the middle of something. No ``except Exception`` may hold it up."""


def gap(seconds: float) -> Gap:
    """What the user is told of a scan that was not finished."""
    detail = msg(
        "the time limit of {seconds} s was reached before everything was scanned; push fewer"
        " commits at a time, or have the limit raised (KEYSCAN_PRE_RECEIVE_TIME_LIMIT)",
        seconds=f"{seconds:g}",
    )
    return Gap("", REASON, detail)


def until(blobs: Iterable[Blob | Gap], deadline: float, seconds: float) -> Iterator[Blob | Gap]:
    """The blobs until ``deadline`` (of ``time.monotonic``), then a gap."""
    for blob in blobs:
        if time.monotonic() > deadline:
            yield gap(seconds)
            return
        yield blob


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise ``OutOfTime`` in the block if it takes longer. Windows has no such signal."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_signal: int, _frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds * _GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def forgiven(report: Report) -> Report:
    """The report with the time limit's gap as a notice: the administrator chose to let it pass."""
    gaps = tuple(one for one in report.gaps if one.reason != REASON)
    late = tuple(one.detail for one in report.gaps if one.reason == REASON)
    return replace(report, gaps=gaps, notices=(*report.notices, *late))
