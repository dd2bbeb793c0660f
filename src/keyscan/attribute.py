"""Whose key is it? A marked form says so itself; a shared shape needs evidence.

Only vendors that issue the key's shape are asked for. Their evidence is ranked by what it is and
how near it stands, nearest and strongest first; two vendors with equally strong evidence leave
the key unknown, since a wrong guess would hand it to a stranger when it is verified. A host that
stands in scanned content is read, never contacted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import IntEnum
from typing import NamedTuple

from keyscan import surroundings
from keyscan.model import Candidate, Confidence, Gap, Message, msg
from keyscan.providers import all_providers, rules, vendors_in
from keyscan.shape import shapes_of


class Rank(IntEnum):
    """How strong a piece of evidence is; only a unique vendor at the strongest rank wins."""

    FILE_NAME = 1
    FILE = 2  # an SDK import or a host anywhere in the file
    BLOCK_WORD = 3  # a model or setting within 20 lines
    BLOCK_HOST = 4  # a host within 20 lines
    NEAR_HOST = 5  # a host within 3 lines, or in the same paragraph
    HEADING = 6  # the section, object or call that holds the value
    DIRECT = 7  # the variable or key name; the host in the same call, object or line


class Evidence(NamedTuple):
    """What speaks for one vendor."""

    rank: Rank
    vendor: str
    text: Message


# Shapes without a prefix are found in every file: only evidence from the name, the holder or a
# near host counts for them.
_LEAST_UNPREFIXED = Rank.NEAR_HOST


def attribute(candidates: Iterable[Candidate | Gap]) -> Iterator[Candidate | Gap]:
    """Candidates of shared shapes get their vendor where evidence names one; the rest passes."""
    for one in candidates:
        yield _attributed(one) if isinstance(one, Candidate) and _is_shared(one) else one


def _is_shared(one: Candidate) -> bool:
    return one.provider == "unknown" and one.confidence is not Confidence.NOTE


def vendors_of_shape(key: str) -> frozenset[str]:
    """The vendors that issue keys of this shape."""
    shapes = set(shapes_of(key))
    return frozenset(one.id for one in all_providers().values() if shapes & set(one.shapes))


def _attributed(one: Candidate) -> Candidate:
    if one.view is None:
        return one
    start, end = one.span
    data = one.view.data
    key = data[start:end].decode(errors="replace")
    vendors = vendors_of_shape(key)
    found = [item for item in _evidence(one, data) if item.vendor in vendors]
    if not key.startswith("sk-"):
        found = [item for item in found if item.rank >= _LEAST_UNPREFIXED]
    found.sort(key=lambda item: -item.rank)
    listed = tuple(dict.fromkeys(item.text for item in found))
    vendor, rank = _decided(found)
    if rank == Rank.BLOCK_WORD and vendor in surroundings.of_other_keys(data, start, end):
        vendor = None  # a neighbour's name is evidence against others, and no more
    if vendor is None:
        return replace(one, evidence=(*one.evidence, *listed, *_undecided(data, start, end, found)))
    sure = Confidence.HIGH if rank >= Rank.HEADING else Confidence.MEDIUM
    if "sk-40" in shapes_of(key):
        sure = Confidence.LOW  # OpenAI's beta form of 2020: many other things look like it
    elif not key.startswith("sk-") and "hex32.16" not in shapes_of(key):
        sure = Confidence.MEDIUM
    own = tuple(item.text for item in found if item.vendor == vendor)
    evidence = (*one.evidence, *dict.fromkeys(own))
    return replace(one, provider=vendor, rule=rule_of(vendor), confidence=sure, evidence=evidence)


def rule_of(vendor: str) -> str:
    """The rule id of a key that evidence gives to a vendor."""
    named = f"{vendor}-api-key"
    return named if named in rules() else "openai-legacy-key"


def _decided(found: list[Evidence]) -> tuple[str | None, int]:
    """The only vendor at the strongest rank; among equals the one with more further evidence."""
    if not found:
        return None, 0
    top = found[0].rank
    leaders = {item.vendor for item in found if item.rank == top}
    if len(leaders) == 1:
        return leaders.pop(), top
    if top >= Rank.HEADING:
        return None, 0  # strong evidence that conflicts
    scores = {vendor: sum(i.rank for i in found if i.vendor == vendor) for vendor in leaders}
    best = max(scores.values())
    winners = [vendor for vendor, score in scores.items() if score == best]
    return (winners[0], top) if len(winners) == 1 else (None, 0)


def _evidence(one: Candidate, data: bytes) -> Iterator[Evidence]:
    """All evidence around a candidate, for whichever vendor."""
    start, end = one.span
    for name in one.names:
        for vendor in vendors_in(name):
            yield Evidence(Rank.DIRECT, vendor, msg("name {name}", name=name))
    for name in surroundings.headings(data, start):
        for vendor in vendors_in(name):
            yield Evidence(Rank.HEADING, vendor, msg("inside {name}", name=name))
    yield from _hosts(data, start, end)
    for vendor, word in surroundings.words_near(data, start, end):
        yield Evidence(Rank.BLOCK_WORD, vendor, msg("{word} nearby", word=word))
    for vendor, module in surroundings.imports_in_file(data, start):
        yield Evidence(Rank.FILE, vendor, msg("the file imports {module}", module=module))
    for vendor in vendors_in(one.location.path.rsplit("/", 1)[-1]):
        yield Evidence(Rank.FILE_NAME, vendor, msg("file name"))


def _hosts(data: bytes, start: int, end: int) -> Iterator[Evidence]:
    for vendor, host, near in surroundings.hosts(data, start, end):
        if near is surroundings.Near.STATEMENT:
            text = msg("host {host} in the same call or line", host=host)
            yield Evidence(Rank.DIRECT, vendor, text)
        elif near is surroundings.Near.FILE:
            yield Evidence(Rank.FILE, vendor, msg("host {host} in the file", host=host))
        else:
            rank = Rank.NEAR_HOST if near is surroundings.Near.LINES else Rank.BLOCK_HOST
            yield Evidence(rank, vendor, msg("host {host} nearby", host=host))


def _undecided(data: bytes, start: int, end: int, found: list[Evidence]) -> tuple[Message, ...]:
    """What an unknown key's reader should know: conflicts, and a relay's host."""
    notes = []
    if len({item.vendor for item in found}) > 1:
        notes.append(msg("the evidence names several vendors"))
    relay = surroundings.other_host(data, start, end)
    if relay:
        notes.append(msg("address nearby (for information): {host}", host=relay))
    return tuple(notes)
