"""Candidates → findings: one for each distinct key, wherever it stands."""

import re
from collections.abc import Iterable
from itertools import chain
from typing import TypeVar

from keyscan.model import Candidate, Finding, Location, msg

T = TypeVar("T")
_CELL = re.compile(r"!cell-\d+(?:-output)?$")
_UNDECIDED = "unknown-sk-key"  # only shapes that vendors share can be given to two of them


def group(candidates: Iterable[Candidate]) -> tuple[Finding, ...]:
    """Findings in the order of their first place; evidence, names and places pooled.

    Rule, provider and confidence are those of the surest candidate, so that a key which one
    file attributes is attributed everywhere. Where equally sure places name different vendors,
    the key stays unknown.
    """
    by_key: dict[object, list[Candidate]] = {}
    for one in candidates:
        by_key.setdefault(one.secret, []).append(one)
    return tuple(_finding(same) for same in by_key.values())


def _finding(same: list[Candidate]) -> Finding:
    best = max(same, key=_sureness)
    rivals = {one.provider for one in same if _sureness(one) == _sureness(best)}
    agreed = len(rivals) == 1
    conflict = () if agreed else (msg("the evidence names several vendors"),)
    return Finding(
        secret=best.secret,
        rule=best.rule if agreed else _UNDECIDED,
        provider=best.provider if agreed else "unknown",
        confidence=max((one.confidence for one in same), key=lambda sure: sure.rank),
        evidence=(*_pooled(one.evidence for one in (best, *same)), *conflict),
        locations=_places(one.location for one in same),
        names=_pooled(one.names for one in same),
    )


def _sureness(one: Candidate) -> tuple[bool, int]:
    return one.provider != "unknown", one.confidence.rank


def _places(locations: Iterable[Location]) -> tuple[Location, ...]:
    """Each place once: the innermost of a container, but the file's own lines of a notebook.

    What is stored uncompressed is seen twice, in the container's bytes and as its member.
    """
    places = dict.fromkeys(locations)
    seen = {(one.path, one.source, one.commit) for one in places}
    if all("!" not in path for path, _, _ in seen):
        return tuple(places)
    outer = {(path[: at.start()], *rest) for path, *rest in seen for at in re.finditer("!", path)}
    cells = {
        one for one in seen if _CELL.search(one[0]) and (_CELL.sub("", one[0]), *one[1:]) in seen
    }
    around = {(_CELL.sub("", path), *rest) for path, *rest in cells}
    dropped = (outer - around) | cells
    return tuple(one for one in places if (one.path, one.source, one.commit) not in dropped)


def _pooled(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))
