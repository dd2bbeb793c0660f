"""The credentials of ChatGPT and Codex, which are no API keys: sign-ins, cookies, short secrets.

An account has two systems: the subscription (ChatGPT, Codex) and the API platform. Most of these
values have no form of their own; what they are is told by the claims that they hold, by the name
that they are given to, and by what stands nearby. None of them is ever sent anywhere: a refresh
token works once, so trying it would sign its owner out.
"""

import re
from typing import Any

from keyscan.context import name_before, named_value, shown_name, statement_around, words_of
from keyscan.model import Confidence, Match, Message, msg
from keyscan.provider import Rule, starts_clear, token
from keyscan.shape import looks_random

_REACH = 2048  # bytes on either side that count as nearby
_WORDS = re.compile(rb"openai|chatgpt|codex", re.I)
_HOSTS = re.compile(rb"(?:chatgpt|openai)\.com", re.I)
_CLAIMS = ("https://api.openai.com/auth", "https://api.openai.com/profile")
_ISSUERS = ("https://auth.openai.com", "https://auth0.openai.com")
_OPAQUE = re.compile(rb"[A-Za-z0-9_\-.~+/=]{20,400}")


def _near(pattern: re.Pattern[bytes], data: bytes, start: int, end: int) -> bool:
    return pattern.search(data, max(0, start - _REACH), end + _REACH) is not None


def _token_at(data: bytes, at: int) -> tuple[bytes, dict[str, Any]] | None:
    from keyscan.jwt import token_at  # late: only a text with a token needs it

    return token_at(data, at) if starts_clear(data, at) else None


def _of_openai(claims: dict[str, Any]) -> bool:
    return any(one in claims for one in _CLAIMS) or str(claims.get("iss", "")).startswith(_ISSUERS)


def _aged(sure: Confidence, claims: dict[str, Any]) -> tuple[Confidence, tuple[Message, ...]]:
    """An expired token may still tell who its owner is, and the one beside it may be fresh."""
    from keyscan.jwt import expiry  # late, as above

    found = expiry(claims)
    if found is None:
        return sure, ()
    day, past = found
    if past:
        return sure.lowered(), (msg("expired on {day}", day=day),)
    return sure, (msg("expires on {day}", day=day),)


def _access_token(data: bytes, at: int) -> Match | None:
    """An access or identity token: its claims name OpenAI."""
    found = _token_at(data, at)
    if found is None or not _of_openai(found[1]) or "agent_private_key" in found[1]:
        return None
    sure, age = _aged(Confidence.HIGH, found[1])
    return Match(at, at + len(found[0]), sure, (msg("its claims name OpenAI"), *age))


def _agent_identity(data: bytes, at: int) -> Match | None:
    """A token whose claims hold a private key: whoever has it is the agent."""
    found = _token_at(data, at)
    if found is None or "agent_private_key" not in found[1]:
        return None
    sure, age = _aged(Confidence.HIGH, found[1])
    return Match(at, at + len(found[0]), sure, (msg("its claims hold a private key"), *age))


# Every site that uses the same library has cookies like this; ".0" and ".1" are the parts of one
# that is too long for a browser, and only the first part has a form.
_COOKIE = re.compile(
    rb"eyJhbGciOiJkaXIi[A-Za-z0-9_-]{4,200}\.\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{20,16000}"
    rb"(?:\.[A-Za-z0-9_-]{22})?"
)
_FURTHER_PART = re.compile(
    rb"auth\.session-token\.[1-9][\"']?"
    rb"(?:[ \t]*[=:\t ][ \t]*[\"']?|[ \t]*,[^{}]{0,300}?[\"']value[\"'][ \t]*:[ \t]*[\"'])"
    rb"([A-Za-z0-9_\-.]{20,5000})"
)


def _session_cookie(data: bytes, at: int) -> Match | None:
    """The browser's sign-in, whole or in parts, where ChatGPT or OpenAI stands nearby."""
    found = (_COOKIE if data.startswith(b"eyJ", at) else _FURTHER_PART).match(data, at)
    if found is None:
        return None
    start, end = found.span(found.re.groups)
    if not _near(_WORDS, data, start, end):
        return None
    sure = Confidence.HIGH if _near(_HOSTS, data, start, end) else Confidence.MEDIUM
    return Match(start, end, sure, (msg("encrypted session cookie"), msg("OpenAI context")))


def _generated(text: bytes) -> bool:
    """Whether a literal is a token, and neither a word nor a reference to one."""
    return (
        _OPAQUE.fullmatch(text) is not None
        and not text.startswith((b"eyJ", b"sk-"))
        and any(48 <= byte <= 57 for byte in text)
        and looks_random(re.sub(rb"^(?:rt_|v1\.|at-)", b"", text).decode())
    )


# Programs that keep a sign-in call the fields of one object access and refresh.
_REFRESH = re.compile(rb"refresh(?:_?[Tt]oken)?\\{0,4}[\"']?[ \t]*[:=][ \t\r\n]*\\{0,4}[\"']")


def _refresh_token(data: bytes, at: int) -> Match | None:
    """``rt_…``, ``v1.…`` or an opaque value by its name, and by the tokens in the same object."""
    if data.startswith(b"eyJ", at):
        return _refresh_beside(data, at)
    found = named_value(data, at)
    if found is None or "refresh" not in found[0].lower():
        return None
    name, start, text = found[0], found[2].start, data[found[2].start : found[2].end]
    if not _generated(text):
        return None
    own = text.startswith((b"rt_", b"v1."))
    told = _WORDS.search(name.encode()) or (own and _near(_WORDS, data, start, start))
    if not told and not _signed_in(data, start):
        return None
    sure = Confidence.HIGH if own else Confidence.MEDIUM
    evidence = (msg("assigned to {name}", name=shown_name(name)), msg("OpenAI context"))
    return Match(start, start + len(text), sure, evidence)


def _signed_in(data: bytes, start: int) -> bool:
    """Whether one of OpenAI's tokens stands nearby."""
    low, high = max(0, start - 4 * _REACH), start + 4 * _REACH
    at = data.find(b"eyJ", low, high)
    for _ in range(8):
        if at < 0:
            return False
        found = _token_at(data, at)
        if found and _of_openai(found[1]):
            return True
        at = data.find(b"eyJ", at + (len(found[0]) if found else 3), high)
    return False


def _fields_around(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The fields of the object that holds a span, as far as no brace parts them from it."""
    floor, ceiling = max(0, start - 4 * _REACH), end + 4 * _REACH
    low = max(data.rfind(b"{", floor, start), data.rfind(b"}", floor, start), floor)
    after = (data.find(b"{", end, ceiling), data.find(b"}", end, ceiling))
    return low, min((one for one in after if one >= 0), default=ceiling)


def _refresh_beside(data: bytes, at: int) -> Match | None:
    """The refresh token in the object of an access token that starts at ``at``."""
    found = _token_at(data, at)
    if found is None or not _of_openai(found[1]):
        return None
    for name in _REFRESH.finditer(data, *_fields_around(data, at, at + len(found[0]))):
        value = _OPAQUE.match(data, name.end())
        if value and _generated(value[0]):
            evidence = (msg("beside a token whose claims name OpenAI"),)
            return Match(*value.span(), Confidence.HIGH, evidence)
    return None


def _personal_token(data: bytes, at: int) -> Match | None:
    """``at-…``, or whatever ``CODEX_ACCESS_TOKEN`` is given: its length was never published."""
    found = named_value(data, at)
    if found is None or "access_token" not in found[0].lower():
        return None
    name, start, text = found[0], found[2].start, data[found[2].start : found[2].end]
    codex = "codex" in name.lower()
    own = text.startswith(b"at-")
    if not (own or codex) or not _generated(text):
        return None
    if not codex and not _near(_WORDS, data, start, start) and not _signed_in(data, start):
        return None
    sure = Confidence.HIGH if own else Confidence.MEDIUM
    evidence = (msg("assigned to {name}", name=shown_name(name)), msg("OpenAI context"))
    return Match(start, start + len(text), sure, evidence)


_WEBHOOK = re.compile(rb"whsec_[A-Za-z0-9+/_-]{24,88}={0,2}")

_WEBHOOK_NAME = frozenset(["webhook", "secret", "signing", "key", "whsec"])


def _webhook_secret(data: bytes, at: int) -> Match | None:
    """Five vendors sign webhooks with secrets of this form: only the name or the call tells."""
    found = _WEBHOOK.match(data, at)
    if found is None or not looks_random(found[0][6:].decode().rstrip("=")):
        return None
    name = name_before(data, at)
    if set(words_of(name)) <= _WEBHOOK_NAME:  # no vendor's
        left, right = statement_around(data, at, found.end())
        told = _WORDS.search(data, max(0, left - 100), right)
    else:
        told = _WORDS.search(name.encode())
    if told is None:
        return None
    return Match(at, found.end(), Confidence.HIGH, (msg("form {form}", form="whsec_"),))


RULES = (
    Rule("chatgpt-access-token", "eyJ", (b"eyJ",), _access_token, kind="chatgpt-session"),
    Rule(
        "chatgpt-session-cookie",
        "eyJ",
        (b"eyJ", b"auth.session-token"),
        _session_cookie,
        kind="chatgpt-session",
    ),
    # Known by their names: 2, so that the value of an API key's name stays what it is.
    Rule(
        "chatgpt-refresh-token",
        "rt_",
        (b"eyJ", b"refresh_token", b"_TOKEN"),
        _refresh_token,
        2,
        "chatgpt-refresh",
    ),
    Rule(
        "codex-personal-access-token",
        "at-",
        (b"personal_access_token", b"_TOKEN"),
        _personal_token,
        2,
        "codex-token",
    ),
    Rule("codex-agent-identity", "eyJ", (b"eyJ",), _agent_identity, kind="codex-token"),
    token(
        "openai-session-key",
        "sess-",
        "[A-Za-z0-9]{40}",
        kind="session",
        clear_left=True,
        random=True,
    ),
    # Expires within two hours, mostly within ten minutes.
    token(
        "openai-client-secret",
        "ek_",
        "[0-9a-f]{32}",
        kind="client-secret",
        clear_left=True,
        random=True,
        confidence=Confidence.LOW,
    ),
    # 1, and a literal that is no piece of a key: nobody joins another vendor's secret with a line.
    Rule("openai-webhook-secret", "whsec_", (b"whsec",), _webhook_secret, 1, "webhook"),
)
NOTES = tuple(
    (kind, text)
    for kinds, text in (
        (
            ("chatgpt-session", "chatgpt-refresh"),
            "An account has two systems: this opens ChatGPT and Codex, not the API platform. Its"
            " API keys stay as they are, and deleting those does not end this",
        ),
        (
            ("chatgpt-session", "chatgpt-refresh"),
            "In ChatGPT that is Settings, Security, Log out of all devices; it can take a while to"
            " reach every one of them",
        ),
        (
            ("chatgpt-session", "chatgpt-refresh"),
            "Where Codex is signed in, run `codex logout`, which revokes its refresh token, and"
            " then `codex login`",
        ),
        (
            ("chatgpt-refresh",),
            "Do not try the refresh token out: it works once, and using it signs its owner out",
        ),
        (
            ("codex-token",),
            "It is made and deleted in the workspace's admin console; it acts as the person who"
            " made it, so tell them and read the workspace's logs",
        ),
        (
            ("client-secret",),
            "A client secret expires by itself, mostly within ten minutes; the key that made it"
            " stays on the server and is not in it",
        ),
        (
            ("webhook",),
            "Whoever has it can send you forged events: rotate the secret on that page, which can"
            " keep the old one working for 24 hours",
        ),
        (
            ("session",),
            "A session key of the platform's website has all rights of its owner, on billing too",
        ),
    )
    for kind in kinds
)
PAGES = (
    ("chatgpt-session", "https://chatgpt.com/#settings/Security"),
    ("chatgpt-refresh", "https://chatgpt.com/#settings/Security"),
    ("session", "https://platform.openai.com/settings/profile"),
    ("client-secret", "https://platform.openai.com/usage"),
    ("codex-token", "https://chatgpt.com/admin/access-tokens"),
    ("webhook", "https://platform.openai.com/settings/project/webhooks"),
)
