"""The whole flow on one page: content in, a report out.

blobs ─▶ expand ─▶ decode ─▶ detect ─▶ attribute ─▶ suppress ─▶ group ─▶ (verify) ─▶ report
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from keyscan.attribute import attribute
from keyscan.containers import expand
from keyscan.decoders import decode
from keyscan.detect import detect
from keyscan.group import group
from keyscan.model import Blob, Gap, Report, Stats, Suppressed
from keyscan.suppress import suppress


def scan(blobs: Iterable[Blob | Gap]) -> Report:
    """Everything but the network: one finding for each distinct key, its places in order."""
    counter = _Counter()
    started = time.perf_counter()
    stream = suppress(attribute(detect(decode(expand(counter.count(blobs))))))
    candidates, suppressed, gaps = [], [], []
    for one in stream:
        if isinstance(one, Gap):
            gaps.append(one)
        elif isinstance(one, Suppressed):
            suppressed.append(replace(one, candidate=replace(one.candidate, view=None)))
        else:
            candidates.append(replace(one, view=None))
    seconds = time.perf_counter() - started
    return Report(
        findings=group(candidates),
        suppressed=tuple(suppressed),
        gaps=tuple(gaps),
        stats=Stats(counter.blobs, counter.bytes, seconds),
    )


class _Counter:
    """Counts what flows past: the summary must say what was really read."""

    def __init__(self) -> None:
        self.blobs = 0
        self.bytes = 0

    def count(self, blobs: Iterable[Blob | Gap]) -> Iterator[Blob | Gap]:
        for blob in blobs:
            if not isinstance(blob, Gap):
                self.blobs += blob.seen == 0
                self.bytes += len(blob.data) - blob.seen
            yield blob
