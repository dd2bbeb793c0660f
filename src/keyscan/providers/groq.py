"""Groq: in the samples seen, characters 20 to 27 of the body are a constant."""

from keyscan.answers import OPENAI_LIST, blocked, rate_limited, refused
from keyscan.model import msg
from keyscan.provider import Pages, Probe, Provider, token

_ANSWERS = (
    OPENAI_LIST,
    refused(401, code=("invalid_api_key",)),
    blocked(
        "organization_restricted",
        msg("Groq knows it, but has restricted the organization"),
        *(400, 403),
        text="organization has been restricted",
    ),
    rate_limited("rate_limit_exceeded"),
)

PROVIDER = Provider(
    id="groq",
    name="Groq",
    pages=Pages(
        keys="https://console.groq.com/keys",
        usage="https://console.groq.com/dashboard/usage",
        billing="https://console.groq.com/settings/billing",
    ),
    rules=(
        token(
            "groq-api-key",
            "gsk_",
            "[A-Za-z0-9]{52}",
            core="sk_",
            clear_left=True,
            random=True,
            strong="gsk_[A-Za-z0-9]{20}WGdyb3FY[A-Za-z0-9]{24}",
        ),
    ),
    words=("groq",),
    hosts=("api.groq.com", "console.groq.com"),
    modules=("groq",),
    probes=(Probe("https://api.groq.com/openai/v1/models", _ANSWERS),),
)
