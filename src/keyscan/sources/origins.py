"""Which commit brought a found blob in, and what it was before: one walk over the commits."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from keyscan import git
from keyscan.model import Finding, Location
from keyscan.sources.revisions import Listing, words


class Origins(NamedTuple):
    """Where blobs come from. A blob that no commit brings in is in neither.

    ``places``: blob id → each path that commits put it at → the oldest of them. ``before``: id of
    a blob that one of them, or another at its path, was changed from → that path. ``told``: blob
    id → the path that ``rev-list`` tells, which ends at its first line break. ``ages``: commit →
    how many were walked before it.
    """

    places: dict[str, dict[str, str]]
    before: dict[str, str]
    told: dict[str, str]
    ages: dict[str, int]


def origins(findings: Iterable[Finding], found: Listing, cwd: str | None = None) -> Origins:
    """The origins of all blobs that hold a finding, by one walk over the listing's commits."""
    wanted = {oid for one in findings for oid in map(_blob, one.locations) if oid}
    told = {oid: found.paths.get(oid.encode(), "") for oid in wanted}
    paths = set(told.values())
    places: dict[str, dict[str, str]] = {}
    before: dict[str, str] = {}
    ages: dict[str, int] = {}
    for span in found.spans if wanted else ():
        answer = git.run([*_LOG, *words(span)], cwd, hook=True)
        for commit, old, new, path in _records(answer.out):
            shown, blob = os.fsdecode(path), new.decode()
            if blob in wanted:
                ages.setdefault(commit.decode(), len(ages))
                places.setdefault(blob, {}).setdefault(shown, commit.decode())
            if blob in wanted or shown in paths:
                before |= dict.fromkeys(map(bytes.decode, old), shown)
    return Origins(places, before, told, ages)


def brought_in(finding: Finding, where: Origins) -> Finding:
    """The finding with commits in its places; of one path only what the oldest commit brought.

    Later commits that change other lines of the file bring a new blob and no new leak.
    """
    places: dict[str, dict[Location, None]] = {}
    oldest: dict[str, int] = {}
    for place in (one for told in finding.locations for one in _at_all_paths(told, where)):
        key = place.path if place.source == "history" else place.commit
        age = where.ages.get(place.commit, len(where.ages))
        if age < oldest.setdefault(key, age):
            oldest[key], places[key] = age, {}
        if age == oldest[key]:
            places.setdefault(key, {})[place] = None
    return replace(finding, locations=tuple(one for same in places.values() for one in same))


def _at_all_paths(place: Location, where: Origins) -> Iterator[Location]:
    """A blob's place in each file that it is; a member's, inside of each."""
    oid = _blob(place)
    if not oid:
        yield place
    elif oid not in where.places:
        yield place._replace(commit="")
    else:
        inside = place.path.removeprefix(where.told[oid])
        for path, commit in where.places[oid].items():
            yield place._replace(path=path + inside, commit=commit)


def _blob(place: Location) -> str:
    return place.commit if place.source == "history" else ""


# Everything that configuration could turn on is turned off: log.showSignature runs gpg.
_LOG = (
    "-c", "log.showRoot=true", "log", "--no-show-signature", "--no-notes", "--no-mailmap",
    "--no-ext-diff", "--no-textconv", "--no-color", "--no-decorate", "--reverse", "--topo-order",
    "--raw", "-z", "-c", "-M", "--no-abbrev", "--format=%H",
)  # fmt: skip


def _records(raw: bytes) -> Iterator[tuple[bytes, tuple[bytes, ...], bytes, bytes]]:
    """(commit, blobs before, blob, path) of each change in ``git log --raw -z -c``.

    A change is ``:mode mode oid oid status``, with one colon, mode and oid for each parent, then
    the path; a rename has two. Commits are separated by a NUL of their own.
    """
    commit = b""
    fields = iter(raw.split(b"\0"))
    for field in fields:
        head = field.lstrip(b"\n")
        if not head.startswith(b":"):
            commit = head.strip() or commit
            continue
        parents = len(head) - len(head.lstrip(b":"))
        parts = head.lstrip(b":").split(b" ")
        old, new = parts[parents + 1 : 2 * parents + 1], parts[2 * parents + 1]
        path = next(fields)
        if parents == 1 and parts[-1].startswith((b"R", b"C")):
            path = next(fields)
        yield commit, tuple(one for one in old if one.strip(b"0")), new, path
