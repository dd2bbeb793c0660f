"""Moonshot AI: two regions with separate accounts, and Kimi Code keys."""

from keyscan.provider import Pages, Provider, attributed, token

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
)
