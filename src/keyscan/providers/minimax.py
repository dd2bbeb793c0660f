"""MiniMax: pay-as-you-go keys and plan keys."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="minimax",
    name="MiniMax",
    pages=Pages(
        keys="https://platform.minimax.io/user-center/basic-information/interface-key",
        billing="https://platform.minimax.io/user-center/payment/balance",
    ),
    rules=(
        token("minimax-api-key", "sk-api-", "[A-Za-z0-9_-]{119}", core="sk-", random=True),
        token(
            "minimax-plan-key",
            "sk-cp-",
            "[A-Za-z0-9_-]{60,130}",
            core="sk-",
            kind="plan",
            random=True,
        ),
    ),
    words=("minimax",),
    hosts=("api.minimax.io", "api.minimaxi.com", "api.minimax.chat", "platform.minimax.io"),
    modules=("langchain_minimax",),
)
