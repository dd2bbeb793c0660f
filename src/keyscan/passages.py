"""What is known of passages: some thousand bytes in which one dull thing follows the other.

Versions of a file repeat nearly all of it. A passage begins where something was found, so that
the same text has the same passages wherever it stands.
"""

PASSAGE = 4 << 10  # bytes
NEAR = 1 << 10  # bytes from one thing to the next; otherwise it is quicker to judge each
REMEMBERED = 1 << 20  # judgements of each kind


class Passages:
    """One reading of a buffer. ``known``: digest of a passage → how far all in it is dull."""

    def __init__(self, known: dict[int, int]) -> None:
        self._known = known
        self._start = -1
        self._stamp = self._end = 0

    def dull(self, stamp: int, at: int) -> int:
        """How many bytes from ``at`` on hold only what was judged before; then they are done."""
        skip = self._known.get(stamp, 0)
        if skip:
            self.break_off()
        elif self._start < 0:
            self._start, self._stamp, self._end = at, stamp, at
        return skip

    def add(self, end: int) -> None:
        """Something dull, which ends here."""
        if self._start >= 0:
            if end < self._start + PASSAGE:
                self._end = end
            else:
                self.break_off()

    def break_off(self) -> None:
        """What follows is of another kind; what was gathered is remembered."""
        if self._start >= 0 and self._end > self._start and len(self._known) < REMEMBERED:
            self._known[self._stamp] = self._end - self._start
        self._start = -1

    def forget(self) -> None:
        """Something was found in it."""
        self._start = -1
