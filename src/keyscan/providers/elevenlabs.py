"""ElevenLabs: ``sk_`` and 48 hex characters; older keys are 32 hex characters without a prefix."""

import re

from keyscan.answers import accepted, refused, restricted
from keyscan.model import Confidence, Match, msg
from keyscan.provider import Pages, Probe, Provider, Rule, starts_clear
from keyscan.shape import glued_right, looks_random

_BODY = re.compile(rb"sk_[0-9a-f]{48}")
_HEX = b"0123456789abcdef"


def _match(data: bytes, at: int) -> Match | None:
    """``sk_`` stands in task_, mask_ and disk_ of much code: two characters refuse most of it."""
    end = at + 51
    if end > len(data) or data[at + 3] not in _HEX or data[end - 1] not in _HEX:
        return None
    found = _BODY.match(data, at)
    if found is None or not starts_clear(data, at) or not looks_random(found.group()[3:].decode()):
        return None
    sure, evidence = Confidence.HIGH, [msg("form {form}", form="sk_")]
    if glued_right(data, end):
        sure, evidence = sure.lowered(), [*evidence, msg("text follows without a break")]
    return Match(at, end, sure, tuple(evidence))


_ANSWERS = (
    accepted("tier"),
    restricted(401, code=("missing_permissions",)),
    refused(401, code=("invalid_api_key",)),
)

PROVIDER = Provider(
    id="elevenlabs",
    name="ElevenLabs",
    pages=Pages(
        keys="https://elevenlabs.io/app/settings/api-keys",
        usage="https://elevenlabs.io/app/usage",
        billing="https://elevenlabs.io/app/subscription",
    ),
    rules=(Rule("elevenlabs-api-key", "sk_", (b"sk_",), _match),),
    words=("elevenlabs", "eleven_labs", "xi"),
    hosts=("api.elevenlabs.io", "elevenlabs.io"),
    modules=("elevenlabs",),
    shapes=("hex32",),
    probes=(Probe("https://api.elevenlabs.io/v1/user/subscription", _ANSWERS, "xi-api-key"),),
)
