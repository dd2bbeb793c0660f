"""OpenAI: keys with the marker ``T3BlbkFJ`` (base64 of "OpenAI") between two halves.

OpenAI never published a grammar. The lengths are those of keys seen in public histories and in
other scanners' fixtures, so a plausible unknown length is still a (low-confidence) finding.
"""

import re
from binascii import a2b_base64

from keyscan.answers import (
    OPENAI_LIST,
    blocked,
    ip_limited,
    no_money,
    rate_limited,
    refused,
    region_blocked,
    restricted,
    unclear,
)
from keyscan.model import Confidence, Liveness, Match, msg
from keyscan.provider import Answer, Matcher, Pages, Probe, Provider, Rule
from keyscan.providers._chatgpt import NOTES, PAGES, RULES
from keyscan.shape import KEY_BYTES, glued_right, nul_tail

MARKER = b"T3BlbkFJ"
_LONGEST = 100  # per half; the longest one seen is 74
_NAME = re.compile(rb"sk-[A-Za-z0-9][A-Za-z0-9-]{0,50}-\Z")

# A prefix of today's forms, and what is no name but the first part of a long half.
_OTHER_FORM = re.compile(rb"sk-(?:proj|None|svcacct|admin)-(?:\Z|(?=[a-z0-9-]*[A-Z]).{20})")


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
            if MARKER not in halves and (size > 20 or halves.isalnum()):
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
    if MARKER in left[found:]:  # two keys in a row, joined by a decoder or written so
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
    # What holds a marker is no name but another key, which stands before without a break.
    first = head.rfind(MARKER) + 1
    starts = [i for i in range(first, len(head)) if _NAME.match(head, i)]
    if not starts:
        return None
    # A name can hold "sk-" itself (task-runner) and so can a word before the key: prefer a
    # start that no letter or digit precedes.
    clear = [i for i in starts if i == 0 or not head[i - 1 : i].isalnum()]
    if not clear and head.endswith(b"sk-"):
        return None  # "task-sk-": a legacy key behind a word
    start = (clear or starts)[0]
    if _OTHER_FORM.match(head, start):
        return None
    return _judge(data, at - len(left) + start, at, 20, "sk-<name>-")


_KINDS = (b"proj-", b"svcacct-", b"admin-", b"None-")
_TOLD = re.compile("(?i)openai|gpt|key|token|secret|密钥".encode())
_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\r\n"


def _unprefixed(data: bytes, at: int) -> Match | None:
    """A whole key but for its ``sk-``: ``process.env.OPENAI_<48 characters>`` in real histories.

    It is as good as the key. Never asked about: what was in front of it is a guess, and the
    issuer's answer to a wrong guess would be called the key's.
    """
    left, right = _halves(data, at)
    if b"sk-" in left or right not in (20, 46, 58, 74) or len(left) < right:
        return None
    start, body = at - right, left[-right:] + data[at + len(MARKER) : at + len(MARKER) + right]
    before = left[:-right]
    kind = next((one for one in _KINDS if before.endswith(one)), b"")
    if (right > 20 and not kind) or (right == 20 and not body.isalnum()) or MARKER in body:
        return None
    before = before[: len(before) - len(kind)]
    if before[-1:].isalnum() or before[-1:] == b"-":
        return None
    line = data[max(0, start - _LONGEST) : start].rpartition(b"\n")[2]
    if not kind and not _TOLD.search(line):
        return None  # chance plants a marker right in the middle of 48 letters
    whole = data[start : at + len(MARKER) + right]
    if right == 20 and not a2b_base64(whole).translate(None, _PRINTABLE):
        return None  # base64 of a text that names OpenAI
    evidence = (msg("an OpenAI key that lacks its sk-"), msg("marker"))
    return Match(start - len(kind), at + len(MARKER) + right, Confidence.MEDIUM, evidence)


def _rule(rule_id: str, prefix: str, match: Matcher, kind: str) -> Rule:
    return Rule(rule_id, prefix, (MARKER,), match, kind=kind)


# The status alone cannot tell: a live key without the scope, of an archived project, or bound
# to other addresses is refused with 401 or 403, too. Only invalid_api_key means dead.
_DEACTIVATED = msg("OpenAI knows it, but has deactivated the account; an appeal can revive it")
_ARCHIVED = msg("OpenAI knows it, but its project is archived")
_NO_MEMBER = msg("OpenAI knows it, but its owner is no member of the organization any more")
_UNPAID = msg("OpenAI knows it; the account's billing is not active")
ANSWERS = (
    OPENAI_LIST,
    refused(401, code=("invalid_api_key",)),
    blocked("account_deactivated", _DEACTIVATED, 401, 403, code=("account_deactivated",)),
    blocked("account_deactivated", _DEACTIVATED, 401, 403, text="deactivated account"),
    blocked("account_deactivated", _DEACTIVATED, 401, 403, text="has been deactivated"),
    blocked("project_archived", _ARCHIVED, 401, 403, code=("not_authorized_invalid_project",)),
    blocked("project_archived", _ARCHIVED, 401, 403, text="has been archived"),
    blocked("not_a_member", _NO_MEMBER, 401, 403, 404, text="must be a member of an organization"),
    Answer(
        Liveness.LIVE,
        "header_mismatch",
        msg("OpenAI knows it; something on the way added another organization or project"),
        (401, 403),
        ("mismatched_organization", "mismatched_project"),
    ),
    ip_limited(401, 403, code=("ip_not_authorized",)),
    ip_limited(401, 403, text="ip is not authorized"),
    ip_limited(401, 403, text="configured ip allowlist"),
    restricted(401, 403, code=("missing_scope",)),
    restricted(401, 403, text="missing scopes"),
    restricted(401, 403, text="insufficient permissions for this operation"),
    restricted(403, text="does not have access to model"),
    restricted(403, 404, code=("model_not_found",)),
    region_blocked(403, code=("unsupported_country_region_territory", "request_forbidden")),
    Answer(Liveness.LIVE, "billing_inactive", _UNPAID, (429,), ("billing_not_active",)),
    no_money(
        429,
        code=(
            "insufficient_quota",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
        ),
    ),
    rate_limited("rate_limit_exceeded", "slow_down"),
    unclear(
        "ambiguous",
        msg("OpenAI refuses it without saying why: deleted, or without this permission"),
        401,
        text="invalid authentication",
    ),
)
_NOTICE = msg(
    'asking OpenAI renews the key\'s "last used" date: export its usage first if you investigate'
)

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
        Rule("openai-unprefixed-key", "", (MARKER,), _unprefixed, 1, "unprefixed"),
        *RULES,
    ),
    words=("openai", "chatgpt", "gpt", "oai"),
    hosts=("api.openai.com", "platform.openai.com"),
    modules=("openai",),
    # 40 letters and digits without the marker: the beta of 2020.
    shapes=("sk-40",),
    kind_pages=(
        ("admin", "https://platform.openai.com/settings/organization/admin-keys"),
        *PAGES,
    ),
    notes=(
        (
            "",
            "A ChatGPT subscription has no API key: keys live on the API platform, which has its"
            " own prepaid billing",
        ),
        (
            "project",
            "The key belongs to one project: choose it on that page, or ask an owner of the"
            " project or organization",
        ),
        (
            "service-account",
            "A service account's keys cannot be deleted singly: create a new service account for"
            " the new key, and delete the old account, which ends all of its keys",
        ),
        (
            "admin",
            "An admin key can create keys, members and projects: read the audit log for what was"
            " made with it, and give the new one an expiry date",
        ),
        (
            "user",
            "A user key reaches every project of its owner: replace it with a restricted key of"
            " one project",
        ),
        *NOTES,
    ),
    # No sign-in, cookie or short secret is asked about: see _chatgpt.
    probes=(
        Probe(
            "https://api.openai.com/v1/models",
            ANSWERS,
            kinds=("project", "service-account", "user", "api-key"),
            notice=_NOTICE,
        ),
        # Admin keys cannot call anything but the administration API.
        Probe(
            "https://api.openai.com/v1/organization/admin_api_keys?limit=1",
            ANSWERS,
            kinds=("admin",),
            notice=_NOTICE,
        ),
    ),
)
