"""Mistral AI: 32 letters and digits without a prefix."""

from keyscan.provider import Pages, Provider, attributed

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
)
