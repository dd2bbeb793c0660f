"""Builds key-shaped strings at run time, so that none is ever committed."""

import base64
import json
import random
import secrets
import string
import time
import uuid
from collections.abc import Callable
from functools import partial

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


def uuid4() -> str:
    """A random lower-case UUID."""
    return str(uuid.uuid4())


def letters(size: int) -> str:
    """Random letters of both cases."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(size))


def lower(size: int) -> str:
    """Random lower-case letters and digits."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(size))


def azure_key() -> str:
    """84 characters with Azure's two markers."""
    middle = alnum(1) + "BCDEFGHIJKL"[secrets.randbelow(11)] + alnum(12) + "AAAB" + "AC" + "OG"
    return alnum(52) + "JQQ" + "J9" + "9" + middle + alnum(4)


def jwt(claims: dict[str, object] | None = None, *, hours: float = 2, **more: object) -> str:
    """A token with OpenAI's claims (or the given ones) that expires so many hours from now."""
    own: dict[str, object] = {
        "https://api.openai.com/auth": {"chatgpt_plan_type": "plus", "user_id": "user-" + "a1"}
    }
    header = {"alg": "RS256", "kid": alnum(16), "typ": "JWT"}
    own["scp"] = [alnum(24) for _ in range(40)]  # a real one has about 2,000 characters
    body = {**(own if claims is None else claims), "exp": int(time.time() + hours * 3600), **more}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (header, body)]
    parts.append(secrets.token_bytes(256))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def jwe(size: int = 400) -> str:
    """An encrypted session cookie: header, no key, nonce, ciphertext and tag."""
    head = base64.urlsafe_b64encode(b'{"alg":"dir","enc":"A256GCM"}').decode().rstrip("=")
    return f"{head}..{alnum(16)}.{_ends(urlsafe(size))}.{_ends(urlsafe(22))}"


def _ends(text: str) -> str:
    """With a last character that is no dash: editors and Markdown eat those."""
    return text[:-1] + alnum(1)


# rule id → a new random key of that form; a test compares the ids with the rules
PROVIDER_FORMS: dict[str, Callable[[], str]] = {
    "anthropic-api-key": lambda: "sk-ant-" + "api03-" + urlsafe(93) + "AA",
    "anthropic-admin-key": lambda: "sk-ant-" + "admin01-" + urlsafe(93) + "AA",
    "anthropic-oauth-token": lambda: "sk-ant-" + "oat01-" + urlsafe(93) + "AA",
    "anthropic-refresh-token": lambda: "sk-ant-" + "ort01-" + urlsafe(93) + "AA",
    "anthropic-session-key": lambda: "sk-ant-" + "sid01-" + urlsafe(84) + "AA",
    "anthropic-other-key": lambda: "sk-ant-" + "api01-" + urlsafe(93) + "AA",
    "azure-openai-api-key": azure_key,
    "cerebras-api-key": lambda: "csk-" + lower(48),
    "chatgpt-access-token": jwt,
    "codex-agent-identity": lambda: jwt({"agent_private_key": urlsafe(64)}),
    "dashscope-plan-key": lambda: "sk-sp-" + hexes(32),
    "elevenlabs-api-key": lambda: "sk_" + hexes(48),
    "fireworks-api-key": lambda: "fw_" + alnum(24),
    "google-api-key": lambda: "AI" + "za" + _ends("Sy" + urlsafe(33)),
    "google-auth-key": lambda: "AQ" + ".Ab8RN6" + _ends(urlsafe(44)),
    "groq-api-key": lambda: "gsk_" + alnum(20) + "WGdy" + "b3FY" + alnum(24),
    "huggingface-api-key": lambda: "hf_" + letters(34),
    "huggingface-organization-key": lambda: "api_org_" + letters(34),
    "jina-api-key": lambda: "jina_" + alnum(60),
    "langfuse-secret-key": lambda: "sk-lf-" + uuid4(),
    "langsmith-personal-token": lambda: f"lsv2_pt_{hexes(32)}_{hexes(10)}",
    "langsmith-service-key": lambda: f"lsv2_sk_{hexes(32)}_{hexes(10)}",
    "minimax-api-key": lambda: "sk-api-" + _ends(urlsafe(119)),
    "minimax-plan-key": lambda: "sk-cp-" + _ends(urlsafe(119)),
    "moonshot-code-key": lambda: "sk-kimi-" + alnum(64),
    "nvidia-api-key": lambda: "nvapi-" + _ends(urlsafe(64)),
    "openai-client-secret": lambda: "ek_" + hexes(32),
    "openai-session-key": lambda: "sess-" + alnum(40),
    "openrouter-api-key": lambda: "sk-or-" + "v1-" + hexes(64),
    "openrouter-management-key": lambda: "sk-or-mgmt-" + hexes(64),
    "perplexity-api-key": lambda: "pplx-" + alnum(48),
    "replicate-api-key": lambda: "r8_" + alnum(37),
    "tavily-api-key": lambda: "tvly-dev-" + alnum(32),
    "together-project-key": lambda: "tgp_v1_" + _ends(urlsafe(43)),
    "xai-api-key": lambda: "xai-" + _ends(urlsafe(80)),
    **{rule: partial(openai_key, form) for form, (_, _, rule) in reversed(OPENAI_FORMS.items())},
}

# rule id → a new random secret that only its name or its neighbours tell from other things
NAMED_FORMS: dict[str, Callable[[], str]] = {
    "chatgpt-refresh-token": lambda: "rt_" + _ends(urlsafe(87)),
    "chatgpt-session-cookie": jwe,
    "codex-personal-access-token": lambda: "at-" + _ends(urlsafe(60)),
    "openai-webhook-secret": lambda: "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
}

# provider id → a new random key of the shape that it shares with others
SHARED_FORMS: dict[str, Callable[[], str]] = {
    "azure-openai": lambda: hexes(32),
    "baichuan": lambda: "sk-" + hexes(32),
    "braintrust": lambda: "sk-" + alnum(48),
    "cohere": lambda: alnum(40),
    "dashscope": lambda: "sk-" + hexes(32),
    "deepseek": lambda: "sk-" + hexes(32),
    "elevenlabs": lambda: hexes(32),
    "lingyiwanwu": lambda: hexes(32),
    "mistral": lambda: alnum(32),
    "moonshot": lambda: "sk-" + alnum(48),
    "openai": lambda: "sk-" + alnum(40),
    "siliconflow": lambda: "sk-" + alnum(48),
    "stepfun": lambda: alnum(64),
    "together": lambda: hexes(64),
    "volcengine": uuid4,
    "zhipu": lambda: hexes(32) + "." + alnum(16),
}
