"""A repository's whole store in, a report out: read, find, trace where it was, say what is missing.

The store is searched once. Only what may hold a key goes through ``pipeline.scan``, and only what
does hold one goes through it again, under its path and commit.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from keyscan import objects
from keyscan.exposure import Trace, exposed, traces
from keyscan.memory import Memory
from keyscan.model import Finding, Location, Report, Stats
from keyscan.objects import Objects
from keyscan.pipeline import scan
from keyscan.repository import Repository, complaint, incomplete, repository
from keyscan.sources.history import Named, Read, contents, reachable, read

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

    @property
    def narrowed(self) -> bool:
        """Whether something of the store is left out on purpose."""
        return self.reachable or bool(self.branches or self.since)


def scan_history(folder: str, wanted: Wanted, tick: Tick) -> Report:
    """Scan the repository of a folder. Raises KeyscanError where that cannot begin."""
    started = time.perf_counter()
    where = repository(folder)
    gaps = list(incomplete(where))
    memory = Memory(where) if wanted.cache and not wanted.narrowed else None
    with memory.unknown() if memory else _listed(where, wanted) as listed:
        seen = read(listed, where.folder, tick, wanted.processes)
        if memory:
            seen.suspects += memory.suspects()
        unread = [*complaint(where, listed.complaints), *seen.gaps(where.folder)]
    report = _found(seen, where)
    warning = memory.save(seen) if memory and not unread else None
    return replace(
        report,
        gaps=(*report.gaps, *gaps, *unread),
        stats=Stats(seen.count, seen.size, time.perf_counter() - started),
        notices=(*report.notices, *((warning,) if warning else ())),
    )


def _listed(where: Repository, wanted: Wanted) -> AbstractContextManager[Objects]:
    if not wanted.narrowed:
        return objects.every(where.folder)
    revisions = wanted.branches or ("--all", "--reflog")
    names = reachable(where.folder, revisions, wanted.since)
    return objects.named((name.lstrip(b"?") for name in names), where.folder)


def _found(seen: Read, where: Repository) -> Report:
    """The findings among what was suspected, with their paths, commits and exposure."""
    first = scan(contents(seen.suspects, where.folder))
    told = _oids(first)
    held = [one for one in seen.suspects if one.shown in told or f"{one.shown} header" in told]
    if not held:
        return first
    by_kind = {kind: [one.oid for one in held if one.kind == kind] for kind in _KINDS}
    traced = traces(by_kind["blob"], by_kind["commit"], by_kind["tag"], where.folder)
    placed = [_placed(one, traced[one.oid]) for one in held]
    report = scan(contents(placed, where.folder))
    holders: dict[tuple[str, str], list[Trace]] = {}
    for one in placed:
        holders.setdefault((one.shown, one.commit), []).append(traced[one.oid])
    return replace(report, findings=tuple(_exposed(one, holders) for one in report.findings))


_KINDS = ("blob", "commit", "tag")


def _oids(report: Report) -> set[str]:
    """What the scan calls the objects that it has something to tell about."""
    places = [place.path for one in report.findings for place in one.locations]
    places += [one.candidate.location.path for one in report.suppressed]
    return {path.partition("!")[0] for path in (*places, *(one.path for one in report.gaps))}


def _placed(one: Named, trace: Trace) -> Named:
    path = trace.path if one.kind == "blob" else ""
    commit = trace.adders[-1] if trace.adders else ""
    return one._replace(path=path, commit=commit)


def _exposed(finding: Finding, holders: dict[tuple[str, str], list[Trace]]) -> Finding:
    where = [trace for place in finding.locations for trace in _holder(place, holders)]
    oldest: dict[tuple[object, ...], Location] = {}
    for place in finding.locations:
        oldest.setdefault((place.path, place.line, place.column, place.decoded), place)
    return exposed(replace(finding, locations=tuple(oldest.values())), where)


def _holder(place: Location, holders: dict[tuple[str, str], list[Trace]]) -> Iterable[Trace]:
    path = place.path
    while (path, place.commit) not in holders:
        path, mark, _ = path.rpartition("!")
        if not mark:
            path = place.path.removesuffix(" header")
            return holders.get((path, place.commit), ())
    return holders[path, place.commit]
