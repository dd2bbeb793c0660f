"""Zhipu AI, Z.ai: 32 hex characters, a dot, 16 characters."""

from keyscan.provider import Pages, Provider, attributed

PROVIDER = Provider(
    id="zhipu",
    name="Zhipu AI (Z.ai)",
    pages=Pages(
        keys="https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
        usage="https://bigmodel.cn/usercenter/resourcepack",
        billing="https://bigmodel.cn/finance-center/finance/overview",
    ),
    rules=(attributed("zhipu-api-key"),),
    words=("zhipu", "zhipuai", "bigmodel", "chatglm", "glm", "zai", "z_ai"),
    hosts=("open.bigmodel.cn", "bigmodel.cn", "api.z.ai"),
    modules=("zhipuai", "zai"),
    shapes=("hex32.16",),
)
