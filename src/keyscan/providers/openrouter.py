"""OpenRouter: one key for many vendors' models."""

from keyscan.provider import Pages, Provider, token

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
)
