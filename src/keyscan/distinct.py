"""One blob's candidates from all its views → each key once at each place.

A decoder reads again what could already be read as it stood, and the encoded form of a key may
itself look like a value assigned to a key's name: of several readings of the same bytes the one
with the more specific rule stays, then the one with fewer decoders.
"""

from bisect import bisect_left
from collections.abc import Iterator

from keyscan.model import Candidate
from keyscan.providers import rules

# A form that begins with a free name: the end of a split one looks whole.
_OPEN_ENDED = {"openai-named-key"}
_TAIL = 48  # both halves and the marker
_STRIDE = 8  # characters between the points at which a key's place in its blob is looked up


def distinct(views: list[list[Candidate]]) -> Iterator[Candidate]:
    """The candidates of the views of one blob (in the order of decoding) without rereadings."""
    if len(views) < 2:
        for view in views:
            yield from view
        return
    found = _without_ends([one for view in views for one in view])
    everything = [(one, rules()[one.rule].priority, _points(one)) for one in found]
    plain = sorted((p[0], p[-1], rank) for one, rank, p in everything if not one.location.decoded)
    strong = sorted((point, rank) for _, rank, points in everything for point in points)
    known: set[tuple[object, int]] = set()
    inner = sorted(
        (point, points[0])
        for one, rank, points in everything
        for point in points
        if rank == 0 and one.view and one.view.joined
    )
    for one, rank, points in everything:
        if _covers_better(points, rank, strong):
            continue
        if not one.location.decoded and _part_of_longer(points, inner):
            continue
        place = 0 if one.view and one.view.joined else one.location.line
        decoded = one.location.decoded
        if decoded and ((one.secret, place) in known or _rereads(points, rank, plain)):
            continue
        known |= {(one.secret, 0), (one.secret, one.location.line)}
        yield one


def _without_ends(found: list[Candidate]) -> list[Candidate]:
    """Without what is the end of a longer key that only a decoder can put together."""
    longest: dict[str, int] = {}
    for one in found:
        if one.rule in _OPEN_ENDED:
            tail = one.secret.body[-_TAIL:]
            longest[tail] = max(len(one.secret), longest.get(tail, 0))
    return [
        one
        for one in found
        if not (_glued(one) and len(one.secret) < longest.get(one.secret.body[-_TAIL:], 0))
    ]


def _glued(one: Candidate) -> bool:
    if one.rule not in _OPEN_ENDED or one.view is None or one.span[0] == 0:
        return False
    return one.view.data[one.span[0] - 1 : one.span[0]].isalnum()


def _points(one: Candidate) -> list[int]:
    """Offsets in the blob's data that the key was read from, in order."""
    start, end = one.span
    at = one.view.at if one.view else None
    offsets = (*range(start, end, _STRIDE), end - 1)
    return sorted(offsets if at is None else map(at, offsets))


def _covers_better(points: list[int], rank: int, strong: list[tuple[int, int]]) -> bool:
    """Whether a more specific reading lies inside: base64 that is assigned to ``api_key``."""
    if rank == 0 or points[-1] - points[0] > 100_000:
        return False
    at = bisect_left(strong, (points[0], -1))
    while at < len(strong) and strong[at][0] <= points[-1]:
        if strong[at][1] < rank:
            return True
        at += 1
    return False


def _part_of_longer(points: list[int], inner: list[tuple[int, int]]) -> bool:
    """Whether a key that was put together runs through this one and begins before it."""
    at = bisect_left(inner, (points[0], -1))
    while at < len(inner) and inner[at][0] <= points[-1]:
        if inner[at][1] < points[0]:
            return True
        at += 1
    return False


def _rereads(points: list[int], rank: int, plain: list[tuple[int, int, int]]) -> bool:
    """Whether a key that is readable as it stands, no less specific, holds where this begins."""
    at = bisect_left(plain, (points[0] + 1, -1, -1)) - 1
    return at >= 0 and plain[at][1] >= points[0] and plain[at][2] <= rank
