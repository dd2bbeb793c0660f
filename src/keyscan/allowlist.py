"""What a configuration accepts: by path, rule, provider and fingerprint, until it expires."""

from dataclasses import dataclass, field
from functools import lru_cache

from keyscan.gitignore import Paths
from keyscan.model import Candidate, Finding


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


def holds(entry: Entry, key: Candidate | Finding, path: str | None) -> bool:
    """Whether the entry means this key at this path, relative to the configuration's folder.

    None is a place outside of it, which no path of the configuration means.
    """
    if entry.rule and entry.rule != key.rule:
        return False
    if entry.provider and entry.provider != key.provider:
        return False
    if entry.path and (path is None or not means(entry.path, path)):
        return False
    return not entry.fingerprint or entry.fingerprint == key.secret.fingerprint


def means(lines: tuple[str, ...], path: str) -> bool:
    """Whether a path is meant; a container is to its members (``a.zip!inner``) a folder."""
    paths = _paths(lines)
    return paths.match(path) or ("!" in path and paths.match(path.replace("!", "/")))


@lru_cache(maxsize=1024)
def _paths(lines: tuple[str, ...]) -> Paths:
    return Paths(lines)
