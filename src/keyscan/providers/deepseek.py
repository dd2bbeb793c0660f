"""DeepSeek: a shape that several vendors share, so evidence decides."""

from keyscan.answers import accepted, no_money, refused, refused_in_words
from keyscan.provider import Pages, Probe, Provider, attributed

_ANSWERS = (
    no_money(200, has="is_available=false"),
    accepted("is_available"),
    refused(401, code=("authentication_error", "invalid_api_key")),
    *refused_in_words(401),
    no_money(402, has="error"),
)

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
    probes=(Probe("https://api.deepseek.com/user/balance", _ANSWERS),),
)
