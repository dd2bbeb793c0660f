"""Replicate: API tokens."""

from keyscan.answers import accepted, refused, refused_in_words
from keyscan.provider import Pages, Probe, Provider, token

_ANSWERS = (
    accepted("username"),
    refused(401, text="a valid authentication token"),
    *refused_in_words(401),
)

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
    probes=(Probe("https://api.replicate.com/v1/account", _ANSWERS),),
)
