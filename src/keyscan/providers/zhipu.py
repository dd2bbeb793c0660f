"""Zhipu AI, Z.ai: 32 hex characters, a dot, 16 characters."""

from keyscan.answers import OPENAI_LIST, blocked, no_money
from keyscan.model import msg
from keyscan.provider import Pages, Probe, Provider, attributed

# Never dead: the codes of a refused key are documented for several causes.
_LOCKED = msg("the issuer knows it, but has locked the account")
_ANSWERS = (
    OPENAI_LIST,
    no_money(429, code=("1113",)),
    blocked("account_locked", _LOCKED, 401, 403, 429, 434, code=("1110", "1112", "1121")),
)

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
    probes=(
        Probe("https://open.bigmodel.cn/api/paas/v4/models", _ANSWERS),
        Probe("https://api.z.ai/api/paas/v4/models", _ANSWERS),
    ),
)
