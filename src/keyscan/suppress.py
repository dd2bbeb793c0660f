"""What is found but is no finding: each drop is a value with its reason."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from keyscan.context import line_around, words_of
from keyscan.model import Candidate, Confidence, Gap, Suppressed, msg
from keyscan.placeholder import placeholder
from keyscan.policy import Judge, Policy

_UNREAL = frozenset(["example", "fake", "dummy", "sample", "mock", "mocked"])


def suppress(
    candidates: Iterable[Candidate | Gap], policy: Policy | None = None
) -> Iterator[Candidate | Suppressed | Gap]:
    """Placeholders, and what the policy accepts, become ``Suppressed``; the rest passes.

    What is called an example is less sure. Without a policy, pragmas hold and nothing else.
    """
    judge = Judge(policy or Policy())
    for one in candidates:
        if isinstance(one, Gap):
            yield one
            continue
        note = one.confidence is Confidence.NOTE
        why = "" if note else placeholder(one.secret.body)
        if why:
            yield Suppressed(one, "placeholder", why)
        else:
            yield judge.accepted(one) or (one if note else _doubted(one))


def _doubted(one: Candidate) -> Candidate:
    """One step less sure where the name or the line says that the key is none."""
    word = _word_of_doubt(one)
    if not word:
        return one
    evidence = (*one.evidence, msg("called {word}", word=word))
    return replace(one, confidence=one.confidence.lowered(), evidence=evidence)


def _word_of_doubt(one: Candidate) -> str:
    for name in one.names:
        for word in words_of(name):
            if word in _UNREAL:
                return word
    if one.view is None:
        return ""
    start, end = one.span
    left, right = (one.view.data[max(0, start - 160) : start], one.view.data[end : end + 80])
    # One line, without the key: a word in a minified file's far end says nothing.
    line = line_around(left + b"\0" + right, len(left), len(left) + 1)
    found = _doubts().search(line)
    return found[0].decode() if found else ""


@cache
def _doubts() -> re.Pattern[bytes]:
    """The words in prose or a comment; not ``example.com``, a path or a part of a name."""
    return re.compile(
        rb"(?i)(?<![\w./@-])(?:e\.g\.|(?:example|fake|dummy|sample)s?(?![\w/@-]|\.\w))"
        + "|示例|样例|例如".encode()
    )
