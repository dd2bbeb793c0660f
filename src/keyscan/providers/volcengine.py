"""Volcengine Ark (Doubao): a bare UUID, so only its name or host tells."""

from keyscan.provider import Pages, Provider, attributed

PROVIDER = Provider(
    id="volcengine",
    name="Volcengine Ark",
    pages=Pages(
        keys="https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey",
        usage="https://console.volcengine.com/ark/region:ark+cn-beijing/usageTracking",
        billing="https://console.volcengine.com/finance/account-overview",
    ),
    rules=(attributed("volcengine-api-key"),),
    words=("ark", "volcengine", "volc", "volces", "doubao"),
    hosts=("volces.com", "console.volcengine.com"),
    modules=("volcenginesdkarkruntime", "volcengine"),
    shapes=("uuid",),
)
