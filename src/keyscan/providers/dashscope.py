"""Alibaba Cloud's DashScope, Bailian, Model Studio: a shared shape, and plan keys with a prefix."""

from keyscan.provider import Pages, Provider, attributed, token

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
    words=("dashscope", "bailian", "qwen", "tongyi", "aliyun"),
    hosts=(
        "dashscope.aliyuncs.com",
        "dashscope-intl.aliyuncs.com",
        "dashscope-us.aliyuncs.com",
        "bailian.console.aliyun.com",
        "maas.aliyuncs.com",
    ),
    modules=("dashscope",),
    shapes=("sk-hex32",),
)
