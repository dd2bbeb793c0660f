"""Where in a history a key has been, in one line."""

from keyscan.formats import safe
from keyscan.i18n import render as said
from keyscan.model import CommitRef, Exposure, Finding, Message, msg

_NAMED = 3  # refs


def exposure(one: Exposure) -> str:
    """Since when, by whom, which refs reach it, and whether HEAD still holds it."""
    parts = [_since(one), _reached(one)]
    if one.more:
        parts.append(msg("and under {count} more paths, which are not listed", count=one.more))
    if one.first:
        held = msg("HEAD still holds it") if one.in_head else msg("HEAD does not hold it")
        parts.append(held)
    return safe(said(msg("; ")).join(map(said, parts)))


def _since(one: Exposure) -> Message:
    if one.first is None or one.last is None:
        return msg("in no commit: an object that was added and never committed, or a lost one")
    known = {"first": _commit(one.first), "last": _commit(one.last)}
    if one.first == one.last:
        if one.whole:
            return msg("in the history since {first}", **known)
        return msg("in the history at least since {first}", **known)
    if one.whole:
        return msg("in the history since {first}, last touched {last}", **known)
    return msg("in the history at least since {first}, last touched {last}", **known)


def authors(finding: Finding) -> dict[str, CommitRef]:
    """Who made the commits that its places name, by their ids."""
    known = finding.exposure.commits if finding.exposure else ()
    return {one.oid: one for one in known}


def _commit(one: CommitRef) -> str:
    return f"{one.date[:10]} ({one.oid[:10]}, {one.author})"


def _reached(one: Exposure) -> Message:
    if not one.refs:
        return msg("reachable from no ref")
    names = ", ".join(name.removeprefix("refs/heads/") for name in one.refs[:_NAMED])
    if len(one.refs) <= _NAMED:
        return msg("reachable from {refs}", refs=names)
    return msg("reachable from {count} refs ({refs}, ...)", count=len(one.refs), refs=names)
