"""Which vendor a name speaks of: the words of ``providers/`` found in variable and key names."""

import re
from functools import cache

_SPLIT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
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


def words_of(name: str) -> tuple[str, ...]:
    """``OPENAI_API_KEY``, ``openaiApiKey`` and ``openai.api-key`` → ``openai api key``."""
    return tuple(word.lower() for word in _SPLIT.findall(name))


@cache
def _vendors() -> tuple[tuple[str, str], ...]:
    from keyscan.providers import all_providers  # the folder imports this module's callers

    return tuple((word, one.id) for one in all_providers().values() for word in one.words)


@cache
def vendors_in(name: str) -> frozenset[str]:
    """Provider ids that a name speaks of.

    Words of up to three letters (``co``, ``ark``) count only at the start; longer ones also
    within a word (``MYDEEPSEEKKEY``). Azure's OpenAI is not OpenAI.
    """
    words = words_of(name)
    joined = "_".join(words)
    flat = "".join(words)
    found = {vendor for word, vendor in _vendors() if _stands_in(word, joined, flat)}
    if "azure-openai" in found or "openrouter" in found:
        found.discard("openai")
    return frozenset(found)


def _stands_in(word: str, joined: str, flat: str) -> bool:
    if len(word) <= 3:
        return f"{joined}_".startswith(f"{word}_")
    bare = word.replace("_", "").replace("-", "")
    return f"_{word}_" in f"_{joined}_" or (len(bare) > 4 and bare in flat)


def speaks_of_models(name: str) -> bool:
    """Whether a name belongs to a language model's settings, of whichever vendor."""
    return bool(vendors_in(name)) or not _GENERIC.isdisjoint(words_of(name))
