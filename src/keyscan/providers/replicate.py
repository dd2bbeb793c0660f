"""Replicate: API tokens."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="replicate",
    name="Replicate",
    pages=Pages(
        keys="https://replicate.com/account/api-tokens",
        usage="https://replicate.com/account/billing",
        billing="https://replicate.com/account/billing",
    ),
    rules=(token("replicate-api-key", "r8_", "[A-Za-z0-9]{37}", clear_left=True, random=True),),
    words=("replicate",),
    hosts=("api.replicate.com",),
    modules=("replicate",),
)
