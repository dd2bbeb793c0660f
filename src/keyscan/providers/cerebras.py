"""Cerebras: inference keys."""

from keyscan.provider import Pages, Provider, token

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
)
