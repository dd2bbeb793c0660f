"""Fireworks AI: short keys, 22 or 24 characters after the prefix."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="fireworks",
    name="Fireworks AI",
    pages=Pages(
        keys="https://app.fireworks.ai/settings/users/api-keys",
        billing="https://app.fireworks.ai/account/billing",
    ),
    rules=(
        token(
            "fireworks-api-key",
            "fw_",
            "(?:[A-Za-z0-9]{24}(?![A-Za-z0-9])|[A-Za-z0-9]{22})",
            clear_left=True,
            random=True,
        ),
    ),
    words=("fireworks",),
    hosts=("api.fireworks.ai", "app.fireworks.ai"),
    modules=("fireworks",),
)
