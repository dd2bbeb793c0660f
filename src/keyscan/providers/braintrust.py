"""Braintrust: a shape that several vendors share."""

from keyscan.provider import Pages, Provider, attributed

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
)
