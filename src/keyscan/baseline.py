"""Keys that a team knows of and accepts: the file, how two versions of it merge. Pure.

One line for each key, between lines that are always there, one for each first byte of a
fingerprint::

    {
    "version": 1,
    "accepted": [
    "00",
    {"fingerprint": "00c1...", "rule": ..., "provider": ..., "reason": ..., ...},
    "01",
    ...
    "end"
    ]
    }

Every line in the list but the last ends in a comma, and git puts two insertions together by
itself where a line that neither side touched stands between them. So two branches conflict only
where both add a key between the same two lines, and not even there with the merge driver. No
path, line, commit or time of a run is in the file: nothing in it changes by itself.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from keyscan.columns import safe, valid
from keyscan.errors import UsageError
from keyscan.i18n import render
from keyscan.model import Acceptance, Finding, Message, msg

NAME = ".keyscan-baseline.json"
VERSION = 1
_FIELDS = ("fingerprint", "rule", "provider", "reason", "author", "date", "expires")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MARKER = re.compile(rb"^(?:<{7}|={7}|>{7}|\|{7})(?: |\r?$)", re.M)
_GROUPS = tuple(f"{number:02x}" for number in range(256))
_END = "end"
# version → what makes a document of it one of the next version; there is only one so far
_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


class Entry(NamedTuple):
    """One accepted key. ``date`` and ``expires`` are YYYY-MM-DD, ``expires`` empty for never."""

    fingerprint: str
    rule: str
    provider: str
    reason: str
    author: str
    date: str
    expires: str = ""


class Known(Protocol):
    """A file of accepted keys, in whatever format."""

    @property
    def origin(self) -> str:
        """What people call the file: its path, or the commit or index that it comes from."""

    def acceptance(self, finding: Finding) -> Acceptance | None:
        """Why this key is accepted; None where the file does not name it."""

    def stale(self, findings: Iterable[Finding]) -> int:
        """How many of its entries none of these findings uses."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Entries by fingerprint, and the name of the file that they come from."""

    entries: Mapping[str, Entry]
    origin: str = NAME

    def acceptance(self, finding: Finding) -> Acceptance | None:
        """The entry of this key, wherever it stands."""
        entry = self.entries.get(finding.secret.fingerprint)
        if entry is None:
            return None
        return Acceptance(entry.reason, entry.author, entry.date, entry.expires, self.origin)

    def stale(self, findings: Iterable[Finding]) -> int:
        """How many entries name none of these keys."""
        return len(self.entries.keys() - {one.secret.fingerprint for one in findings})


@dataclass(frozen=True, slots=True)
class Several:
    """Several files together: a key is accepted where one of them accepts it."""

    files: tuple[Known, ...]

    @property
    def origin(self) -> str:
        return ", ".join(one.origin for one in self.files)

    def acceptance(self, finding: Finding) -> Acceptance | None:
        """That of the file that accepts it longest."""
        whys = [why for one in self.files if (why := one.acceptance(finding))]
        return max(whys, key=lambda why: why.expires or "~", default=None)

    def stale(self, findings: Iterable[Finding]) -> int:
        """Over all files."""
        found = tuple(findings)
        return sum(one.stale(found) for one in self.files)


def baseline(entries: Iterable[Entry], origin: str = NAME) -> Baseline:
    """A baseline of these entries; of two for one key, the stricter of each field."""
    by_key: dict[str, Entry] = {}
    for one in entries:
        known = by_key.get(one.fingerprint)
        by_key[one.fingerprint] = one if known is None else _both(None, known, one)
    return Baseline(by_key, origin)


def read(data: bytes, origin: str = NAME) -> Baseline:
    """The baseline in a file's bytes. Raises UsageError: a broken file accepts nothing."""
    import json  # late: a run without a baseline does not need it

    if _MARKER.search(data):
        raise _broken(
            origin,
            msg(
                "it holds the marks of a merge conflict; keep the lines of both sides, or run"
                " `keyscan baseline install-merge-driver` and merge again"
            ),
        )
    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise _broken(origin, msg("it is no UTF-8")) from None
    except json.JSONDecodeError as error:
        raise _broken(origin, msg("line {line} is no JSON", line=error.lineno)) from None
    except (ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, _Twice) else "JSON"
        raise _broken(origin, msg("it cannot be read: {why}", why=detail)) from None
    document = upgrade(document, origin)
    return baseline((_entry(one, origin) for one in _accepted(document, origin)), origin)


def upgrade(document: Any, origin: str = NAME) -> dict[str, Any]:
    """A parsed file as one of this version. Raises UsageError for one of a later version."""
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _broken(origin, msg("it is no keyscan baseline: it has no version"))
    if version > VERSION:
        raise _broken(
            origin,
            msg("a later keyscan wrote it (version {version}); update keyscan", version=version),
        )
    while version < VERSION:
        document = _UPGRADES[version](document)
        version += 1
    return {**document, "version": VERSION}


def write(known: Baseline) -> bytes:
    """The file, always the same bytes for the same entries."""
    import json  # late, as in ``read``

    lines = ["{", f'"version": {VERSION},', '"accepted": [']
    rows: list[tuple[str, str]] = [(group, f'"{group}",') for group in _GROUPS]
    for one in known.entries.values():
        fields = {name: valid(value) for name, value in one._asdict().items()}
        rows.append((one.fingerprint, json.dumps(fields, ensure_ascii=False) + ","))
    lines += [line for _, line in sorted(rows)]
    lines += [f'"{_END}"', "]", "}"]
    return "".join(line + "\n" for line in lines).encode()


def merge(base: Baseline, ours: Baseline, theirs: Baseline) -> Baseline:
    """Both sides' changes. The sides may be swapped: the result is the same.

    A key that one side took out and the other changed is out: it is reported again, and nobody
    is deceived. Where both sides changed one field, the earlier end and the later words hold.
    """
    merged: dict[str, Entry] = {}
    for key in ours.entries.keys() | theirs.entries.keys():
        sides = (one.entries.get(key) for one in (base, ours, theirs))
        one = _merged(*sides)
        if one is not None:
            merged[key] = one
    return Baseline(merged, ours.origin)


class _Twice(ValueError):
    """A name that stands twice in one JSON object: which value holds is anybody's guess."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice("a name stands twice in one object")
    return found


def _accepted(document: dict[str, Any], origin: str) -> list[Any]:
    unknown = sorted(document.keys() - {"version", "accepted"})
    rows = document.get("accepted")
    if unknown or not isinstance(rows, list):
        what = unknown[0] if unknown else "accepted"
        raise _broken(origin, msg("{name} is not as keyscan writes it", name=safe(what)))
    return [one for one in rows if not isinstance(one, str)]


def _entry(row: Any, origin: str) -> Entry:
    """One entry, each field checked: a misspelt `expires` must not mean never."""
    if not isinstance(row, dict) or not all(isinstance(one, str) for one in row.values()):
        raise _broken(origin, msg("an entry is not as keyscan writes it"))
    fingerprint = row.get("fingerprint", "")
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise _broken(origin, msg("an entry has no fingerprint of 32 hex digits"))
    wrong = sorted(row.keys() - set(_FIELDS)) or [one for one in _FIELDS if one not in row]
    wrong = wrong or [one for one in ("date", "expires") if row[one] and not is_day(row[one])]
    if wrong:
        what = msg(
            "the field {name} of entry {fingerprint} is unknown, missing, or no date (YYYY-MM-DD)",
            name=safe(wrong[0])[:40],
            fingerprint=fingerprint,
        )
        raise _broken(origin, what)
    return Entry(**row)


def is_day(text: str) -> bool:
    """Whether this is a day, written YYYY-MM-DD."""
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _broken(origin: str, why: Message) -> UsageError:
    return UsageError(
        msg(
            "the baseline {path} cannot be used: {why}; repair it, or leave it out with"
            " --no-baseline",
            path=safe(origin),
            why=render(why),
        )
    )


def _merged(base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Entry | None:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    return None if ours is None or theirs is None else _both(base, ours, theirs)


def _both(base: Entry | None, ours: Entry, theirs: Entry) -> Entry:
    """Field by field: what one side changed; where both did, the earlier end, the later words."""
    later = max(ours, theirs, key=lambda one: (one.date, one))
    ends = [one.expires for one in (ours, theirs) if one.expires]
    values = {}
    for name in _FIELDS:
        before = getattr(base, name) if base else None
        mine, other = getattr(ours, name), getattr(theirs, name)
        if mine == other or other == before:
            values[name] = mine
        elif mine == before:
            values[name] = other
        else:
            values[name] = min(ends) if name == "expires" else getattr(later, name)
    return Entry(**values)
