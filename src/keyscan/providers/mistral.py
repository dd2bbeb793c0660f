"""Mistral AI: 32 letters and digits without a prefix."""

from keyscan.answers import OPENAI_LIST, no_money, refused, refused_in_words
from keyscan.provider import Pages, Probe, Provider, attributed

_ANSWERS = (
    OPENAI_LIST,
    refused(401, text="unauthorized", has="message"),
    *refused_in_words(401),
    no_money(402, has="message"),
)

PROVIDER = Provider(
    id="mistral",
    name="Mistral AI",
    pages=Pages(
        keys="https://console.mistral.ai/api-keys",
        usage="https://console.mistral.ai/usage",
        billing="https://console.mistral.ai/billing",
    ),
    rules=(attributed("mistral-api-key"),),
    words=("mistral", "mistralai", "codestral"),
    hosts=("api.mistral.ai", "codestral.mistral.ai", "console.mistral.ai"),
    modules=("mistralai", "langchain_mistralai", "@mistralai/mistralai"),
    shapes=("alnum32",),
    probes=(Probe("https://api.mistral.ai/v1/models", _ANSWERS),),
)
