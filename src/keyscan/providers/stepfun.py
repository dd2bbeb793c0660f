"""StepFun: long keys without a prefix."""

from keyscan.provider import Pages, Provider, attributed

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
)
