"""Fireworks AI: short keys, 22 or 24 characters after the prefix."""

from keyscan.answers import OPENAI_LIST, blocked, no_money
from keyscan.model import msg
from keyscan.provider import Pages, Probe, Provider, token

# Never dead: Fireworks answers 401 to a missing permission as well.
_ANSWERS = (
    OPENAI_LIST,
    no_money(402, has="error"),
    blocked("account_suspended", msg("Fireworks knows it; the account is suspended"), 412),
)

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
    probes=(Probe("https://api.fireworks.ai/inference/v1/models", _ANSWERS),),
)
