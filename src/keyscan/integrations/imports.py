"""What other scanners found or were told to ignore, read from their files. Pure.

Formats seen from gitleaks 8.30 (JSON, ``.gitleaksignore``), kingfisher 2.14 (JSON, JSONL) and
betterleaks 2.0 (JSON, JSONL, its ignore file of value fingerprints).
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from keyscan.columns import safe
from keyscan.errors import UsageError
from keyscan.model import msg

_DIGEST = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_IGNORED = re.compile(r"(?:(?P<commit>[0-9a-f]{40}):)?(?P<path>.+):(?P<rule>[^:\s]+):(?P<line>\d+)")
_REDACTED = re.compile(r"^\[?REDACTED|\.\.\.$|^\*|^$")


class Reported(NamedTuple):
    """One thing that another scanner was told of.

    ``text`` is the key as it was written there, empty where it was redacted; ``digest`` its
    SHA-256. Only the digest is known of an entry without a ``path``.
    """

    path: str
    line: int
    commit: str = ""
    text: str = ""
    digest: str = ""

    def __repr__(self) -> str:
        return f"Reported({self.path!r}, {self.line}, {self.commit!r})"  # never the key


def read(data: bytes, name: str) -> tuple[Reported, ...]:
    """Everything in a report or ignore file. Raises UsageError where it is of another kind."""
    try:
        text = data.decode("utf-8-sig")
        documents = _documents(text)
        found = _ignored(text) if documents is None else _reported(documents)
        return tuple(dict.fromkeys(found))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            msg(
                "{path} is no report that keyscan knows: gitleaks (JSON, .gitleaksignore),"
                " kingfisher or betterleaks (JSON, JSONL), or .secrets.baseline",
                path=safe(name),
            )
        ) from None


def _documents(text: str) -> list[Any] | None:
    """The JSON values of a report; None where the text is no JSON at all."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return whole if isinstance(whole, list) else [whole]


def _reported(documents: Iterable[Any]) -> Iterator[Reported]:
    for one in documents:
        if "findings" in one:
            yield from _reported(one["findings"])
        elif "RuleID" in one:
            yield _of_gitleaks(one)
        elif "match" in one:
            yield _of_betterleaks(one)
        elif "rule" in one and "finding" in one:
            yield _of_kingfisher(one["finding"])
        elif "rule_id" in one.get("finding", {}):
            yield _of_betterleaks(one["finding"])
        elif not one.keys() & {"audit", "scan", "metadata"}:  # what ends a JSONL report
            raise ValueError


def _of_gitleaks(one: dict[str, Any]) -> Reported:
    return Reported(
        one["File"], int(one["StartLine"]), _commit(one["Commit"]), _text(one["Secret"])
    )


def _of_betterleaks(one: dict[str, Any]) -> Reported:
    match, place = one["match"], one["location"]
    return Reported(
        place["path"],
        int(place["start_line"]),
        _commit(one.get("attributes", {}).get("git.sha", "")),
        _text(match["value"]),
        match["fingerprint"] if _DIGEST.fullmatch(match.get("fingerprint", "")) else "",
    )


def _of_kingfisher(one: dict[str, Any]) -> Reported:
    git = one.get("git_metadata") or {}
    path = git.get("file", {}).get("path") or one["path"]
    commit = _commit(git.get("commit", {}).get("id", ""))
    return Reported(path.removeprefix("./"), int(one["line"]), commit, _text(one["snippet"]))


def _commit(text: str) -> str:
    """Nothing that git could take for an option or another revision."""
    return text if _COMMIT.fullmatch(text) else ""


def _text(text: str) -> str:
    return "" if _REDACTED.search(text) else text


def _ignored(text: str) -> Iterator[Reported]:
    """``[commit:]path:rule:line``, or a value's SHA-256; ``#`` starts a comment."""
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if _DIGEST.fullmatch(line):
            yield Reported("", 0, digest=line)
        elif found := _IGNORED.fullmatch(line):
            yield Reported(found["path"], int(found["line"]), found["commit"] or "")
        else:
            raise ValueError
