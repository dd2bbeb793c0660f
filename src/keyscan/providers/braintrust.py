"""Braintrust: a shape that several vendors share."""

from keyscan.answers import accepted, refused_in_words, restricted
from keyscan.provider import Pages, Probe, Provider, attributed

_ANSWERS = (accepted("objects"), *refused_in_words(401), restricted(403, text="permission"))

PROVIDER = Provider(
    id="braintrust",
    name="Braintrust",
    pages=Pages(
        keys="https://www.braintrust.dev/app/settings?subroute=api-keys",
    ),
    rules=(attributed("braintrust-api-key", "sk-"),),
    words=("braintrust",),
    hosts=("api.braintrust.dev", "www.braintrust.dev"),
    modules=("braintrust",),
    shapes=("sk-48",),
    probes=(Probe("https://api.braintrust.dev/v1/project?limit=1", _ANSWERS),),
)
