"""Alibaba Cloud's DashScope, Bailian, Model Studio: a shared shape, and plan keys with a prefix."""

from keyscan.answers import OPENAI_LIST, no_money, rate_limited, restricted, unclear
from keyscan.model import msg
from keyscan.provider import Pages, Probe, Provider, attributed, token

# Never dead: a key of another region, of a plan with its own host, and a disabled key that can
# be enabled again are refused in the same words.
_ANSWERS = (
    OPENAI_LIST,
    no_money(400, 403, 429, code=("Arrearage", "insufficient_quota")),
    restricted(403, code=("AccessDenied", "Model.AccessDenied")),
    rate_limited("Throttling", "Throttling.RateQuota", "rate_limit_exceeded"),
    unclear(
        "ambiguous",
        msg("the issuer refuses it: deleted, disabled, or of another region or plan"),
        401,
        code=("InvalidApiKey", "invalid_api_key"),
    ),
)

PROVIDER = Provider(
    id="dashscope",
    name="Alibaba Cloud Model Studio (DashScope)",
    pages=Pages(
        keys="https://bailian.console.aliyun.com/?tab=model#/api-key",
        usage="https://bailian.console.aliyun.com/?tab=model#/model-usage",
        billing="https://usercenter2.aliyun.com/home",
    ),
    rules=(
        attributed("dashscope-api-key", "sk-"),
        token(
            "dashscope-plan-key",
            "sk-sp-",
            "[A-Za-z0-9]{32,64}",
            core="sk-",
            kind="plan",
            random=True,
        ),
    ),
    words=("dashscope", "bailian", "qwen", "tongyi", "aliyun", "alibaba"),
    hosts=(
        "dashscope.aliyuncs.com",
        "dashscope-intl.aliyuncs.com",
        "dashscope-us.aliyuncs.com",
        "bailian.console.aliyun.com",
        "maas.aliyuncs.com",
    ),
    modules=("dashscope",),
    shapes=("sk-hex32",),
    probes=(
        Probe("https://dashscope.aliyuncs.com/compatible-mode/v1/models", _ANSWERS),
        Probe("https://dashscope-intl.aliyuncs.com/compatible-mode/v1/models", _ANSWERS),
        Probe("https://dashscope-us.aliyuncs.com/compatible-mode/v1/models", _ANSWERS),
    ),
)
