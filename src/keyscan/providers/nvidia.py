"""NVIDIA NIM: keys of the API catalogue."""

from keyscan.provider import Pages, Provider, token

PROVIDER = Provider(
    id="nvidia",
    name="NVIDIA NIM",
    pages=Pages(
        keys="https://build.nvidia.com/settings/api-keys",
    ),
    rules=(
        token("nvidia-api-key", "nvapi-", "[A-Za-z0-9_-]{60,70}", clear_left=True, random=True),
    ),
    words=("nvidia", "nim"),
    hosts=("integrate.api.nvidia.com", "build.nvidia.com"),
    modules=("langchain_nvidia_ai_endpoints",),
)
