"""Keys whose issuer no evidence names: shapes that vendors share, and values known by name only.

Attribution gives these to a vendor where evidence points to one. They are never probed as they
are: asking every vendor would hand the key to strangers.
"""

import re

from keyscan.context import line_around, value_after
from keyscan.model import Confidence, Match, msg
from keyscan.provider import Matcher, Pages, Provider, Rule, starts_clear
from keyscan.shape import KEY_BYTES, looks_random

_SK = b"sk-"
_NAMES = (b"api_key", b"API_KEY", b"apiKey", b"api-key", b"apikey", b"ApiKey")
_OPENAI = re.compile(rb"openai|chatgpt|gpt-?[345]|[_.]gpt|llm", re.I)
_CALL = re.compile(rb"(?:OpenAI|ChatGPT|LLM)\w*\s*\([^()]{0,300}\Z")
_SECRET_VALUE = re.compile(rb"[A-Za-z0-9_\-.+/=~]{20,200}")
_INDIRECT = re.compile(rb"[a-z_]+\.[a-z_.]+|https?:|[A-Z_]+\Z|process\.env|os\.environ", re.A)
_PASTE_HERE = re.compile(
    r"your|<[^>]*>|x{4,}|\.\.\.|…|\*{3,}|insert|replace|paste|enter|placeholder|change[-_]?me"
    r"|[\u4e00-\u9fff]",
    re.I,
)


def _shape(size: int, body: re.Pattern[bytes]) -> Matcher:
    def match(data: bytes, at: int) -> Match | None:
        start = at + len(_SK)
        found = body.match(data, start)
        if found is None or not starts_clear(data, at):
            return None
        end = start + size
        if end < len(data) and data[end] in KEY_BYTES:
            return None
        if not looks_random(found.group().decode()):
            return None
        evidence = (msg("shape sk- and {size} characters, shared by several vendors", size=size),)
        return Match(at, end, Confidence.MEDIUM, evidence)

    return match


def _name_span(data: bytes, at: int, literal: bytes) -> tuple[int, int]:
    """The whole dotted name around a hit of ``api_key``."""
    before = data[max(0, at - 80) : at]
    word = len(before.rstrip(KEY_BYTES + b"."))
    after = data[at + len(literal) : at + len(literal) + 40]
    rest = len(after) - len(after.lstrip(KEY_BYTES))
    return at - (len(before) - word), at + len(literal) + rest


def _in_openai_context(data: bytes, start: int, end: int, name: bytes) -> bool:
    if name.lower() in (b"api_key", b"self.api_key", b"client.api_key", b"chatgpt.api_key"):
        return True
    if _OPENAI.search(name) or _CALL.search(data[max(0, start - 320) : start]):
        return True
    if name.lower() in (b"apikey", b"api-key", b"self.apikey"):
        return b"openai" in data[max(0, start - 4096) : end + 4096].lower()
    return False


def _assigned(literal: bytes) -> Matcher:
    """A value assigned to an API key's name that fits no form: relays hand out such keys."""

    def match(data: bytes, at: int) -> Match | None:
        start, end = _name_span(data, at, literal)
        name = data[start:end]
        value = value_after(data, end)
        if value is None or not _in_openai_context(data, start, end, name):
            return None
        text = data[value.start : value.end].strip()
        if not value.quoted and not (name.isupper() or b"openai" in name.lower()):
            return None  # code such as api_key=settings.key, not a literal
        evidence = (
            msg("assigned to {name}", name=name.decode(errors="replace")),
            msg("fits no known form"),
        )
        if _secret_like(text):
            return Match(value.start, value.end, Confidence.MEDIUM, evidence)
        return None

    return match


def _secret_like(text: bytes) -> bool:
    if not _SECRET_VALUE.fullmatch(text) or _INDIRECT.match(text):
        return False
    return looks_random(text.decode())


def _bearer(data: bytes, at: int) -> Match | None:
    """``Bearer <value>`` beside OpenAI's host, SDK or path."""
    start = at + len(b"Bearer ")
    found = _SECRET_VALUE.match(data, start)
    if found is None or not _secret_like(found.group()):
        return None
    if not re.search(rb"openai|chat/completions", data[max(0, at - 2048) : start + 2048], re.I):
        return None
    evidence = (msg("passed as Bearer"), msg("OpenAI context"))
    return Match(start, found.end(), Confidence.MEDIUM, evidence)


def _hard_coded(literal: bytes) -> Matcher:
    """A place where a key is about to be pasted: ``chatgpt.api_key = "你的API密钥"``."""

    def match(data: bytes, at: int) -> Match | None:
        start, end = _name_span(data, at, literal)
        value = value_after(data, end)
        if value is None or not value.quoted:
            return None
        name = data[start:end]
        line = line_around(data, start, end)
        if not (
            _OPENAI.search(name)
            or _CALL.search(data[max(0, start - 320) : start])
            or (b"openai" in data[max(0, start - 4096) : end].lower() and b"." in name)
        ):
            return None
        if line.lstrip().startswith((b"#", b"//", b"*")):
            return None
        text = data[value.start : value.end].decode(errors="replace")
        if not _PASTE_HERE.search(text) or _secret_like(text.encode()):
            return None
        evidence = (
            msg("placeholder assigned to {name} in code", name=name.decode(errors="replace")),
        )
        return Match(value.start, value.end, Confidence.NOTE, evidence)

    return match


PROVIDER = Provider(
    id="unknown",
    name="unknown",
    pages=Pages(keys=""),
    rules=(
        Rule("unknown-sk-hex32", "sk-", (_SK,), _shape(32, re.compile(rb"[0-9a-f]{32}")), 1),
        Rule("unknown-sk-48", "sk-", (_SK,), _shape(48, re.compile(rb"[A-Za-z0-9]{48}")), 1),
        *(
            Rule(f"unknown-assigned-{word.decode()}", "", (word,), _assigned(word), 2)
            for word in _NAMES
        ),
        *(
            Rule(f"unknown-hard-coded-{word.decode()}", "", (word,), _hard_coded(word), 3)
            for word in _NAMES
        ),
        Rule("unknown-bearer", "", (b"Bearer ",), _bearer, 2),
    ),
)
