"""Whose key is it? A marked form says so itself; a shared shape needs evidence."""

from collections.abc import Iterable, Iterator

from keyscan.model import Candidate, Gap


def attribute(candidates: Iterable[Candidate | Gap]) -> Iterator[Candidate | Gap]:
    yield from candidates
