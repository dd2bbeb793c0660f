"""LangSmith: personal tokens and service keys."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="langsmith",
    name="LangSmith",
    pages=Pages(
        keys="https://smith.langchain.com/settings",
    ),
    rules=(
        token(
            "langsmith-personal-token",
            "lsv2_pt_",
            "[0-9a-f]{32}_[0-9a-f]{10}",
            core="lsv2_",
            kind="personal",
        ),
        token(
            "langsmith-service-key",
            "lsv2_sk_",
            "[0-9a-f]{32}_[0-9a-f]{10}",
            core="lsv2_",
            kind="service",
        ),
    ),
    words=("langsmith", "langchain"),
    hosts=("api.smith.langchain.com", "eu.api.smith.langchain.com"),
    modules=("langsmith",),
)
