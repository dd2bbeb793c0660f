"""Moonshot AI: two regions with separate accounts, and Kimi Code keys."""

from keyscan.answers import accepted, no_money, refused
from keyscan.provider import Pages, Probe, Provider, attributed, token

_ANSWERS = (
    accepted("data.available_balance"),
    refused(401, code=("invalid_authentication_error", "incorrect_api_key_error")),
    no_money(429, code=("exceeded_current_quota_error",)),
    no_money(403, text="insufficient balance"),
)

PROVIDER = Provider(
    id="moonshot",
    name="Moonshot AI (Kimi)",
    pages=Pages(
        keys="https://platform.moonshot.cn/console/api-keys",
        usage="https://platform.moonshot.cn/console/fee-detail",
        billing="https://platform.moonshot.cn/console/pay",
    ),
    rules=(
        attributed("moonshot-api-key", "sk-"),
        token(
            "moonshot-code-key",
            "sk-kimi-",
            "[A-Za-z0-9]{32,96}",
            core="sk-",
            kind="plan",
            random=True,
        ),
    ),
    words=("moonshot", "kimi"),
    hosts=(
        "api.moonshot.cn",
        "api.moonshot.ai",
        "platform.moonshot.cn",
        "platform.moonshot.ai",
        "platform.kimi.ai",
        "api.kimi.com",
    ),
    modules=("langchain_moonshot",),
    shapes=("sk-48",),
    kind_pages=(("plan", "https://www.kimi.com/code/console"),),
    probes=(
        # A key of one region is refused by the other: dead only if both say so.
        Probe("https://api.moonshot.cn/v1/users/me/balance", _ANSWERS),
        Probe("https://api.moonshot.ai/v1/users/me/balance", _ANSWERS),
    ),
)
