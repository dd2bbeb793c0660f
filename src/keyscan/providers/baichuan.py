"""Baichuan AI: a shape that several vendors share."""

from keyscan.provider import Pages, Provider, attributed

PROVIDER = Provider(
    id="baichuan",
    name="Baichuan AI",
    pages=Pages(
        keys="https://platform.baichuan-ai.com/console/apikey",
    ),
    rules=(attributed("baichuan-api-key", "sk-"),),
    words=("baichuan",),
    hosts=("api.baichuan-ai.com", "platform.baichuan-ai.com"),
    modules=("langchain_baichuan",),
    shapes=("sk-hex32",),
)
