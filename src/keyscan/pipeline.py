"""The whole flow on one page: content in, a report out.

blobs ─▶ sift ─▶ expand ─▶ decode ─▶ detect ─▶ attribute ─▶ suppress ─▶ group ─▶ (verify) ─▶ report
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from keyscan.model import (
    Blob,
    Candidate,
    Finding,
    Gap,
    Message,
    Passed,
    Report,
    Stats,
    Suppressed,
)
from keyscan.sift import Sifter

if TYPE_CHECKING:
    from keyscan.literal_search import Search
    from keyscan.policy import Policy


def scan(blobs: Iterable[Blob | Gap | Passed], policy: "Policy | None" = None) -> Report:
    """Everything but the network: one finding for each distinct key, its places in order."""
    counter = _Counter()
    return _reported(judged(sifted(counter.count(blobs)), policy), counter, policy)


def weighed(found: Iterable[Candidate | Gap], policy: "Policy | None" = None) -> Report:
    """``scan`` for what was already ``detected`` in blobs."""
    return _reported(_weighed(found, policy), _Counter(), policy)


def _reported(
    found: Iterable[Candidate | Suppressed | Gap], counter: "_Counter", policy: "Policy | None"
) -> Report:
    started = time.perf_counter()
    candidates: list[Candidate] = []
    suppressed: list[Suppressed] = []
    gaps: list[Gap] = []
    told: dict[tuple[Message, ...], tuple[Message, ...]] = {}
    for one in found:
        if isinstance(one, Gap):
            gaps.append(one)
        elif isinstance(one, Suppressed):
            suppressed.append(replace(one, candidate=replace(one.candidate, view=None)))
        else:
            # A million keys have the same few reasons: each list of them is kept once.
            evidence = told.setdefault(one.evidence, one.evidence)
            candidates.append(replace(one, view=None, evidence=evidence))
    stats = Stats(counter.blobs, counter.bytes, time.perf_counter() - started)
    if not candidates:
        return Report((), tuple(suppressed), tuple(gaps), stats)
    from keyscan.group import group  # late, as in ``judged``

    findings = group(candidates)
    notices = _over(findings, policy) if policy and policy.allow else ()
    return Report(findings, tuple(suppressed), tuple(gaps), stats, notices)


def _over(findings: tuple[Finding, ...], policy: "Policy") -> tuple[Message, ...]:
    from keyscan.policy import over  # late: only an allowlist needs it

    return over(findings, policy)


def sifted(blobs: Iterable[Blob | Gap], search: "Search | None" = None) -> Iterator[Blob | Gap]:
    """The blobs that may hold a key, in order; the others hold nothing that a rule would find."""
    sifter = Sifter(search)
    for blob in blobs:
        if isinstance(blob, Gap):
            yield blob
        else:
            yield from sifter.add(blob, blob.data)
    yield from sifter.rest()


def harmless(
    blobs: Iterable[Blob | Gap],
    search: "Search | None",
    hits: Sequence[tuple[int, bytes]] = (),
) -> bool:
    """Whether nothing at all is found in blobs: no candidate, nothing suppressed, no gap.

    ``search`` sifts them first; None where that has been done. ``hits`` are what was seen in a
    single blob of which only rules could make something (``sift.looked_at``).
    """
    if hits:
        from keyscan.decoders import reads  # late, as in ``judged``

        return not any(isinstance(one, Gap) or reads(one.data, hits) for one in blobs)
    return not any(True for _ in judged(sifted(blobs, search) if search else blobs))


def judged(
    blobs: Iterable[Blob | Gap], policy: "Policy | None" = None
) -> Iterator[Candidate | Suppressed | Gap]:
    """What the rules find in blobs, and what is made of it."""
    return _weighed(detected(blobs), policy)


def detected(blobs: Iterable[Blob | Gap]) -> Iterator[Candidate | Gap]:
    """What the rules find in blobs, by whatever way it is hidden there; no path matters here."""
    rest = iter(blobs)
    for blob in rest:
        if isinstance(blob, Gap):
            yield blob
            continue
        # Late: rules, decoders and their regexes take 40 ms, and most runs need none of them.
        from keyscan.containers import expand
        from keyscan.decoders import decode
        from keyscan.detect import detect

        yield from detect(decode(expand(chain((blob,), rest))))


def _weighed(
    found: Iterable[Candidate | Gap], policy: "Policy | None"
) -> Iterator[Candidate | Suppressed | Gap]:
    rest = iter(found)
    for one in rest:
        if isinstance(one, Gap):
            yield one
            continue
        from keyscan.attribute import attribute  # late, as above
        from keyscan.suppress import suppress

        yield from suppress(attribute(chain((one,), rest)), policy)


class _Counter:
    """Counts what flows past: the summary must say what was really read."""

    def __init__(self) -> None:
        self.blobs = 0
        self.bytes = 0

    def count(self, blobs: Iterable[Blob | Gap | Passed]) -> Iterator[Blob | Gap]:
        for blob in blobs:
            if isinstance(blob, Passed):
                self.blobs += blob.blobs
                self.bytes += blob.bytes
                continue
            if not isinstance(blob, Gap):
                self.blobs += blob.seen == 0 and blob.source != "name"
                self.bytes += len(blob.data) - blob.seen
            yield blob
