"""Together AI: keys with a prefix; older ones are 64 hex characters without one."""

from keyscan.answers import OPENAI_LIST, accepted, no_money, refused, refused_in_words
from keyscan.provider import Pages, Probe, Provider, attributed, token

_ANSWERS = (
    accepted("[].id"),
    OPENAI_LIST,
    refused(401, code=("invalid_api_key",)),
    *refused_in_words(401),
    no_money(402, has="error"),
)

PROVIDER = Provider(
    id="together",
    name="Together AI",
    pages=Pages(
        keys="https://api.together.ai/settings/api-keys",
        billing="https://api.together.ai/settings/billing",
    ),
    rules=(
        token("together-project-key", "tgp_v1_", "[A-Za-z0-9_-]{43}", clear_left=True, random=True),
        attributed("together-api-key"),
    ),
    words=("together", "togetherai"),
    hosts=("api.together.xyz", "api.together.ai"),
    modules=("together",),
    shapes=("hex64",),
    probes=(Probe("https://api.together.xyz/v1/models", _ANSWERS),),
)
