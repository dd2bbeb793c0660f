"""xAI: keys for Grok."""

from keyscan.answers import accepted, blocked, refused_in_words, restricted
from keyscan.model import msg
from keyscan.provider import Pages, Probe, Provider, token

_BLOCKED = msg("xAI knows it, but has blocked or disabled it or its team")
_ANSWERS = (
    blocked("blocked", _BLOCKED, 200, has="api_key_blocked=true"),
    blocked("blocked", _BLOCKED, 200, has="api_key_disabled=true"),
    blocked("blocked", _BLOCKED, 200, has="team_blocked=true"),
    accepted("redacted_api_key"),
    *refused_in_words(400, 401),
    blocked("blocked", _BLOCKED, 403, text="blocked"),
    restricted(403, text="permission"),
)

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
    probes=(Probe("https://api.x.ai/v1/api-key", _ANSWERS),),
)
