"""Candidates → findings: one for each distinct key, wherever it stands."""

from collections.abc import Iterable
from itertools import chain
from typing import TypeVar

from keyscan.model import Candidate, Finding

T = TypeVar("T")


def group(candidates: Iterable[Candidate]) -> tuple[Finding, ...]:
    """Findings in the order of their first place; evidence, names and places pooled.

    Rule, provider and confidence are those of the surest candidate, so that a key which one
    file attributes is attributed everywhere.
    """
    by_key: dict[object, list[Candidate]] = {}
    for one in candidates:
        by_key.setdefault(one.secret, []).append(one)
    return tuple(_finding(same) for same in by_key.values())


def _finding(same: list[Candidate]) -> Finding:
    best = max(same, key=lambda one: (one.provider != "unknown", one.confidence.rank))
    return Finding(
        secret=best.secret,
        rule=best.rule,
        provider=best.provider,
        confidence=max((one.confidence for one in same), key=lambda sure: sure.rank),
        evidence=_pooled(one.evidence for one in (best, *same)),
        locations=tuple(dict.fromkeys(one.location for one in same)),
        names=_pooled(one.names for one in same),
    )


def _pooled(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))
