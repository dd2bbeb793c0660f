"""What can be set, of which type, and where: the one table that files and variables are read by.

``schemas/keyscan.schema.json`` says the same to editors; a test compares the two as sets.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from keyscan.allowlist import Entry
from keyscan.gitignore import Paths
from keyscan.model import msg
from keyscan.own_rules import OwnProvider, OwnRule, providers, rules
from keyscan.pattern_syntax import PatternError
from keyscan.setting_values import (
    Where,
    boolean,
    choice,
    only,
    table,
    tables,
    text,
    texts,
)

LANGUAGES = ("en", "zh_CN", "zh")
LEVELS = ("note", "any", "live")
CRITERIA = ("path", "rule", "provider", "fingerprint")
_MOST = 1000  # entries of an allowlist, and lines of its paths


@dataclass(frozen=True, slots=True)
class Config:
    """The effective values. Every field is a setting; ``_`` is written ``-`` in a file."""

    fail_on: str = "any"
    no_ignore: bool = False
    pragmas: bool = True
    baseline: tuple[str, ...] = ()
    verify: bool = False
    format: tuple[str, ...] = ("text",)
    lang: str = ""
    allow: tuple[Entry, ...] = ()
    providers: tuple[OwnProvider, ...] = ()
    rules: tuple[OwnRule, ...] = ()
    endpoints: tuple[tuple[str, str], ...] = ()


class Setting(NamedTuple):
    """``own``: never set by a scanned repository. ``many``: a table, that no variable sets.

    Of such tables those of all files hold together; of other settings the highest one holds.
    """

    name: str
    read: Callable[[Where, Any], Any]
    own: bool = False
    many: bool = False

    @property
    def field(self) -> str:
        """Its name in ``Config``."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it, or ``""``."""
        return "" if self.many else f"KEYSCAN_{self.field.upper()}"


def _lang(where: Where, value: Any) -> str:
    """A variable may hold any locale's name: see ``i18n.language``."""
    return (
        text(where, value) if where.origin == "KEYSCAN_LANG" else choice(*LANGUAGES)(where, value)
    )


def _baseline(where: Where, value: Any) -> tuple[str, ...]:
    found = texts(where, value)
    if not where.own and any(_leads_out(one) for one in found):
        raise where.wrong(msg("a file of this repository, by its path from the repository's root"))
    return found


def _leads_out(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or ":" in parts[0]


def _endpoints(where: Where, value: Any) -> tuple[tuple[str, str], ...]:
    """Checked as ``--endpoint`` is, when somebody is asked."""
    return tuple(
        (text(where.at(name), name), text(where.at(name), url))
        for name, url in table(where, value).items()
    )


def _allow(where: Where, value: Any) -> tuple[Entry, ...]:
    found = tables(where, value)
    if len(found) > _MOST:
        raise where.wrong(msg("at most {count} entries", count=_MOST))
    entries = tuple(_entry(where.at(str(number)), one) for number, one in enumerate(found, 1))
    if sum(len(one.path) for one in entries) > _MOST:
        raise where.wrong(msg("at most {count} paths", count=_MOST))
    return entries


def _entry(where: Where, value: Mapping[str, Any]) -> Entry:
    only(where, value, (*CRITERIA, "reason", "expires"))
    if not any(one in value for one in CRITERIA):
        raise where.wrong(msg("needs one of: {known}", known=", ".join(CRITERIA)))
    if "reason" not in value:
        raise where.wrong(msg('needs a reason: reason = "why this is no leak"'))
    return Entry(
        text(where.at("reason"), value["reason"]),
        _path(where.at("path"), value["path"]) if "path" in value else (),
        text(where.at("rule"), value["rule"]) if "rule" in value else "",
        text(where.at("provider"), value["provider"]) if "provider" in value else "",
        _fingerprint(where.at("fingerprint"), value.get("fingerprint", "")),
        _day(where.at("expires"), value.get("expires", "")),
        f"{where.origin} {where.key}",
    )


def _path(where: Where, value: Any) -> tuple[str, ...]:
    lines = texts(where, value)
    try:
        Paths(lines)
    except PatternError as error:
        raise where.wrong(error.message) from None
    return lines


def _fingerprint(where: Where, value: Any) -> str:
    if value != "" and not (isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value)):
        raise where.wrong(msg("must be the 32 digits that a report in JSON shows as fingerprint"))
    return str(value)


def _day(where: Where, value: Any) -> str:
    """A date, bare or in quotes, as YYYY-MM-DD."""
    from datetime import date, datetime  # late: few files have one

    if value == "":
        return ""
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        return date.fromisoformat(value if len(value) == 10 else "").isoformat()
    except (TypeError, ValueError):
        raise where.wrong(msg("must be a day such as 2027-01-31")) from None


SETTINGS = (
    Setting("fail-on", choice(*LEVELS)),
    Setting("no-ignore", boolean),
    Setting("pragmas", boolean),
    Setting("baseline", _baseline),
    Setting("verify", boolean, own=True),
    Setting("format", texts, own=True),
    Setting("lang", _lang, own=True),
    Setting("endpoints", _endpoints, own=True, many=True),
    Setting("allow", _allow, many=True),
    Setting("providers", providers, many=True),
    Setting("rules", rules, many=True),
)
