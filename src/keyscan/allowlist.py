"""What a configuration accepts: by path, rule, provider and fingerprint, until it expires."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from keyscan.gitignore import Paths
from keyscan.model import Candidate


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``[[allow]]``: all criteria that it has must hold. ``expires`` is YYYY-MM-DD or empty.

    ``origin`` says where it stands, for people: ``keyscan.toml, allow 2``.
    """

    reason: str
    path: tuple[str, ...] = ()
    rule: str = ""
    provider: str = ""
    fingerprint: str = ""
    expires: str = ""
    origin: str = field(default="", compare=False)


def expired(entry: Entry, today: str) -> bool:
    """Whether its last day is over; ``today`` is YYYY-MM-DD."""
    return bool(entry.expires) and entry.expires < today


def holds(entry: Entry, candidate: Candidate, path: str | None) -> bool:
    """Whether the entry means this key. ``path`` is relative to the configuration's folder.

    None is a place outside of it, which no path of the configuration means.
    """
    if entry.rule and entry.rule != candidate.rule:
        return False
    if entry.provider and entry.provider != candidate.provider:
        return False
    if entry.path and (path is None or not _paths(entry.path).match(path)):
        return False
    return not entry.fingerprint or entry.fingerprint == candidate.secret.fingerprint


@lru_cache(maxsize=1024)
def _paths(lines: tuple[str, ...]) -> Paths:
    return Paths(lines)


def first(entries: Iterable[Entry], candidate: Candidate, path: str | None) -> Entry | None:
    """The first entry that means the key."""
    return next((one for one in entries if holds(one, candidate, path)), None)
