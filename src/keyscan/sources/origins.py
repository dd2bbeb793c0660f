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

    ``commits``: blob id → the oldest commit that brings it in. ``before``: id of a blob that one
    of them, or another at its path, was changed from → that path. ``whole``: blob id → a path of
    which ``rev-list`` told only what stands before its first line break, and that.
    """

    commits: dict[str, str]
    before: dict[str, str]
    whole: dict[str, tuple[str, str]]


def origins(findings: Iterable[Finding], found: Listing, cwd: str | None = None) -> Origins:
    """The origins of all blobs that hold a finding, by one walk over the listing's commits."""
    wanted = {oid for one in findings for oid in map(_blob, one.locations) if oid}
    paths = {found.paths.get(oid.encode(), "") for oid in wanted}
    commits: dict[str, str] = {}
    before: dict[str, str] = {}
    whole: dict[str, tuple[str, str]] = {}
    for span in found.spans if wanted else ():
        answer = git.run([*_LOG, *words(span)], cwd, hook=True)
        for commit, old, new, path in _records(answer.out):
            shown = os.fsdecode(path)
            if new.decode() in wanted:
                commits.setdefault(new.decode(), commit.decode())
                told = found.paths.get(new, "")
                if shown.startswith(f"{told}\n"):
                    whole.setdefault(new.decode(), (shown, told))
            if new.decode() in wanted or shown in paths:
                before |= dict.fromkeys(map(bytes.decode, old), shown)
    return Origins(commits, before, whole)


def brought_in(finding: Finding, where: Origins) -> Finding:
    """The finding with commits in its places; of one path only what the oldest commit brought.

    Later commits that change other lines of the file bring a new blob and no new leak.
    """
    rank = {commit: at for at, commit in enumerate(dict.fromkeys(where.commits.values()))}
    places: dict[str, dict[Location, None]] = {}
    oldest: dict[str, int] = {}
    for place in finding.locations:
        if oid := _blob(place):
            path, told = where.whole.get(oid, ("", ""))
            place = place._replace(
                commit=where.commits.get(oid, ""), path=path + place.path.removeprefix(told)
            )
        key = place.path if place.source == "history" else place.commit
        age = rank.get(place.commit, len(rank))
        if age < oldest.setdefault(key, age):
            oldest[key], places[key] = age, {}
        if age == oldest[key]:
            places.setdefault(key, {})[place] = None
    return replace(finding, locations=tuple(one for same in places.values() for one in same))


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
