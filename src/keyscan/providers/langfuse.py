"""Langfuse: the secret half of a key pair; ``pk-lf-`` is public."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="langfuse",
    name="Langfuse",
    pages=Pages(
        keys="https://cloud.langfuse.com",
    ),
    rules=(
        token(
            "langfuse-secret-key",
            "sk-lf-",
            "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            core="sk-",
        ),
    ),
    words=("langfuse",),
    hosts=("cloud.langfuse.com", "us.cloud.langfuse.com"),
    modules=("langfuse",),
)
