"""DeepSeek: a shape that several vendors share, so evidence decides."""

from keyscan.provider import Pages, Provider, attributed

PROVIDER = Provider(
    id="deepseek",
    name="DeepSeek",
    pages=Pages(
        keys="https://platform.deepseek.com/api_keys",
        usage="https://platform.deepseek.com/usage",
        billing="https://platform.deepseek.com/top_up",
    ),
    rules=(attributed("deepseek-api-key", "sk-"),),
    words=("deepseek",),
    hosts=("api.deepseek.com", "platform.deepseek.com"),
    modules=("deepseek", "langchain_deepseek"),
    shapes=("sk-hex32",),
)
