"""Cerebras: inference keys."""

from keyscan.answers import OPENAI_LIST, refused, refused_in_words
from keyscan.provider import Pages, Probe, Provider, token

_ANSWERS = (
    OPENAI_LIST,
    refused(401, code=("wrong_api_key", "invalid_api_key")),
    *refused_in_words(401),
)

PROVIDER = Provider(
    id="cerebras",
    name="Cerebras",
    pages=Pages(
        keys="https://cloud.cerebras.ai",
    ),
    rules=(
        token("cerebras-api-key", "csk-", "[a-z0-9]{48}", core="sk-", clear_left=True, random=True),
    ),
    words=("cerebras",),
    hosts=("api.cerebras.ai", "cloud.cerebras.ai"),
    modules=("cerebras",),
    probes=(Probe("https://api.cerebras.ai/v1/models", _ANSWERS),),
)
