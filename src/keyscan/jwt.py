"""What a JSON Web Token says of itself, read offline: nobody is asked, no signature is checked."""

import json
import re
import time
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import Any

# A header, a payload and a signature. The bounds are for hostile text; a payload seen was 2 KB.
_TOKEN = re.compile(
    rb"eyJ[A-Za-z0-9_-]{8,2000}\.(eyJ[A-Za-z0-9_-]{8,16000})\.[A-Za-z0-9_-]{10,2000}"
)


def token_at(data: bytes, at: int) -> tuple[bytes, dict[str, Any]] | None:
    """The token that starts at ``at`` and its claims, or None where none can be read."""
    found = _TOKEN.match(data, at)
    if found is None:
        return None
    claims = _claims(found[1])
    return None if claims is None else (found[0], claims)


@lru_cache(maxsize=8)  # several rules ask about the same token, one after the other
def _claims(payload: bytes) -> dict[str, Any] | None:
    try:
        claims = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def expiry(claims: dict[str, Any]) -> tuple[str, bool] | None:
    """The day on which a token expires (UTC, ``2026-11-21``) and whether that has passed."""
    seconds = claims.get("exp")
    if not isinstance(seconds, int | float):
        return None
    try:
        day = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    except (ValueError, OverflowError, OSError):
        return None
    return day, seconds < time.time()
