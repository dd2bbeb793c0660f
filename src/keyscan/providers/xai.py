"""xAI: keys for Grok."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="xai",
    name="xAI",
    pages=Pages(
        keys="https://console.x.ai",
        usage="https://console.x.ai",
        billing="https://console.x.ai",
    ),
    rules=(token("xai-api-key", "xai-", "[A-Za-z0-9_-]{80}", clear_left=True, random=True),),
    words=("xai", "grok"),
    hosts=("api.x.ai", "console.x.ai"),
    modules=("xai_sdk",),
)
