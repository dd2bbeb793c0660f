"""The baseline of detect-secrets, ``.secrets.baseline``: read, and written for it to read.

Its entries are SHA-1 hashes of what its plugins matched, by file. A key is accepted where every
file that holds it lists it, as detect-secrets itself does; its audit labels do not change that.
Some of its plugins match a part of today's keys: from the beginning on, so a hash of a long
enough beginning of a key stands for the key.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any

from keyscan.columns import safe
from keyscan.errors import UsageError
from keyscan.i18n import render
from keyscan.model import Acceptance, Finding, Location, Message, msg

NAME = ".secrets.baseline"
_SHORTEST = 24  # characters of a key whose hash still tells it from others
_MARK = re.compile(rb'"(?:plugins_used|results)"\s*:')
_HASH = re.compile(r"[0-9a-f]{40}")


def is_one(data: bytes) -> bool:
    """Whether these bytes are in detect-secrets' format, and not in keyscan's."""
    return bool(_MARK.search(data))


@dataclass(frozen=True, slots=True)
class SecretsBaseline:
    """``listed``: path → hash → label (None: not audited). Paths are relative to ``folder``."""

    listed: Mapping[str, Mapping[str, bool | None]]
    origin: str
    folder: str
    document: Mapping[str, Any] = field(repr=False)

    def acceptance(self, finding: Finding) -> Acceptance | None:
        """The label of its first place; None where one of its files does not list it."""
        hashes = hashes_of(finding)
        labels = []
        for place in finding.locations:
            listed = self._listed(place)
            known = [one for one in hashes if one in listed]
            if not known:
                return None
            labels.append(listed[known[0]])
        if not labels:
            return None
        return Acceptance(render(_said(labels[0])), "", "", "", self.origin)

    def stale(self, findings: Iterable[Finding]) -> int:
        """Not told: most entries are about secrets that keyscan does not look for."""
        del findings
        return 0

    def _listed(self, place: Location) -> Mapping[str, bool | None]:
        for name in names(place, self.folder):
            if name in self.listed:
                return self.listed[name]
        return {}


def names(place: Location, folder: str) -> tuple[str, ...]:
    """What a place's file may be called in a baseline of this folder."""
    path = place.path.partition("!")[0]
    if place.source != "file":
        return (path,)
    try:
        beside = os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    except ValueError:  # Windows: on another drive
        return (path,)
    return (beside, path)


def hashes_of(finding: Finding) -> tuple[str, ...]:
    """SHA-1 of the key, then of its beginnings, longest first."""
    text = (finding.secret.prefix + finding.secret.body).encode()
    ends = range(len(text), min(_SHORTEST, len(text)) - 1, -1)
    return tuple(_sha1(text[:end]) for end in ends)


def _sha1(data: bytes) -> str:
    return sha1(data, usedforsecurity=False).hexdigest()


def _said(label: bool | None) -> Message:
    if label is None:
        return msg("listed by detect-secrets, not audited")
    if label:
        return msg("listed by detect-secrets, audited: a real secret")
    return msg("listed by detect-secrets, audited: no secret")


def read(data: bytes, origin: str, folder: str) -> SecretsBaseline:
    """The baseline in a file's bytes. Raises UsageError: a broken file accepts nothing."""
    import json  # late: a run without a baseline does not need it

    try:
        document = json.loads(data.decode("utf-8-sig"))
        listed = {
            str(path).replace("\\", "/"): {_hash(one): one.get("is_secret") for one in rows}
            for path, rows in document["results"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            msg(
                "the baseline {path} cannot be used: it is not as detect-secrets writes it; make"
                " it anew with `detect-secrets scan`, or leave it out with --no-baseline",
                path=safe(origin),
            )
        ) from None
    return SecretsBaseline(listed, origin, folder, document)


def _hash(row: Mapping[str, Any]) -> str:
    text = row["hashed_secret"]
    if not _HASH.fullmatch(text) or not isinstance(row.get("is_secret", False), bool):
        raise ValueError
    return str(text)
