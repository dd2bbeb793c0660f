"""Candidates → findings: one for each distinct key, wherever it stands."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeVar

from keyscan.model import Candidate, Finding, Location, Message, msg

T = TypeVar("T")
_CELL = re.compile(r"!cell-\d+(?:-output)?$")
_TEXT = re.compile(r"(!(?:stream|page)-\d+)-(text|drawn)$")
_UNDECIDED = "unknown-sk-key"  # only shapes that vendors share can be given to two of them


def group(candidates: Iterable[Candidate]) -> tuple[Finding, ...]:
    """Findings in the order of their first place; evidence, names and places pooled.

    Rule, provider and confidence are those of the surest candidate, so that a key which one
    file attributes is attributed everywhere. Where equally sure places name different vendors,
    the key stays unknown.
    """
    by_key: dict[object, list[Candidate]] = {}
    for one in _without_parts(tuple(candidates)):
        by_key.setdefault(one.secret, []).append(one)
    return tuple(_finding(same) for same in by_key.values())


def _without_parts(candidates: tuple[Candidate, ...]) -> Iterator[Candidate]:
    """Without the pieces of keys that stand whole in another member of the same container.

    A page's text and a notebook's cells are read singly and put together.
    """
    whole: dict[tuple[str, ...], set[str]] = {}
    for one in candidates:
        if one.rule != _UNDECIDED and (one.location.decoded or _TEXT.search(one.location.path)):
            whole.setdefault(_container(one), set()).add(_text(one))
    for one in candidates:
        others = whole.get(_container(one), ()) if "!" in one.location.path else ()
        if not any(_is_piece(one, longer) for longer in others):
            yield one


def _is_piece(one: Candidate, longer: str) -> bool:
    """A piece that a rule reads as a whole key begins within a word of the longer one's name."""
    at = longer.find(_text(one))
    if at < 0 or len(one.secret) == len(longer):
        return False
    return one.rule == _UNDECIDED or (at > 0 and longer[at - 1].isalnum())


def _text(one: Candidate) -> str:
    return one.secret.prefix + one.secret.body  # to compare, never to show


def _container(one: Candidate) -> tuple[str, ...]:
    path, source, commit = one.location.path, one.location.source, one.location.commit
    return path.partition("!")[0], source, commit


def _finding(same: list[Candidate]) -> Finding:
    best = max(same, key=_sureness)
    rivals = {one.provider for one in same if _sureness(one) == _sureness(best)}
    agreed = len(rivals) == 1
    conflict = () if agreed else (msg("the evidence names several vendors"),)
    return Finding(
        secret=best.secret,
        rule=best.rule if agreed else _UNDECIDED,
        provider=best.provider if agreed else "unknown",
        confidence=max((one.confidence for one in same), key=lambda sure: sure.rank),
        evidence=_evidence(best, same) + conflict,
        locations=_places(one.location for one in same),
        names=_pooled(one.names for one in same),
    )


def _evidence(best: Candidate, same: list[Candidate]) -> tuple[Message, ...]:
    if len(same) == 1 and len(set(best.evidence)) == len(best.evidence):
        return best.evidence  # as it is, shared: nearly always
    return _pooled(one.evidence for one in (best, *same))


def _sureness(one: Candidate) -> tuple[bool, int]:
    return one.provider != "unknown", one.confidence.rank


def _places(locations: Iterable[Location]) -> tuple[Location, ...]:
    """Each place once: the innermost of a container, but the file's own lines of a notebook.

    What is stored uncompressed is seen twice, in the container's bytes and as its member; what a
    page of a PDF shows, in what its stream holds and in the text.
    """
    places = dict.fromkeys(locations)
    seen = {(one.path, one.source, one.commit) for one in places}
    if all("!" not in path for path, _, _ in seen):
        return tuple(places)
    outer = {(path[: at.start()], *rest) for path, *rest in seen for at in re.finditer("!", path)}
    cells = {
        one for one in seen if _CELL.search(one[0]) and (_CELL.sub("", one[0]), *one[1:]) in seen
    }
    texts = {one for one in seen if any((path, *one[1:]) in seen for path in _nearer(one[0]))}
    around = {(_CELL.sub("", path), *rest) for path, *rest in cells}
    dropped = (outer - around) | cells | texts
    return tuple(one for one in places if (one.path, one.source, one.commit) not in dropped)


def _nearer(path: str) -> tuple[str, ...]:
    """Where a text's key is better shown: the stream itself, then what the library reads of it."""
    found = _TEXT.search(path)
    if not found:
        return ()
    stream = path[: found.end(1)]
    return (stream, f"{stream}-text") if found[2] == "drawn" else (stream,)


def _pooled(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))
