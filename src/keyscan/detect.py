"""The literal prefilter in one pass, then the rule at each hit. Views in, candidates out."""

from collections.abc import Iterable, Iterator
from functools import cache

from keyscan.blocks import marked
from keyscan.context import name_before
from keyscan.distinct import distinct
from keyscan.model import Blob, Candidate, Gap, Location, Match, Message, View
from keyscan.prefilter import search
from keyscan.provider import Rule
from keyscan.providers import owner_of, rules_by_literal
from keyscan.secret import Secret
from keyscan.shape import in_digest


@cache
def literals() -> tuple[bytes, ...]:
    """What the prefilter looks for."""
    return tuple(rules_by_literal())


def detect(views: Iterable[View | Gap]) -> Iterator[Candidate | Gap]:
    """Every key in every view, each key once at each place. Gaps pass through."""
    of_blob: list[list[Candidate]] = []
    for view in views:
        if isinstance(view, View) and not view.decoded:
            yield from _belonging(of_blob)
            of_blob = []
        if isinstance(view, Gap):
            yield view
            continue
        found = list(detect_in(view))
        if found:
            of_blob.append(found)
    yield from _belonging(of_blob)


def detect_in(view: View) -> Iterator[Candidate]:
    """The keys of one view, by offset; of overlapping matches the more specific one."""
    hits = search(view.data, literals()) if view.hits is None else view.hits
    if not hits:
        return
    table = tuple(rules_by_literal().values())
    found: list[tuple[Match, Rule]] = []
    told: dict[tuple[Message, ...], tuple[Message, ...]] = {}
    for at, literal in hits:
        for rule in table[literal] if literal < len(table) else ():
            if view.joined and rule.priority > 0:
                continue
            match = rule.match(view.data, at)
            if match is not None and not in_digest(view.data, match.start):
                same = told.setdefault(match.evidence, match.evidence)  # kept once, not for each
                found.append((match if same is match.evidence else _told(match, same), rule))
    locator = Locator(view)
    kept = _without_overlaps(found)
    if view.at is not None:  # decoders may change the order; the locator counts upwards
        place = view.at
        kept.sort(key=lambda pair: place(pair[0].start))
    for match, rule in kept:
        yield _candidate(view, match, rule, locator)


def _told(match: Match, evidence: tuple[Message, ...]) -> Match:
    return Match(match.start, match.end, match.confidence, evidence)


def _without_overlaps(found: list[tuple[Match, Rule]]) -> list[tuple[Match, Rule]]:
    """By offset; where spans overlap, the lower priority number wins, then the longer span."""
    found.sort(key=lambda pair: (pair[0].start, pair[1].priority, -pair[0].end))
    kept: list[tuple[Match, Rule]] = []
    for pair in found:
        if not kept or pair[0].start >= kept[-1][0].end:
            kept.append(pair)
        elif _rank(pair) < _rank(kept[-1]):
            kept[-1] = pair
    return kept


def _rank(pair: tuple[Match, Rule]) -> tuple[int, int]:
    match, rule = pair
    return rule.priority, match.start - match.end


def _belonging(views: list[list[Candidate]]) -> Iterator[Candidate]:
    """Without rereadings, and of the blocks of a long stream each key from one only."""
    return (one for one in distinct(views) if one.view is None or _belongs(one.view, one.span))


def _belongs(view: View, span: tuple[int, int]) -> bool:
    """Whether this block is the one that reports the match: each match exactly once.

    A match that touches the end of a block may go on; the next block sees it whole.
    """
    blob = view.blob
    if view.at is not None:
        return True
    if not blob.final and span[1] >= len(view.data):
        return False
    return blob.seen == 0 or span[1] >= blob.seen


def _candidate(view: View, match: Match, rule: Rule, locator: "Locator") -> Candidate:
    text = view.data[match.start : match.end].decode(errors="replace")
    name = name_before(view.data, match.start)
    return Candidate(
        secret=Secret(text, rule.prefix),
        rule=rule.id,
        provider=owner_of(rule.id).id,
        confidence=match.confidence,
        evidence=match.evidence,
        location=locator.locate(match.start),
        names=(name,) if name else (),
        view=view,
        span=(match.start, match.end),
    )


class Locator:
    """Offset → line and column, for offsets that (nearly) rise.

    Counts on from the last offset: a file with a million hits is read once, not a million
    times. Columns count characters of UTF-8, invalid bytes one each, a byte order mark not.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._rewind(view.blob)

    def _rewind(self, blob: Blob) -> None:
        column = blob.column - marked(blob.data, blob.offset)
        self._offset, self._line, self._column = 0, blob.line, column

    def locate(self, offset: int) -> Location:
        """The place of an offset of the view, in its blob's lines."""
        view, blob = self._view, self._view.blob
        if view.at is not None:
            offset = view.at(offset)
        if offset < self._offset:
            self._rewind(blob)
        breaks = blob.data.count(b"\n", self._offset, offset)
        since = self._offset
        if breaks:
            self._line += breaks
            self._column = 1
            since = blob.data.rfind(b"\n", 0, offset) + 1
        self._column += len(blob.data[since:offset].decode("utf-8", "replace"))
        self._offset = offset
        return Location(blob.path, self._line, self._column, blob.source, blob.commit, view.decoded)
