"""Perplexity: keys for Sonar and search."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="perplexity",
    name="Perplexity",
    pages=Pages(
        keys="https://www.perplexity.ai/settings/api",
        billing="https://www.perplexity.ai/settings/api",
    ),
    rules=(token("perplexity-api-key", "pplx-", "[A-Za-z0-9]{48}", clear_left=True, random=True),),
    words=("perplexity", "pplx"),
    hosts=("api.perplexity.ai",),
    modules=("perplexity",),
)
