"""Cohere: 40 letters and digits without a prefix."""

from keyscan.provider import Pages, Provider, attributed

PROVIDER = Provider(
    id="cohere",
    name="Cohere",
    pages=Pages(
        keys="https://dashboard.cohere.com/api-keys",
        usage="https://dashboard.cohere.com/billing",
        billing="https://dashboard.cohere.com/billing",
    ),
    rules=(attributed("cohere-api-key"),),
    words=("cohere", "co"),
    hosts=("api.cohere.com", "api.cohere.ai", "dashboard.cohere.com"),
    modules=("cohere", "langchain_cohere", "cohere-ai"),
    shapes=("alnum40",),
)
