"""Azure OpenAI: 84 characters with two markers; older keys are 32 hex characters.

The long form is that of Microsoft's identifiable secrets: ``JQQJ9`` at 52, the issuing service
(``ACOG``, Cognitive Services) at 76, four characters of checksum. Source: IdentifiableSecrets.cs
in microsoft/security-utilities.
"""

import re

from keyscan.model import Confidence, Match, msg
from keyscan.provider import Pages, Provider, Rule
from keyscan.shape import KEY_BYTES, glued_right, looks_random

_MARK = b"JQQJ9"
_AT, _SIZE = 52, 84
_FORM = re.compile(
    rb"[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{12}AAA[A-Z]ACOG[A-Za-z0-9]{4}"
)


def _match(data: bytes, at: int) -> Match | None:
    start = at - _AT
    if start < 0 or not data.startswith(b"ACOG", start + 76):
        return None
    found = _FORM.match(data, start)
    if found is None or not looks_random(found.group()[:_AT].decode()):
        return None
    sure = Confidence.HIGH
    evidence = [msg("form {form}", form="JQQJ9…ACOG"), msg("marker")]
    # An escape such as %22 ends in a digit too; any other letter makes the start uncertain.
    before = data[start - 1 : start]
    if glued_right(data, found.end()) or (before and before in KEY_BYTES and before not in b"-_"):
        sure, evidence = sure.lowered(), [*evidence, msg("text stands next to it without a break")]
    return Match(start, found.end(), sure, tuple(evidence))


PROVIDER = Provider(
    id="azure-openai",
    name="Azure OpenAI",
    pages=Pages(
        keys="https://portal.azure.com/#blade/HubsExtension/BrowseResource/resourceType/Microsoft.CognitiveServices%2Faccounts",
        usage="https://portal.azure.com/#view/Microsoft_Azure_CostManagement/Menu/~/overview",
        billing="https://portal.azure.com/#view/Microsoft_Azure_GTM/ModernBillingMenuBlade",
    ),
    rules=(Rule("azure-openai-api-key", "", (_MARK,), _match),),
    words=("azure", "aoai"),
    hosts=("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"),
    modules=("azure.ai.openai", "@azure/openai"),
    shapes=("hex32",),
)
