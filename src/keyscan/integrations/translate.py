"""Reports of other scanners → keys: what stands now at the place that a report names.

A place alone says nothing once lines have moved, so it is read here, and the key that stands
there is what becomes known. Where the report has the key or its hash, that decides.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from keyscan import git
from keyscan.integrations.imports import Reported
from keyscan.model import Blob, Finding, Gap, Passed
from keyscan.pipeline import scan
from keyscan.sources.files import read_all
from keyscan.worktree import Listed, shown

_SHORTEST = 24  # characters of a key whose hash still tells it from others


class Translated(NamedTuple):
    """``missed``: what is not there any more, or is no key that keyscan knows."""

    findings: tuple[Finding, ...]
    missed: tuple[Reported, ...]
    gaps: tuple[Gap, ...]


def translated(
    reported: Iterable[Reported], root: str, everywhere: Callable[[], tuple[Finding, ...]]
) -> Translated:
    """The keys that were reported; paths are relative to ``root``.

    ``everywhere`` gives all keys of the repository, for entries that name no place.
    """
    wanted = tuple(reported)
    report = scan(_contents(wanted, root))
    at: dict[tuple[str, str], list[tuple[int, Finding]]] = {}
    for finding in report.findings:
        for place in finding.locations:
            at.setdefault((place.path, place.commit), []).append((place.line, finding))
    whole = everywhere() if any(not one.path for one in wanted) else ()
    found: dict[str, Finding] = {}
    missed = []
    for one in wanted:
        keys = _keys(one, at, root) if one.path else [key for key in whole if _is(key, one)]
        if not keys:
            missed.append(one)
        for key in keys:
            found.setdefault(key.secret.fingerprint, key)
    return Translated(tuple(found.values()), tuple(missed), report.gaps)


def _keys(
    one: Reported, at: dict[tuple[str, str], list[tuple[int, Finding]]], root: str
) -> list[Finding]:
    here = at.get((_path(one.path, root) if not one.commit else one.path, one.commit), [])
    known = one.text or one.digest
    if not known:
        return [key for line, key in here if line == one.line]
    same = [key for line, key in sorted(here, key=lambda it: it[0] != one.line) if _is(key, one)]
    if same or not one.text:
        return same[:1]
    # The file has changed since; the report itself holds the key.
    alone = scan([Blob("", one.text.encode())]).findings
    return [key for key in alone if _text(key) == one.text]


def _is(key: Finding, one: Reported) -> bool:
    """Whether this is the reported key; other scanners may see a part of it, or more."""
    text = _text(key)
    if one.text:
        return one.text in text or text in one.text
    ends = range(len(text), min(_SHORTEST, len(text)) - 1, -1)
    return any(sha256(text[:end].encode()).hexdigest() == one.digest for end in ends)


def _text(key: Finding) -> str:
    return key.secret.prefix + key.secret.body  # to compare, never to show


def _path(path: str, root: str) -> str:
    """A reported path as a scan from here shows it."""
    return shown(path if os.path.isabs(path) or root == "." else f"{root}/{path}")


def _contents(reported: tuple[Reported, ...], root: str) -> Iterator[Blob | Gap | Passed]:
    """The files as they are on the disk, then those that stand in a commit."""
    named = dict.fromkeys((one.path.partition("!")[0], one.commit) for one in reported if one.path)
    here = [_path(path, root) for path, commit in named if not commit]
    yield from read_all([Listed([path for path in here if os.path.isfile(path)], True)])
    there = [(path, commit) for path, commit in named if commit and "\n" not in path]
    asked = [os.fsencode(f"{commit}:{path}") for path, commit in there]
    if asked:
        for (path, commit), one in zip(there, git.objects(asked, root), strict=True):
            if one.kind == "blob":
                yield Blob(path, one.read(one.size), "history", commit)
