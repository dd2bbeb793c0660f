"""Under which paths and commits the keys of found objects are told.

A blob may have had many paths, at once or one after the other. Each is a place of its keys and is
judged by itself, so that a path which is allowed hides no other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from keyscan.exposure import exposed, when
from keyscan.model import Candidate, CommitRef, Exposure, Finding, Gap, Location, Report
from keyscan.policy import Policy, meaning
from keyscan.severity import is_trial
from keyscan.sources.history import Named
from keyscan.touched import Trace

MOST = 100  # paths of one object under which a key is told
ROOM = 100_000  # places of a whole scan beyond one for each key in each object: 60 MB

Place = tuple[str, str]  # what an object is called, and the commit that brought it in there


class Places:
    """Where objects are told. First ``spread`` all that is found in them, then ask for exposures.

    ``whole``: nothing of the repository was left out, so that no key can be older than it seems.
    """

    def __init__(
        self, traced: Mapping[str, Trace], policy: Policy | None, *, whole: bool = True
    ) -> None:
        self._traced = traced
        self._policy = policy or Policy()
        self._whole = whole
        self._room = ROOM
        self._holders: dict[Place, dict[str, str]] = {}
        self._commits: dict[str, tuple[float, CommitRef]] = {}
        self._cut: set[object] = set()  # keys that have places which are not told
        self._last: tuple[object, list[Place]] = (None, [])

    def age(self, one: Named) -> tuple[str, float, str]:
        """By path, oldest first: the order in which workers or a record name objects is none."""
        commits = self._traced[one.oid].commits
        return self.of(one)[0][0], when(commits[-1]) if commits else 0.0, one.oid

    def of(self, one: Named) -> list[Place]:
        """All of an object's, the newest path first."""
        trace = self._traced[one.oid]
        if one.kind == "blob" and trace.paths:
            return [(path, known.oid if known else "") for path, known in trace.paths.items()]
        return [(one.shown, trace.adders[-1] if trace.adders else "")]

    def spread(self, one: Named, found: Iterable[Candidate | Gap]) -> Iterator[Candidate | Gap]:
        """What was found in an object, at each of its places; a gap at the newest alone."""
        called, every = len(one.shown), self.of(one)
        for item in found:
            if isinstance(item, Gap):
                yield replace(item, path=every[0][0] + item.path[called:])
                continue
            member = item.location.path[called:]
            for path, commit in self._told(one, item, every, member):
                known = self._holders.setdefault((path + member, commit), {})
                known[one.oid] = path
                place = item.location._replace(path=path + member, commit=commit)
                yield replace(item, location=place)

    def _told(
        self, one: Named, item: Candidate, every: list[Place], member: str
    ) -> Iterable[Place]:
        """As many as there is room for; never fewer than may be judged differently."""
        most = 1 + min(MOST - 1, self._room)
        if len(every) <= most:
            self._room -= len(every) - 1
            return every
        if self._last[0] != (one.oid, member):
            self._last = (one.oid, member), self._unlike(every, member)
        needed = self._last[1]
        others = (place for place in every if place not in needed)
        told = [*needed, *islice(others, max(0, most - len(needed)))]
        self._room -= min(self._room, len(told) - 1)
        if len(told) < len(every):
            self._cut.add(item.secret)
        return told

    def _unlike(self, every: list[Place], member: str) -> list[Place]:
        """The newest place of each kind that the allowlist, or the severity, tells apart."""
        kinds: dict[object, Place] = {}
        for path, commit in every:
            whole = path + member
            kinds.setdefault((is_trial(whole), meaning(whole, self._policy)), (path, commit))
        return list(kinds.values())

    def exposed(self, report: Report) -> tuple[Finding, ...]:
        """The findings, each place once with its oldest commit, and where their keys have been."""
        for trace in self._traced.values():
            for known in (*trace.paths.values(), *trace.commits):
                if known and known.oid not in self._commits:
                    self._commits[known.oid] = when(known), known
        allowed: dict[object, list[Location]] = {}
        for one in report.suppressed if self._cut else ():
            if one.candidate.secret in self._cut:
                allowed.setdefault(one.candidate.secret, []).append(one.candidate.location)
        return tuple(self._exposed(one, allowed.get(one.secret, ())) for one in report.findings)

    def _exposed(self, finding: Finding, allowed: Iterable[Location]) -> Finding:
        oldest: dict[tuple[object, ...], Location] = {}
        held: dict[str, None] = {}
        for place in sorted(finding.locations, key=self._date):
            oldest.setdefault((place.path, place.line, place.column, place.decoded), place)
            held.update(dict.fromkeys(self._holders.get((place.path, place.commit), ())))
        kept = set(oldest.values())
        places = tuple(place for place in finding.locations if place in kept)
        finding = exposed(replace(finding, locations=places), [self._traced[oid] for oid in held])
        commits = dict.fromkeys(place.commit for place in places)
        return replace(
            finding,
            exposure=replace(
                finding.exposure or Exposure(),
                commits=tuple(self._commits[oid][1] for oid in commits if oid in self._commits),
                more=self._more(finding, held, allowed) if finding.secret in self._cut else 0,
                whole=self._whole,
            ),
        )

    def _date(self, place: Location) -> tuple[bool, float]:
        seconds, _ = self._commits.get(place.commit, (0.0, None))
        return not place.commit, seconds

    def _more(self, finding: Finding, held: Iterable[str], allowed: Iterable[Location]) -> int:
        """How many paths are not told."""
        every = {path for oid in held for path in self._traced[oid].paths}
        for place in (*finding.locations, *allowed):
            every.difference_update(self._holders.get((place.path, place.commit), {}).values())
        return len(every)
