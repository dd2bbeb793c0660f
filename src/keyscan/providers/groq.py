"""Groq: in the samples seen, characters 20 to 27 of the body are a constant."""

from keyscan.provider import Pages, Provider, token

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
)
