"""One blob's candidates from all its views → each key once at each place.

A decoder reads again what could already be read as it stood, and the encoded form of a key may
itself look like a value assigned to a key's name: of several readings of the same bytes the one
with the more specific rule stays, then the one with fewer decoders. What is only a part of a key
that was put together is no key of its own.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from keyscan.model import Candidate, Confidence
from keyscan.providers import rules
from keyscan.secret import Secret

_STRIDE = 8  # characters between the points at which a key's place in its blob is looked up
_APART = 16  # bytes between characters that stand together: the longest escapes, and quotes
_PART = 4000  # bytes of the longest part, however escaped
_CUT_OFF = 8  # characters of another word that the end of a wrapped key may be mistaken for


class _Part(NamedTuple):
    """A stretch of a blob from which characters of a key were read, and where in the key."""

    start: int
    end: int
    offset: int
    whole: Candidate


def distinct(views: list[list[Candidate]]) -> Iterator[Candidate]:
    """The candidates of the views of one blob (in the order of decoding) without rereadings."""
    views = [_named_once(view) for view in views]
    if len(views) < 2 and not any(one.location.decoded for view in views for one in view):
        for view in views:
            yield from view
        return
    found = _without_parts(_without_foreign_ends([one for view in views for one in view]))
    everything = [(one, rules()[one.rule].priority, _points(one)) for one in found]
    plain = sorted((p[0], p[-1], rank) for one, rank, p in everything if not one.location.decoded)
    strong = sorted((point, rank) for _, rank, points in everything for point in points)
    known: set[tuple[object, int]] = set()
    for one, rank, points in everything:
        if _covers_better(points, rank, strong):
            continue
        place = 0 if _joined(one) else one.location.line
        decoded = one.location.decoded
        if decoded and ((one.secret, place) in known or _rereads(points, rank, plain)):
            continue
        known |= {(one.secret, 0), (one.secret, one.location.line)}
        yield one


def _named_once(view: list[Candidate]) -> list[Candidate]:
    """Without the names in a zip's directory that its members bear, too: that is one place."""
    blob = view[0].view.blob if view and view[0].view else None
    if blob is None or not blob.data.startswith(b"PK\3\4"):
        return view
    seen: set[Secret] = set()
    kept = []
    for one in view:
        if one.location.decoded or one.secret not in seen or not _is_in_directory(one, blob.data):
            kept.append(one)
        seen.add(one.secret)
    return kept


def _is_in_directory(one: Candidate, data: bytes) -> bool:
    """Whether it stands in the name of an entry (PKWARE APPNOTE 6.3, 4.3.12)."""
    start = one.span[0]
    entry = data.rfind(b"PK\1\2", max(0, start - 46 - 0xFFFF), start)
    if entry < 0 or entry + 46 > start:
        return False
    return start < entry + 46 + int.from_bytes(data[entry + 28 : entry + 30], "little")


def _joined(one: Candidate) -> bool:
    return one.view is not None and one.view.joined


def _marked(one: Candidate) -> bool:
    return rules()[one.rule].priority == 0


def _offsets(one: Candidate) -> list[int]:
    """Where each character of a key stands in its blob."""
    span = range(*one.span)
    return list(span) if one.view is None or one.view.at is None else [*map(one.view.at, span)]


def _without_foreign_ends(found: list[Candidate]) -> list[Candidate]:
    """Of joined keys that share their second half, the best one; none that ends within a word.

    Two keys may begin with the same constant, but their random ends are never the same.
    """
    # What stands there unbroken is judged as a part (below), in joined views, too.
    readable = {one.secret for one in found if not one.location.decoded}
    joined = [o for o in found if _joined(o) and _marked(o) and o.secret not in readable]
    if not joined:
        return found
    owner: dict[int, Secret] = {}
    bad: set[int] = set()
    for one in sorted(joined, key=_likelihood, reverse=True):
        offsets = _offsets(one)
        half = offsets[len(offsets) // 2 :]
        if _ends_in_a_word(one, offsets) or any(
            owner.get(offset, one.secret) != one.secret for offset in half
        ):
            bad.add(id(one))
        else:
            owner.update(dict.fromkeys(half, one.secret))
    return [one for one in found if id(one) not in bad]


def _likelihood(one: Candidate) -> tuple[bool, bool, int, int, int]:
    """Lines that follow each other are joined most freely; more of a key is better than less.

    That text follows without a break (medium) says nothing here: joined keys follow each other.
    """
    freely = "wrapped" in one.location.decoded
    rank = one.confidence.rank
    more = len(one.secret), rank, -len(one.location.decoded)
    return not freely, rank >= Confidence.MEDIUM.rank, *more


def _ends_in_a_word(one: Candidate, offsets: list[int]) -> bool:
    """Whether the last few characters are the beginning of a word that goes on."""
    if one.view is None or one.view.at is None or one.span[1] >= len(one.view.data):
        return False
    following = one.view.data[one.span[1] : one.span[1] + 1]
    last = offsets[-1]
    if not (following.isalnum() or following == b"-") or one.view.at(one.span[1]) - last != 1:
        return False
    return any(last - offset != back for back, offset in enumerate(offsets[: -_CUT_OFF - 1 : -1]))


def _without_parts(found: list[Candidate]) -> list[Candidate]:
    """Without what is read from within one part of a longer key that decoders put together."""
    readable = {one.secret for one in found if not one.location.decoded}
    parts: dict[tuple[int, int], _Part] = {}
    for one in found:
        if one.location.decoded and _marked(one) and one.secret not in readable:
            parts.update(((part.start, part.end), part) for part in _parts(one))
    if not parts:
        return found
    ordered = sorted(parts.values(), key=lambda part: part[:2])
    starts = [part.start for part in ordered]
    bad: set[Secret] = set()
    kept: list[Candidate] = []
    for one in found:
        first, *_, last = _points(one)
        # One more: the s of "%s" is none of the key's, but stands where its own s belongs.
        near = ordered[bisect_left(starts, first - _PART) : bisect_right(starts, first + 1)]
        around = [part for part in near if last < part.end and _is_longer(part, one)]
        # Another vendor's short prefix can stand in the random half of a key, once in 2,000 keys.
        rivals = [part for part in around if part.whole.provider == one.provider]
        if rivals and _marked(one) and not any(_begins_in_a_word(part, one) for part in around):
            bad.update(part.whole.secret for part in around)  # a key behind some prefix
        elif around:
            continue
        kept.append(one)
    return [one for one in kept if one.secret not in bad]


def _parts(one: Candidate) -> Iterator[_Part]:
    offsets = _offsets(one)
    first = 0
    for at in range(1, len(offsets) + 1):
        if at == len(offsets) or not 0 <= offsets[at] - offsets[at - 1] <= _APART:
            yield _Part(offsets[first], offsets[at - 1] + 1, first, one)
            first = at


def _is_longer(part: _Part, one: Candidate) -> bool:
    return len(part.whole.secret) > len(one.secret) and part.whole.secret != one.secret


def _begins_in_a_word(part: _Part, one: Candidate) -> bool:
    """Whether a letter or digit of the longer key stands before this one: ta·sk-runner.

    What begins where the longer one begins is that one's first part, cut off.
    """
    if part.offset == 0 and part.start == _points(one)[0]:
        return part.whole.confidence.rank >= one.confidence.rank
    body = part.whole.secret.body
    at = body.rfind(one.secret.body) - len(one.secret.prefix) - 1
    return at >= 0 and body[at].isalnum()


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


def _rereads(points: list[int], rank: int, plain: list[tuple[int, int, int]]) -> bool:
    """Whether a key that is readable as it stands, no less specific, holds where this begins."""
    at = bisect_left(plain, (points[0] + 1, -1, -1)) - 1
    return at >= 0 and plain[at][1] >= points[0] and plain[at][2] <= rank
