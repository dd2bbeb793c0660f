"""OpenAI: keys with the marker ``T3BlbkFJ`` (base64 of "OpenAI") between two halves.

OpenAI never published a grammar. The lengths are those of keys seen in public histories and in
other scanners' fixtures, so a plausible unknown length is still a (low-confidence) finding.
"""

import re

from keyscan.model import Confidence, Match, msg
from keyscan.provider import Matcher, Pages, Provider, Rule
from keyscan.shape import KEY_BYTES, glued_right, nul_tail

MARKER = b"T3BlbkFJ"
_LONGEST = 100  # per half; the longest one seen is 74
_NAME = re.compile(rb"sk-[A-Za-z0-9][A-Za-z0-9-]{0,50}-\Z")


def _halves(data: bytes, at: int) -> tuple[bytes, int]:
    """The key characters left of the marker, and how many stand right of it."""
    before = data[max(0, at - _LONGEST - 64) : at]
    left = before[len(before.rstrip(KEY_BYTES)) :]
    after = data[at + len(MARKER) : at + len(MARKER) + _LONGEST]
    return left, len(after) - len(after.lstrip(KEY_BYTES))


def _judge(data: bytes, start: int, at: int, size: int, form: str) -> Match:
    """A match of known span: confidence from the structure check and from what follows."""
    end = at + len(MARKER) + size
    body = data[at - size : at] + data[at + len(MARKER) : end]
    sure, evidence = (
        Confidence.HIGH,
        [msg("form {form} {size}/{size}", form=form, size=size), msg("marker")],
    )
    if size > 20:
        if nul_tail(body.decode()):
            evidence.append(msg("structure check passed"))
        else:
            sure, evidence = Confidence.LOW, [*evidence, msg("structure check failed")]
    if glued_right(data, end):
        evidence.append(msg("text follows without a break"))
        sure = min(sure, Confidence.MEDIUM, key=lambda one: one.rank)
    return Match(start, end, sure, tuple(evidence))


def marked(prefix: str, *sizes: int) -> Matcher:
    """Matches ``prefix``, a half, the marker and a half, for each size in order of preference."""
    head = prefix.encode()

    def match(data: bytes, at: int) -> Match | None:
        left, right = _halves(data, at)
        for size in sizes:
            if right < size or left[-size - len(head) : -size] != head:
                continue
            halves = data[at - size : at] + data[at + len(MARKER) : at + len(MARKER) + size]
            if size > 20 or halves.isalnum():
                return _judge(data, at - size - len(head), at, size, prefix)
        return _unknown_length(at, left, right, head, sizes) if len(head) > 3 else None

    return match


def _unknown_length(
    at: int, left: bytes, right: int, head: bytes, known: tuple[int, ...]
) -> Match | None:
    """A length that nobody has seen yet: equal halves of 20 to 100 after a known prefix."""
    found = left.rfind(head)
    size = len(left) - found - len(head)
    if found < 0 or size in known or not 20 <= size <= min(right, _LONGEST):
        return None
    end = at + len(MARKER) + size
    form = msg("form {form} with the unknown length {size}/{size}", form=head.decode(), size=size)
    evidence = (form, msg("marker"))
    return Match(at - size - len(head), end, Confidence.LOW, evidence)


def _named(data: bytes, at: int) -> Match | None:
    """``sk-<service name>-`` and 20/20: the first weeks of service accounts in 2024."""
    left, right = _halves(data, at)
    halves = left[-20:] + data[at + len(MARKER) : at + len(MARKER) + 20]
    if right < 20 or len(left) < 24 or not halves.isalnum():
        return None
    head = left[:-20]
    starts = [i for i in range(len(head)) if _NAME.match(head, i)]
    if not starts:
        return None
    # A name can hold "sk-" itself (task-runner) and so can a word before the key: prefer a
    # start that no letter or digit precedes.
    clear = [i for i in starts if i == 0 or not head[i - 1 : i].isalnum()]
    if not clear and head.endswith(b"sk-"):
        return None  # "task-sk-": a legacy key behind a word
    start = (clear or starts)[0]
    if head[start:] in (b"sk-proj-", b"sk-None-", b"sk-svcacct-", b"sk-admin-"):
        return None
    return _judge(data, at - len(left) + start, at, 20, "sk-<name>-")


def _rule(rule_id: str, prefix: str, match: Matcher, kind: str) -> Rule:
    return Rule(rule_id, prefix, (MARKER,), match, kind=kind)


PROVIDER = Provider(
    id="openai",
    name="OpenAI",
    pages=Pages(
        keys="https://platform.openai.com/api-keys",
        usage="https://platform.openai.com/usage",
        billing="https://platform.openai.com/settings/organization/billing/overview",
    ),
    rules=(
        _rule("openai-project-key", "sk-proj-", marked("sk-proj-", 74, 58, 20), "project"),
        _rule(
            "openai-service-account-key",
            "sk-svcacct-",
            marked("sk-svcacct-", 74, 58, 46, 20),
            "service-account",
        ),
        _rule("openai-admin-key", "sk-admin-", marked("sk-admin-", 58, 74), "admin"),
        _rule("openai-user-key", "sk-None-", marked("sk-None-", 74, 58, 20), "user"),
        _rule("openai-legacy-key", "sk-", marked("sk-", 20), "user"),
        _rule("openai-named-key", "sk-", _named, "service-account"),
    ),
    words=("openai", "chatgpt", "gpt", "oai"),
    hosts=("api.openai.com", "platform.openai.com"),
    modules=("openai",),
    kind_pages=(("admin", "https://platform.openai.com/settings/organization/admin-keys"),),
)
