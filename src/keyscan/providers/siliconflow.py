"""SiliconFlow: a shape that several vendors share."""

from keyscan.provider import Pages, Provider, attributed

PROVIDER = Provider(
    id="siliconflow",
    name="SiliconFlow",
    pages=Pages(
        keys="https://cloud.siliconflow.cn/account/ak",
        usage="https://cloud.siliconflow.cn/bills",
        billing="https://cloud.siliconflow.cn/expensebill",
    ),
    rules=(attributed("siliconflow-api-key", "sk-"),),
    words=("siliconflow", "silicon_flow", "silicon-flow"),
    hosts=(
        "api.siliconflow.cn",
        "api.siliconflow.com",
        "cloud.siliconflow.cn",
        "cloud.siliconflow.com",
    ),
    modules=("langchain_siliconflow",),
    shapes=("sk-48",),
)
