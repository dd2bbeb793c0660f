"""What a scan that is told to end (by ``timeout``, or a CI system that cancels) does not leave."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def told_to_end() -> Iterator[None]:
    """A block that SIGTERM ends as Ctrl-C does: temporary folders are removed on the way out."""
    import signal  # late: it is needed around temporary folders only
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets no other thread set a handler
        return

    def end(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
