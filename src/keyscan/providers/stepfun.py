"""StepFun: long keys without a prefix."""

from keyscan.answers import OPENAI_LIST, no_money, rate_limited, refused
from keyscan.provider import Pages, Probe, Provider, attributed

_ANSWERS = (
    OPENAI_LIST,
    refused(401, code=("invalid_api_key",)),
    no_money(402, has="error"),
    rate_limited("rate_limit_exceeded", "rate_limited"),
)

PROVIDER = Provider(
    id="stepfun",
    name="StepFun",
    pages=Pages(
        keys="https://platform.stepfun.com/interface-key",
    ),
    rules=(attributed("stepfun-api-key"),),
    words=("stepfun", "step_fun"),
    hosts=("api.stepfun.com", "api.stepfun.ai", "platform.stepfun.com"),
    modules=("langchain_stepfun",),
    shapes=("alnum",),
    probes=(Probe("https://api.stepfun.com/v1/models", _ANSWERS),),
)
