"""Where in a history a key has been, in one line."""

from collections.abc import Iterator, Sequence

from keyscan.formats import safe
from keyscan.i18n import render as said
from keyscan.model import CommitRef, Exposure, Finding, Message, msg, plural

_NAMED = 3  # refs


def exposure(one: Exposure) -> str:
    """Since when, by whom, which refs reach it, and whether HEAD still holds it."""
    parts = [*_since(one), reached(one)]
    if one.more:
        parts.append(
            plural(
                one.more,
                "and under 1 more path, which is not listed",
                "and under {count} more paths, which are not listed",
            )
        )
    if one.first:
        held = msg("HEAD still holds it") if one.in_head else msg("HEAD does not hold it")
        parts.append(held)
    return safe(said(msg("; ")).join(map(said, parts)))


def _since(one: Exposure) -> Iterator[Message]:
    if one.first and one.last:
        yield _dated(one, one.first, one.last)
    elif not one.tags:
        yield msg("in no commit: an object that was added and never committed, or a lost one")
    if len(one.tags) == 1:
        yield msg("in the message of the tag {tag}", tag=one.tags[0])
    elif one.tags:
        yield msg(
            "in the messages of {count} tags ({tags})",
            count=len(one.tags),
            tags=_listed(one.tags),
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if names[_NAMED:] else "")


def _dated(one: Exposure, first: CommitRef, last: CommitRef) -> Message:
    known = {"first": _commit(first), "last": _commit(last)}
    if first == last:
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


def reached(one: Exposure) -> Message:
    """Which refs reach it, or what else does."""
    if one.kept:
        return msg(
            "reachable from no ref, but from {names}", names=_listed([*map(_keeper, one.kept)])
        )
    if not one.refs:
        return msg("reachable from no ref")
    names = ", ".join(map(ref_name, one.refs[:_NAMED]))
    if len(one.refs) <= _NAMED:
        return msg("reachable from {refs}", refs=names)
    return msg("reachable from {count} refs ({refs}, ...)", count=len(one.refs), refs=names)


def ref_name(ref: str) -> str:
    """A branch by its own name; a request with the remote that serves it."""
    remote, space, name = ref.partition(" ")
    if space:
        return said(msg("{ref} of {remote}", ref=name, remote=remote))
    return ref.removeprefix("refs/heads/")


def _keeper(name: str) -> str:
    head, log, ref = name.partition("reflog ")
    return said(msg("the reflog of {ref}", ref=ref)) if log else head
