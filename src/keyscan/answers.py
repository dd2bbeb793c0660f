"""Verdict-table lines that many issuers share, so that provider files state what is their own.

A line that says ``dead`` names the issuer's own word for it, never a status alone: a company
proxy, a challenge page or a missing permission answers 401 and 403 as well.
"""

from keyscan.model import Liveness, Message, msg
from keyscan.provider import Answer


def accepted(has: str, status: int = 200) -> Answer:
    """Live: the issuer answered with what only a key in use gets."""
    return Answer(Liveness.LIVE, "ok", msg("the issuer accepts it"), (status,), has=has)


def refused(
    *status: int, code: tuple[str, ...] = (), text: str = "", has: str = "", reason: str = ""
) -> Answer:
    """Dead: the issuer itself calls the key wrong, deleted or never issued."""
    detail = msg("the issuer says that this key does not exist (any more)")
    return Answer(Liveness.DEAD, reason or "invalid_key", detail, status, code, text, has)


def expired(*status: int, code: tuple[str, ...] = (), text: str = "") -> Answer:
    """Dead: past the date that was set when it was made."""
    detail = msg("the issuer says that this key has expired")
    return Answer(Liveness.DEAD, "expired", detail, status, code, text)


def restricted(*status: int, code: tuple[str, ...] = (), text: str = "", has: str = "") -> Answer:
    """Live: the key may not do this read, which the issuer could only say of a key it knows."""
    detail = msg("the issuer knows it, with restricted permissions: it works for other requests")
    return Answer(Liveness.LIVE, "missing_scope", detail, status, code, text, has)


def no_money(*status: int, code: tuple[str, ...] = (), text: str = "", has: str = "") -> Answer:
    """Live: usable again with the next payment."""
    detail = msg("the issuer knows it; credit or a spending limit is used up until the next top-up")
    return Answer(Liveness.LIVE, "quota_exhausted", detail, status, code, text, has)


def rate_limited(*code: str, text: str = "", status: int = 429) -> Answer:
    """Live: the issuer counts this key's requests."""
    detail = msg("the issuer knows it and is limiting its rate")
    return Answer(Liveness.LIVE, "rate_limited", detail, (status,), code, text)


def ip_limited(*status: int, code: tuple[str, ...] = (), text: str = "") -> Answer:
    """Live: bound to addresses that are not ours."""
    detail = msg("the issuer knows it and refuses this network address: it works from others")
    return Answer(Liveness.LIVE, "ip_allowlist", detail, status, code, text)


def blocked(
    reason: str,
    detail: Message,
    *status: int,
    code: tuple[str, ...] = (),
    text: str = "",
    has: str = "",
) -> Answer:
    """Dormant: genuine, known to the issuer, not usable as things stand."""
    return Answer(Liveness.DORMANT, reason, detail, status, code, text, has)


def unclear(
    reason: str, detail: Message, *status: int, code: tuple[str, ...] = (), text: str = ""
) -> Answer:
    """Unknown: an answer that does not depend on the key, or has several causes."""
    return Answer(Liveness.UNKNOWN, reason, detail, status, code, text)


def region_blocked(*status: int, code: tuple[str, ...] = (), text: str = "") -> Answer:
    """Unknown: the issuer does not serve this country, whatever the key is."""
    detail = msg("the issuer does not serve this country or network; ask from another place")
    return unclear("region_blocked", detail, *status, code=code, text=text)


OPENAI_LIST = accepted("object=list")
"""What every OpenAI-compatible ``GET /models`` answers."""


def refused_in_words(*status: int) -> tuple[Answer, ...]:
    """Dead, for issuers that document the status but no code: the body must say it, too."""
    return tuple(refused(*status, text=one) for one in _REFUSALS)


_REFUSALS = (
    "incorrect api key",
    "invalid api key",
    "invalid api token",
    "invalid token",
    "invalid credentials",
    "api key is invalid",
    "key not found",
    "has been revoked",
)
