"""OpenRouter: one key for many vendors' models."""

from keyscan.answers import accepted, no_money, refused, unclear
from keyscan.model import msg
from keyscan.provider import Pages, Probe, Provider, token

_STRIPPED = msg("the key did not arrive: something on the way removed it")
_ANSWERS = (
    accepted("data.label"),
    unclear("not_the_issuer", _STRIPPED, 401, text="no auth credentials"),
    unclear("not_the_issuer", _STRIPPED, 401, text="no cookie auth"),
    refused(401, has="error.message"),
    no_money(402, has="error"),
)

PROVIDER = Provider(
    id="openrouter",
    name="OpenRouter",
    pages=Pages(
        keys="https://openrouter.ai/settings/keys",
        usage="https://openrouter.ai/activity",
        billing="https://openrouter.ai/settings/credits",
    ),
    rules=(
        token("openrouter-api-key", "sk-or-v1-", "[0-9a-f]{64}", core="sk-"),
        token(
            "openrouter-management-key",
            "sk-or-mgmt-",
            "[A-Za-z0-9_-]{32,80}",
            core="sk-",
            kind="management",
            random=True,
        ),
    ),
    words=("openrouter",),
    hosts=("openrouter.ai",),
    modules=("openrouter",),
    kind_pages=(("management", "https://openrouter.ai/settings/management-keys"),),
    probes=(
        # /models is public and would call every key live.
        Probe("https://openrouter.ai/api/v1/key", _ANSWERS, kinds=("api-key", "management")),
    ),
)
