"""Jina AI: embedding, reranking and reader keys."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="jina",
    name="Jina AI",
    pages=Pages(
        keys="https://jina.ai/api-dashboard/key-manager",
    ),
    rules=(token("jina-api-key", "jina_", "[A-Za-z0-9]{60}", clear_left=True, random=True),),
    words=("jina",),
    hosts=("api.jina.ai", "r.jina.ai"),
    modules=("jina",),
)
