"""Together AI: keys with a prefix; older ones are 64 hex characters without one."""

from keyscan.provider import Pages, Provider, attributed, token

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
)
