"""Keys without a form that relays and settings files hold, known by their names alone."""

import re

from keyscan.context import named_value, shown_name, words_of
from keyscan.model import Confidence, Match, msg
from keyscan.provider import Rule
from keyscan.providers import vendors_in
from keyscan.providers._assigned import MODELS, key_like, mentions
from keyscan.shape import looks_random


def _token(data: bytes, at: int) -> Match | None:
    """``ANTHROPIC_AUTH_TOKEN`` beside a base URL: what a relay calls its keys."""
    found = named_value(data, at)
    if found is None:
        return None
    name, _, value = found
    words = set(words_of(name))
    root = {"initial", "root", "token"} <= words  # one-api's first token
    if not root and (words & _NO_SECRET or not (vendors_in(name) or words & _RELAYS)):
        return None
    text = data[value.start : value.end].strip()
    if text.startswith((b"eyJ", b"gh", b"glpat-")):
        return None
    if not key_like(text, name) and not ("auth" in words and _UUID.fullmatch(text)):
        return None
    evidence = (msg("assigned to {name}", name=shown_name(name)), msg("fits no known form"))
    return Match(value.start, value.start + len(text), Confidence.MEDIUM, evidence)


_RELAYS = frozenset(["litellm", "llm", "oneapi", "newapi", "relay", "openai", "chatgpt"])
# MAX_TOKENS is tokens; HUGGINGFACE_HUB_TOKEN_PATH, AZURE_OPENAI_AD_TOKEN are others' affairs.
_NO_SECRET = frozenset(["tokens", "path", "file", "url", "limit", "count", "ad", "github", "id"])
_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MASTER = re.compile(rb"sk-[^\s\"'`,;#<>{}$\\]{8,100}")


def _master_key(data: bytes, at: int) -> Match | None:
    """LiteLLM's master key is chosen by people, who must begin it with ``sk-`` and nothing else."""
    found = named_value(data, at)
    if found is None or words_of(found[0])[-2:] != ("master", "key"):
        return None
    name, _, value = found
    text = data[value.start : value.end].strip()
    if not _MASTER.fullmatch(text):
        return None
    sure = Confidence.MEDIUM if looks_random(text[3:].decode("latin-1")) else Confidence.LOW
    evidence = (msg("assigned to {name}", name=shown_name(name)), msg("a relay's master key"))
    return Match(value.start, value.start + len(text), sure, evidence)


_NETRC = re.compile(
    rb"machine\s{1,40}(\S{4,100})((?:\s{1,40}(?:login|account)\s{1,40}\S{1,100}){0,2})"
    rb"\s{1,40}password\s{1,40}(\S{20,200})"
)


def _netrc(data: bytes, at: int) -> Match | None:
    """The password of a vendor's host in ``.netrc``."""
    found = _NETRC.match(data, at)
    if found is None or not mentions(found[1], MODELS + " openrouter x.ai groq perplexity"):
        return None
    if not key_like(found[3], ""):
        return None
    evidence = (msg("the password of {host}", host=found[1].decode("latin-1")),)
    return Match(*found.span(3), Confidence.MEDIUM, evidence)


RULES = (
    Rule("unknown-token", "", (b"_TOKEN",), _token, 3),
    # 1, although its name tells: values of 2 have 20 characters, which the fast hook relies on.
    Rule("unknown-master-key", "sk-", (b"master_key", b"MASTER_KEY"), _master_key, 1),
    Rule("unknown-netrc-password", "", (b"machine api.",), _netrc, 2),
)
