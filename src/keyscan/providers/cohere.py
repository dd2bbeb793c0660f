"""Cohere: 40 letters and digits without a prefix."""

from keyscan.answers import accepted, no_money, refused_in_words
from keyscan.provider import Pages, Probe, Provider, attributed

_ANSWERS = (accepted("models"), *refused_in_words(401), no_money(402, has="message"))

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
    probes=(Probe("https://api.cohere.com/v1/models?page_size=1", _ANSWERS),),
)
