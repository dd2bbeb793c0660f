"""Hugging Face: user access tokens and old organization tokens."""

from keyscan.answers import accepted, expired, refused, refused_in_words
from keyscan.provider import Pages, Probe, Provider, token

_ANSWERS = (
    accepted("name"),
    expired(401, text="expired"),
    refused(401, text="invalid username or password"),
    refused(401, text="invalid user token"),
    *refused_in_words(401),
)

PROVIDER = Provider(
    id="huggingface",
    name="Hugging Face",
    pages=Pages(
        keys="https://huggingface.co/settings/tokens",
        billing="https://huggingface.co/settings/billing",
    ),
    rules=(
        token(
            "huggingface-api-key",
            "hf_",
            "[A-Za-z0-9]{34}",
            clear_left=True,
            random=True,
            strong="hf_[A-Za-z]{34}",
        ),
        token(
            "huggingface-organization-key",
            "api_org_",
            "[A-Za-z0-9]{34}",
            clear_left=True,
            random=True,
            kind="organization",
            strong="api_org_[A-Za-z]{34}",
        ),
    ),
    words=("huggingface", "hugging_face", "hf"),
    hosts=("huggingface.co",),
    modules=("huggingface_hub", "@huggingface/inference"),
    probes=(
        Probe("https://huggingface.co/api/whoami-v2", _ANSWERS, kinds=("api-key", "organization")),
    ),
)
