"""The types that a file in ``providers/`` fills in: who issues keys, and how they look.

Regexes are compiled when their literal is first seen: compiling all of them costs about 15 ms,
which a clean scan must not pay.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from keyscan.model import Confidence, Liveness, Match, Message, msg
from keyscan.shape import ends_escape, glued_right, looks_random

Matcher = Callable[[bytes, int], Match | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One form of key.

    ``id`` is kebab-case, provider first, and never changes once released. ``prefix`` is the
    prefix class shown in redaction. ``match`` is called with the offset of a literal.
    ``priority`` decides between overlapping matches: 0 a marked form, 1 a shape that several
    vendors share, 2 a value known only by the name that it is assigned to. ``account`` says
    which of a vendor's systems the key belongs to, where there is more than one.
    """

    id: str
    prefix: str
    literals: tuple[bytes, ...]
    match: Matcher
    priority: int = 0
    kind: str = "api-key"


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a provider's verdict table: all conditions that are set must hold.

    Only a JSON body is compared at all. ``code`` is one of the words by which the body names the
    error (``verdict.codes_of``); ``text`` is searched in the body, case-insensitively; ``has``
    is a dotted path, ``path`` or ``path=value`` (``data.label``, ``object=list``, ``[].id``).
    Lines are tried in order.
    """

    liveness: Liveness
    reason: str
    detail: Message
    status: tuple[int, ...] = ()
    code: tuple[str, ...] = ()
    text: str = ""
    has: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """The cheapest authenticated read. ``kinds`` are the rule kinds that it can ask about.

    ``url`` is a built-in https address without parameters that hold the key. ``auth`` names the
    header: ``bearer`` or the header that carries the bare key. ``headers`` hold no secret.
    ``notice`` is what the user should know about having asked.
    """

    url: str
    answers: tuple[Answer, ...]
    auth: Literal["bearer", "x-api-key", "x-goog-api-key", "xi-api-key", "api-key"] = "bearer"
    headers: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ("api-key",)
    notice: Message | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """Console pages: where keys are made and deleted, usage is seen, money is spent."""

    keys: str
    usage: str = ""
    billing: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who issues keys.

    ``words`` (lower case) point here when they stand in a variable or file name, ``hosts`` when
    they stand nearby, ``modules`` when they are imported. ``shapes`` are names of shapes
    (``shape.shapes_of``) that this vendor shares with others. ``probes`` of the
    key's kind (regions of one vendor) are asked in order until one answers live or dormant;
    dead are only keys that every one of them calls dead. ``notes`` are extra rotation steps
    by rule kind, as English message ids; ``""`` stands for every kind.
    """

    id: str
    name: str
    pages: Pages
    rules: tuple[Rule, ...] = ()
    words: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    probes: tuple[Probe, ...] = ()
    kind_pages: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)


def token(
    rule_id: str,
    literal: str,
    body: str,
    *,
    core: str = "",
    prefix: str | None = None,
    kind: str = "api-key",
    clear_left: bool = False,
    random: bool = False,
    confidence: Confidence = Confidence.HIGH,
    strong: str = "",
    priority: int = 0,
) -> Rule:
    """A rule for ``literal`` followed by ``body`` (a regex over bytes, without groups).

    ``core`` is a part of ``literal`` that other rules search for too: each distinct prefilter
    literal costs one pass over all bytes.
    ``clear_left`` refuses a literal that ends a longer word (short prefixes such as ``hf_``).
    ``random`` refuses a body without the statistics of one (short or loose bodies).
    ``strong`` is a regex that genuine keys match in full; others lose one step of confidence.
    """
    raw = literal.encode()
    searched = core.encode() or raw
    back = raw.index(searched)
    pattern = re.escape(raw) + body.encode()

    def match(data: bytes, hit: int) -> Match | None:
        at = hit - back
        if at < 0 or not data.startswith(raw, at):  # ten times cheaper than the regex
            return None
        found = _compiled(pattern).match(data, at)
        if found is None:
            return None
        if clear_left and not starts_clear(data, at):
            return None
        key = found.group()
        if random and not looks_random(key[len(raw) :].decode()):
            return None
        sure, evidence = confidence, [msg("form {form}", form=literal)]
        if strong and not _compiled(strong.encode()).fullmatch(key):
            sure, evidence = sure.lowered(), [*evidence, msg("unusual body for this form")]
        if glued_right(data, found.end()):
            sure, evidence = sure.lowered(), [*evidence, msg("text follows without a break")]
        return Match(at, found.end(), sure, tuple(evidence))

    return Rule(rule_id, literal if prefix is None else prefix, (searched,), match, priority, kind)


def attributed(rule_id: str, prefix: str = "", kind: str = "api-key") -> Rule:
    """A rule without a literal: only attribution gives a candidate of a shared shape to it."""

    def match(_data: bytes, _at: int) -> Match | None:
        return None

    return Rule(rule_id, prefix, (), match, kind=kind)


def starts_clear(data: bytes, at: int) -> bool:
    """Whether nothing that could be part of the same word stands before ``at``.

    ``%22sk-``, ``\\nsk-`` and a colour code before a key end in a letter or digit, too.
    """
    if at == 0:
        return True
    before = data[at - 1]
    if not (48 <= before <= 57 or 65 <= before <= 90 or 97 <= before <= 122):
        return True
    return ends_escape(data[max(0, at - 12) : at])
