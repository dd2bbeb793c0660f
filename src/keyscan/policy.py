"""What of the found keys a team accepts in a run: pragmas, and the allowlist of a configuration."""

import os
import time
from dataclasses import dataclass, field

from keyscan.allowlist import Entry, expired, holds, means
from keyscan.model import Candidate, Finding, Location, Message, Suppressed, msg
from keyscan.pragma import Pragmas

# Outside of these a path is that of the disk, as the user named it; inside it is the repository's.
_FROM_DISK = ("file", "name")
_PATHLESS = "stdin"


@dataclass(frozen=True, slots=True)
class Policy:
    """``root`` is the folder that the paths of ``allow`` are relative to, absolute.

    ``below`` is where in it a submodule stands whose own store is scanned.
    """

    pragmas: bool = True
    allow: tuple[Entry, ...] = ()
    root: str = ""
    below: str = ""
    today: str = field(default_factory=lambda: time.strftime("%Y-%m-%d", time.gmtime()))


class Judge:
    """Applies a policy to candidates as they come; remembers the blob that it last saw."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._pragmas: Pragmas | None = None
        self._data: bytes = b""
        self._current = tuple(one for one in policy.allow if not expired(one, policy.today))

    def accepted(self, one: Candidate) -> Suppressed | None:
        """The candidate with the reason why it does not count, or None."""
        place = relative(one.location, self._policy) if self._current else None
        entry = next((entry for entry in self._current if holds(entry, one, place)), None)
        if entry is not None:
            return Suppressed(one, "allowlist", f"{entry.reason} ({entry.origin})")
        if self._policy.pragmas and one.view is not None:
            pragma = self._pragma(one)
            if pragma:
                return Suppressed(one, "pragma", pragma)
        return None

    def _pragma(self, one: Candidate) -> str:
        """The pragma for it, looked up in the file's own lines, whatever decoder read the key."""
        view = one.view
        if view is None:
            return ""
        data = view.blob.data
        if self._pragmas is None or data is not self._data:
            self._data, self._pragmas = data, Pragmas(data)
        begin, end = one.span[0], one.span[1] - 1
        if view.at is not None:
            begin, end = sorted((view.at(begin), view.at(end)))
        found = self._pragmas.on(begin, end + 1, one.provider)
        return str(found) if found else ""


def over(findings: tuple[Finding, ...], policy: Policy) -> tuple[Message, ...]:
    """A sentence for each entry that would have accepted a finding, had it not expired."""
    entries = [one for one in policy.allow if expired(one, policy.today)]
    return tuple(
        msg(
            "{origin} expired on {date}: {key} counts again",
            origin=entry.origin,
            date=entry.expires,
            key=finding.secret.redacted,
        )
        for entry in entries
        for finding in findings
        if any(holds(entry, finding, relative(place, policy)) for place in finding.locations)
    )


def relative(place: Location, policy: Policy) -> str | None:
    """The place's path from the policy's root on, with ``!`` and a member's name; None outside."""
    if place.source == _PATHLESS:
        return None
    root = policy.root
    if place.source not in _FROM_DISK:
        return policy.below + place.path
    path, mark, member = place.path.partition("!")
    whole = os.path.abspath(path)
    inside = os.path.relpath(whole, root) if _below(whole, root) else ""
    if not inside:
        return None
    return inside.replace(os.sep, "/") + mark + member


def meaning(path: str, policy: Policy) -> tuple[bool, ...]:
    """Which entries mean a path of a commit: where two paths agree, one can stand for both."""
    whole = policy.below + path
    return tuple(bool(entry.path) and means(entry.path, whole) for entry in policy.allow)


def _below(path: str, root: str) -> bool:
    return bool(root) and path.startswith(root.rstrip(os.sep) + os.sep)
