"""SiliconFlow: a shape that several vendors share."""

from keyscan.answers import accepted, refused_in_words, restricted
from keyscan.provider import Pages, Probe, Provider, attributed

_ANSWERS = (
    accepted("data.id"),
    *refused_in_words(401),
    restricted(403, text="real name"),
    restricted(403, text="real-name"),
    restricted(403, text="实名"),
)

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
    probes=(
        # Two regions with accounts of their own: dead only if both say so.
        Probe("https://api.siliconflow.cn/v1/user/info", _ANSWERS),
        Probe("https://api.siliconflow.com/v1/user/info", _ANSWERS),
    ),
)
