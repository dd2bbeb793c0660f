"""Literals that are given to a name: whether one is a generated key, and what it is a key of."""

import re
from functools import cache

from keyscan.providers import vendors_in
from keyscan.shape import looks_random, shapes_of

SECRET_VALUE = re.compile(rb"[A-Za-z0-9_\-.+/=~]{20,200}")
_INDIRECT = re.compile(
    rb"[a-z_]+\.[a-z_.]+|[a-z]+://|[A-Z_]+\Z|process\.env|os\.environ|\.{0,2}/|~/|[A-Za-z]:[\\/]"
    rb"|[\w\-./]+\.(?:json|ya?ml|toml|txt|pem|key|env|py|js|ts|com|cn|io|ai|net|org)\Z",
    re.A,
)
MODELS = (
    "openai chatgpt gpt-3 gpt-4 gpt-5 llm chat/completions anthropic claude deepseek langchain"
    " llama qwen mistral cohere moonshot zhipu bigmodel api.z.ai volces minimax stepfun baichuan"
    " lingyiwanwu siliconflow braintrust elevenlabs dashscope embedding"
)


@cache
def _needles(words: str) -> tuple[bytes, ...]:
    return tuple(words.encode().split())


def mentions(text: bytes, words: str) -> bool:
    """Whether any of the words stands in a text, in any case."""
    lower = text.lower()
    return any(word in lower for word in _needles(words))


def key_like(text: bytes, name: str) -> bool:
    """Whether a literal is a generated value, and not a path, a URL, a name or a sentence."""
    if not SECRET_VALUE.fullmatch(text):
        return False
    key = text.decode()
    shapes = shapes_of(key)
    if "uuid" in shapes:
        return "volcengine" in vendors_in(name)  # elsewhere a UUID is an identifier
    if "hex32.16" in shapes:
        return True
    if _INDIRECT.match(text) or key.count("/") > len(key) / 20 or key.count(".") > 2:
        return False
    # Letters alone are names: all of those that pass for random among the packages of
    # tests/corpus are. Of generated values of 20 to 24 letters and digits, 2 % have no digit.
    return looks_random(key) and any(char.isdigit() for char in key)
