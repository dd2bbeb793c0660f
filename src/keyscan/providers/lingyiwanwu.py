"""01.AI: 32 hex characters without a prefix."""

from keyscan.provider import Pages, Provider, attributed

PROVIDER = Provider(
    id="lingyiwanwu",
    name="01.AI (Lingyi Wanwu)",
    pages=Pages(
        keys="https://platform.lingyiwanwu.com/apikeys",
    ),
    rules=(attributed("lingyiwanwu-api-key"),),
    words=("lingyiwanwu", "lingyi", "yi", "01ai"),
    hosts=("api.lingyiwanwu.com", "api.01.ai", "platform.lingyiwanwu.com"),
    modules=("langchain_lingyiwanwu",),
    shapes=("hex32",),
)
