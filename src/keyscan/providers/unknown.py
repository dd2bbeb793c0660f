"""Keys whose issuer no evidence names: shapes that vendors share, and values known by name only.

Attribution gives these to a vendor where evidence points to one. They are never probed as they
are: asking every vendor would hand the key to strangers.
"""

import re

from keyscan.context import (
    line_around,
    name_before,
    named_value,
    shown_name,
    statement_around,
    words_of,
)
from keyscan.model import Confidence, Match, msg
from keyscan.provider import Pages, Provider, Rule, starts_clear
from keyscan.providers import vendors_in
from keyscan.providers._assigned import MODELS, SECRET_VALUE, key_like, mentions
from keyscan.providers._relays import RULES
from keyscan.shape import KEY_BYTES, looks_random, shapes_of

# Common cores: api_key, openai_key; API_KEY, MISTRAL_KEY; apiKey, ApiKey; api-key; apikey.
_NAMES = (b"i_key", b"_KEY", b"iKey", b"i-key", b"ikey", b"I-Key", b"IKEY")
_FOREIGN = (
    "algolia indexname applicationid firebase authdomain stripe sendgrid mailgun mailchimp twilio"
    " sentry posthog segment amplitude mixpanel datadog maps.google mapbox recaptcha rapidapi tmdb"
    " themoviedb weather giphy giantbomb etherscan infura alchemy bugsnag"
    " netapp memset rackspace cloudflare digitalocean linode vultr dnsimple dnsmadeeasy meraki"
    " pagerduty opsgenie newrelic new_relic librato rollbar uptimerobot zabbix virustotal shodan"
    " binance bybit kraken coinbase coinmarketcap alphavantage finnhub quandl lastfm flickr"
    " api_secret apisecret consumer_key"
)
# Words of a language model's settings that name no vendor.
_GENERIC = frozenset(
    [
        "ai",
        "llm",
        "llms",
        "gpt",
        "chat",
        "chatgpt",
        "model",
        "models",
        "litellm",
        "oneapi",
        "newapi",
        "relay",
        "embedding",
        "embeddings",
        "completion",
        "agent",
        "copilot",
        "openai",
    ]
)
_PASTE_HERE = re.compile(
    r"your|<[^>]*>|x{4,}|\.\.\.|…|\*{3,}|insert|replace|paste|enter|placeholder|change[-_]?me"
    r"|[\u4e00-\u9fff]",
    re.I,
)
# An f-string or a shell's default; what stands for a key that was left out of a log.
_NO_PLACE = re.compile(r"[{}$*]|redacted|masked|hidden|removed|^[^\W_]{0,6}[-_]*\.{4,}$", re.I)
_NO_CREDENTIAL = frozenset(["public", "salt", "primary", "foreign", "search"])
_DIGEST = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}")  # SHA-1 to SHA-512
_DIGEST_NAME = re.compile(r"(?:\b|_)(?:sha|md_5|hash|hashed|digest|fingerprint|checksum)(?:\b|_)")
_MARKER = b"T3Blbk" + b"FJ"
_REACH = 2048


def _sk(data: bytes, at: int) -> Match | None:
    """``sk-`` and a body that no other form claims; its size decides how sure we are."""
    start = at + 3
    window = data[start : start + 140]
    run = window[: len(window) - len(window.lstrip(KEY_BYTES))]
    if len(run) < 20 or not starts_clear(data, at):
        return None
    if len(run) not in (22, 48):
        run = run.rstrip(b"-_")  # Markdown's _sk-…_
    if _MARKER in run:
        return None  # OpenAI's or nothing: its end is missing
    body = run.decode()
    shapes = shapes_of("sk-" + body)
    loose = not shapes and not (len(body) == 22 or (32 <= len(body) <= 128 and body.isalnum()))
    if loose or not looks_random(body):
        return None
    if not (body.isalpha() and shapes) and not any(char.isdigit() for char in body):
        return None
    evidence = [msg("shape sk- and {size} characters, shared by several vendors", size=len(body))]
    sure = Confidence.MEDIUM if shapes else Confidence.LOW
    name = name_before(data, at)
    if not shapes and "key" in words_of(name):
        sure, evidence = Confidence.MEDIUM, [*evidence, msg("assigned to {name}", name=name)]
    return Match(at, start + len(run), sure, tuple(evidence))


def _assigned(data: bytes, at: int) -> Match | None:
    """A value assigned to an API key's name that fits no form: relays hand out such keys."""
    found = named_value(data, at)
    if found is None:
        return None
    name, start, value = found
    if _DIGEST_NAME.search("_".join(words_of(name))):
        return None
    text = data[value.start : value.end].strip()
    if not key_like(text, name) or not _is_key_name(data, start, value.end, name):
        return None
    evidence = (msg("assigned to {name}", name=shown_name(name)), msg("fits no known form"))
    digest = _DIGEST.fullmatch(text) and not vendors_in(name)
    sure = Confidence.LOW if digest else Confidence.MEDIUM
    return Match(value.start, value.start + len(text), sure, evidence)


def _argument(data: bytes, at: int) -> Match | None:
    """``cohere.Client("…")``: the only common SDK whose key is passed without a name."""
    return _assigned(data, at + len(b"cohere."))


def _speaks_of_models(name: str) -> bool:
    """Whether a name belongs to a language model's settings, of whichever vendor."""
    return bool(vendors_in(name)) or not _GENERIC.isdisjoint(words_of(name))


def _is_key_name(data: bytes, start: int, end: int, name: str) -> bool:
    """Whether a language model's key is meant: by the name, or by what stands around it."""
    words = words_of(name)
    if _speaks_of_models(name):
        return "key" in words or "apikey" in "".join(words) or "Client" in name
    if not {"api", "apikey"} & set(words) or set(words) - _PLAIN:
        return False  # STRIPE_API_KEY, PRIMARY_KEY
    left, right = statement_around(data, start, end)
    near = data[max(0, left - 300) : right + 300]
    if mentions(near, MODELS):
        return True
    if mentions(near, _FOREIGN):
        return False
    if name.endswith(("api_key", "API_KEY")):
        return True
    return mentions(data[max(0, start - _REACH) : end + _REACH], MODELS)


_PLAIN = frozenset(
    [
        "api",
        "key",
        "apikey",
        "self",
        "client",
        "my",
        "x",
        "the",
        "this",
        "config",
        "settings",
        "cfg",
        "args",
        "default",
    ]
)


def _bearer(data: bytes, at: int) -> Match | None:
    """``Bearer <value>`` beside a language model's host, SDK or path."""
    start = at + len(b"Bearer ")
    found = SECRET_VALUE.match(data, start)
    if found is None or not key_like(found.group(), ""):
        return None
    if not mentions(data[max(0, at - _REACH) : start + _REACH], MODELS):
        return None
    evidence = (msg("passed as Bearer"), msg("OpenAI context"))
    return Match(start, found.end(), Confidence.MEDIUM, evidence)


def _hard_coded(data: bytes, at: int) -> Match | None:
    """A place where a key is about to be pasted: ``chatgpt.api_key = "你的API密钥"``."""
    found = named_value(data, at)
    if found is None or not found[2].quoted:
        return None
    name, start, value = found
    text = data[value.start : value.end].decode(errors="replace")
    if not _PASTE_HERE.search(text) or _NO_PLACE.search(text) or not any(map(str.isalpha, text)):
        return None
    words = words_of(name)
    if words[-1:] not in (("key",), ("apikey",)) or key_like(text.encode(), name):
        return None  # api_key_env, api_key_file
    if not _NO_CREDENTIAL.isdisjoint(words):
        return None
    line = line_around(data, start, value.end)
    if line.lstrip().startswith((b"#", b"//", b"*", b"--")) or not _in_model_code(
        data, start, value.end, name
    ):
        return None
    evidence = (msg("placeholder assigned to {name} in code", name=shown_name(name)),)
    return Match(value.start, value.end, Confidence.NOTE, evidence)


def _in_model_code(data: bytes, start: int, end: int, name: str) -> bool:
    if _speaks_of_models(name):
        return True
    if set(words_of(name)) - _PLAIN:
        return False  # FIRECRAWL_API_KEY
    left, right = statement_around(data, start, end)
    return mentions(data[max(0, left - 80) : right], MODELS)


PROVIDER = Provider(
    id="unknown",
    name="unknown",
    pages=Pages(keys=""),
    rules=(
        Rule("unknown-sk-key", "sk-", (b"sk-",), _sk, 1),
        Rule("unknown-assigned-key", "", _NAMES, _assigned, 2),
        *RULES,
        Rule("unknown-argument-key", "", (b"cohere.Client",), _argument, 2),
        Rule("unknown-bearer-key", "", (b"Bearer ",), _bearer, 2),
        Rule("unknown-hard-coded-key", "", _NAMES, _hard_coded, 3),
    ),
)
