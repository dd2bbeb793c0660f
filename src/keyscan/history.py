"""A repository's whole store in, a report out: read, find, trace where it was, say what is missing.

The store is searched once. Only what may hold a key goes through ``pipeline.scan``, and only what
does hold one goes through it again, under its path and commit.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import itemgetter

from keyscan import git, objects, store
from keyscan.connected import Walk, is_partial, still_named, tips, walked
from keyscan.exposure import in_head, somewhere, traces
from keyscan.memory import Memory
from keyscan.model import Blob, Candidate, Gap, Report, Stats
from keyscan.narrowing import revisions, since
from keyscan.objects import Objects
from keyscan.pipeline import detected, scan, weighed
from keyscan.places import Places
from keyscan.policy import Policy
from keyscan.repository import (
    Repository,
    absent,
    complaint,
    incomplete,
    repository,
    submodules,
    untraced,
)
from keyscan.several import below, merged, served
from keyscan.sources.history import (
    Named,
    Read,
    blobs_of,
    contents,
    each,
    names,
    reachable,
    read,
)
from keyscan.sources.requests import requests
from keyscan.touched import Earlier, Trace
from keyscan.workers import beside

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a store to scan, and how. Without any narrowing: all that is in it."""

    reachable: bool = False
    branches: tuple[str, ...] = ()
    since: str = ""
    submodules: bool = False
    processes: int = 0
    cache: bool = True
    requests: str = ""  # the remote whose pull or merge requests are fetched and scanned
    added: bool = False  # only what a repository holds beyond what it borrows
    policy: Policy | None = None  # what is accepted; None: pragmas, and nothing else

    @property
    def narrowed(self) -> bool:
        """Whether something of the store is left out on purpose."""
        return self.added or self.partial

    @property
    def partial(self) -> bool:
        """Whether a key may be older than what is scanned of it."""
        return self.reachable or bool(self.branches or self.since)

    @property
    def all_names(self) -> bool:
        """Whether every ref counts, and what HEAD's tree calls its files."""
        return not (self.added or self.branches or self.since)


def scan_history(folder: str, wanted: Wanted, tick: Tick) -> Report:
    """Scan the repository of a folder. Raises KeyscanError where that cannot begin."""
    where = repository(folder)
    reports = [_store(where, wanted, tick)]
    if wanted.submodules:
        modules = list(submodules(where))
        gaps = tuple(absent(where, (name for name, _ in modules)))
        reports[0] = replace(reports[0], gaps=(*reports[0].gaps, *gaps))
        for name, module in modules:
            inner = replace(wanted.policy or Policy(), below=f"{name}/")
            reports.append(below(name, _store(module, replace(wanted, policy=inner), tick)))
    if wanted.requests:
        with requests(where, wanted.requests) as borrowed:
            report = _store(borrowed, replace(wanted, added=True), tick)
            if where.shallow:  # that is told of the repository itself
                gaps = tuple(one for one in report.gaps if one.reason != "shallow-clone")
                report = replace(report, gaps=gaps)
            reports.append(served(report, wanted.requests))
    return reports[0] if len(reports) == 1 else merged(reports)


def _store(where: Repository, wanted: Wanted, tick: Tick) -> Report:
    started = time.perf_counter()
    gaps = list(incomplete(where))
    memory = Memory(where) if wanted.cache and not wanted.narrowed else None
    with _walked(where, wanted, memory) as walk:  # beside all else: it may take as long
        named = scan(names(where.folder) if wanted.all_names else (), wanted.policy)
        with memory.unknown() if memory else _listed(where, wanted) as listed:
            seen = read(listed, where.folder, tick, wanted.processes, _is_dull)
            if memory:
                seen.suspects += (remembered := list(memory.suspects()))
                seen.remembered.update(one.oid for one in remembered)
            commits, tags = (
                listed.kinds.count(objects.KINDS.index(one)) for one in (b"commit", b"tag")
            )
        unread = list(seen.gaps(where.folder))
        earlier = memory.earlier() if memory and not gaps else None
        report, seen.suspects, traced = _found(seen, where, wanted, earlier)
    unread += complaint(where, listed.complaints or walk.said)
    # What is missing was never in the store: what is there is known.
    traced = {} if gaps else traced
    warning = memory.save(seen, walk, traced) if memory and not unread else None
    report = replace(
        report,
        gaps=(*report.gaps, *gaps, *unread, *walk.gaps),
        stats=Stats(
            seen.count,
            seen.size,
            time.perf_counter() - started,
            commits,
            tags,
            again=memory is not None and memory.again,
        ),
        notices=(*report.notices, *((warning,) if warning else ())),
    )
    return merged([report, named]) if named.findings or named.suppressed else report


def _is_dull(kind: str, data: bytes) -> bool:
    """Whether the full program makes nothing of an object; asked where it is read, beside git."""
    return next(detected(blobs_of(kind, data)), None) is None


def _walked(
    where: Repository, wanted: Wanted, memory: Memory | None
) -> AbstractContextManager[Walk]:
    """What a narrowed scan lists, it walks itself; then only why something is missing counts."""
    if wanted.narrowed and not is_partial(where):
        return nullcontext(Walk())
    return walked(where, memory.tips, *memory.walked) if memory else walked(where)


def _listed(where: Repository, wanted: Wanted) -> AbstractContextManager[Objects]:
    if not wanted.narrowed:
        return store.every(where)
    named = revisions(wanted.branches, where.folder) or ["--all", "--reflog"]
    if wanted.added:
        named = ["--all", "--not", "--alternate-refs"]
    names = reachable(where.folder, named, wanted.since and since(wanted.since))
    return objects.named((name.lstrip(b"?") for name in names), where.folder)


def _found(
    seen: Read, where: Repository, wanted: Wanted, earlier: Earlier | None
) -> tuple[Report, list[Named], dict[str, Trace]]:
    """The findings among what was suspected, with their paths, commits and exposure.

    The objects that hold them, or anything else that has to be told. And the traces of blobs.
    """
    known = seen.sure | seen.remembered  # what is remembered held something last time
    first = scan(contents([one for one in seen.suspects if one.oid not in known], where.folder))
    keyed, unread = _called(_places(first)), _called(one.path for one in first.gaps)
    every = dict.fromkeys(seen.suspects)  # one may be remembered and read again
    held = [
        one
        for one in every
        if one.oid in known or not {one.shown, f"{one.shown} header"}.isdisjoint(keyed | unread)
    ]
    if not held:
        return first, held, {}
    # Who holds a gap alone is not asked for: a walk of all commits can take as long as the scan.
    gaps = {one.oid for one in held if one.oid not in known and one.shown not in keyed}
    unsure = seen.remembered & earlier.untold if earlier else seen.remembered
    early = dict(_detected([one for one in held if one.oid in unsure], where.folder))
    gaps |= {oid for oid, found in early.items() if all(isinstance(one, Gap) for one in found)}
    failures: list[git.Answer] = []
    traced = _near(held, gaps, where, failures, earlier)
    lost = [one for one in held if one.oid not in traced]
    by_kind = {kind: [one.oid for one in lost if one.kind == kind] for kind in _KINDS}
    blobs, commits, tags = (by_kind[kind] for kind in _KINDS)
    walks = beside(partial(traces, blobs, commits, tags, where.folder, failures, earlier))
    # git walks the history meanwhile
    early |= _detected([one for one in held if one.oid not in early], where.folder)
    traced |= walks()
    places = Places(traced, wanted.policy, whole=not (wanted.partial or where.shallow))
    spread = _spread(sorted(held, key=places.age), places, early, where.folder)
    report = weighed(spread, wanted.policy)
    lacking = (*report.gaps, *untraced(where, failures))
    report = replace(report, findings=places.exposed(report), gaps=lacking)
    told = {oid: one for oid, one in traced.items() if oid in blobs or not one.whole}
    return report, held, {} if failures else told


def _near(
    held: list[Named],
    gaps: set[str],
    where: Repository,
    failures: list[git.Answer],
    earlier: Earlier | None,
) -> dict[str, Trace]:
    """Where those are that hold a gap alone, as far as not all commits are walked for that."""
    blobs = {one.oid for one in held if one.kind == "blob"} & gaps
    found = in_head(blobs, where.folder)
    lost = {one.oid for one in held} - found.keys()
    if lost and lost <= blobs:  # else that walk is made for others, and tells of all
        if earlier and not still_named(where, earlier.tips, tips(where)):
            earlier = None
        found |= somewhere(lost, where.folder, failures, earlier)
    return found


_KINDS = ("blob", "commit", "tag")
_EARLY = 32 << 20  # bytes of objects whose candidates, which keep them, wait for their paths


def _detected(held: list[Named], folder: str) -> Iterator[tuple[str, list[Candidate | Gap]]]:
    """By name, what the rules find in the first objects, whatever their paths are."""
    size = 0
    for one, blobs in groupby(each(held, folder), key=itemgetter(0)):
        content = []
        for _, blob in blobs:
            content.append(blob)
            size += len(blob.data) if isinstance(blob, Blob) else 0
            if size > _EARLY:
                return
        yield one.oid, list(detected(content))


def _spread(
    held: list[Named], places: Places, early: dict[str, list[Candidate | Gap]], folder: str
) -> Iterator[Candidate | Gap]:
    """What the rules find in all of the objects, in order, at their places."""
    late = groupby(each([one for one in held if one.oid not in early], folder), itemgetter(0))
    for one in held:
        if one.oid in early:
            yield from places.spread(one, early.pop(one.oid))
        else:
            yield from places.spread(one, detected(blob for _, blob in next(late)[1]))


def _places(report: Report) -> Iterator[str]:
    """Where a key is, or what was taken for none."""
    yield from (place.path for one in report.findings for place in one.locations)
    yield from (one.candidate.location.path for one in report.suppressed)


def _called(paths: Iterable[str]) -> set[str]:
    """What the scan calls the objects that these paths are in."""
    return {path.partition("!")[0] for path in paths}
