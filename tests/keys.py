"""Builds key-shaped strings at run time, so that none is ever committed."""

import base64
import random
import secrets
import string

MARKER = "T3Blbk" + "FJ"
ALNUM = string.ascii_letters + string.digits


def alnum(size: int, rng: random.Random | None = None) -> str:
    """Random letters and digits."""
    pick = rng or secrets.SystemRandom()
    return "".join(pick.choice(ALNUM) for _ in range(size))


def hexes(size: int) -> str:
    """Random lower-case hex."""
    return secrets.token_hex((size + 1) // 2)[:size]


def urlsafe(size: int) -> str:
    """Random base64url characters."""
    return "".join(secrets.choice(ALNUM + "-_") for _ in range(size))


def halves(size: int) -> str:
    """Two base64url halves around the marker, with the zero last byte of genuine keys."""
    if size == 20:
        return alnum(20) + MARKER + alnum(20)
    raw = secrets.token_bytes(2 * size * 6 // 8 - 1) + b"\0"
    text = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return text[:size] + MARKER + text[size : 2 * size]


# form name → (what stands before the halves, size of a half, rule id)
OPENAI_FORMS: dict[str, tuple[str, int, str]] = {
    "legacy": ("sk-", 20, "openai-legacy-key"),
    "proj-20": ("sk-proj-", 20, "openai-project-key"),
    "proj-58": ("sk-proj-", 58, "openai-project-key"),
    "proj-74": ("sk-proj-", 74, "openai-project-key"),
    "svcacct-46": ("sk-svcacct-", 46, "openai-service-account-key"),
    "svcacct-58": ("sk-svcacct-", 58, "openai-service-account-key"),
    "svcacct-74": ("sk-svcacct-", 74, "openai-service-account-key"),
    "named": ("sk-nightly-task-runner2-", 20, "openai-named-key"),
    "service-named": ("sk-service-billing-", 20, "openai-named-key"),
    "admin-58": ("sk-admin-", 58, "openai-admin-key"),
    "none-20": ("sk-None-", 20, "openai-user-key"),
    "none-74": ("sk-None-", 74, "openai-user-key"),
}


def openai_key(form: str = "proj-74") -> str:
    """A new random key of one of ``OPENAI_FORMS``."""
    prefix, size, _ = OPENAI_FORMS[form]
    return prefix + halves(size)
