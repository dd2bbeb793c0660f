"""Tavily: search keys, with or without the word for their environment."""

from keyscan.answers import accepted, refused_in_words
from keyscan.provider import Pages, Probe, Provider, token

_ANSWERS = (accepted("account"), accepted("key"), *refused_in_words(401, 403))

PROVIDER = Provider(
    id="tavily",
    name="Tavily",
    pages=Pages(
        keys="https://app.tavily.com",
        billing="https://app.tavily.com/billing",
    ),
    rules=(
        token(
            "tavily-api-key",
            "tvly-",
            "(?:dev-|prod-)?[A-Za-z0-9]{20,40}(?:-[A-Za-z0-9]{20,40})?",
            clear_left=True,
            random=True,
        ),
    ),
    words=("tavily",),
    hosts=("api.tavily.com", "app.tavily.com"),
    modules=("tavily",),
    probes=(Probe("https://api.tavily.com/usage", _ANSWERS),),
)
