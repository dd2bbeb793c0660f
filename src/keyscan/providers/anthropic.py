"""Anthropic: API, admin and compliance keys, and the tokens of Claude subscriptions."""

from keyscan.answers import (
    accepted,
    blocked,
    no_money,
    rate_limited,
    refused,
    region_blocked,
    restricted,
)
from keyscan.model import Confidence, msg
from keyscan.provider import Pages, Probe, Provider, token

_VERSION = (("anthropic-version", "2023-06-01"),)
_ANSWERS = (
    blocked(
        "account_deactivated",
        msg("Anthropic knows it, but has disabled the organization"),
        *(400, 401, 403),
        text="organization has been disabled",
    ),
    refused(401, code=("authentication_error",)),
    region_blocked(403, text="request not allowed"),
    restricted(403, code=("permission_error",)),
    no_money(402, code=("billing_error",)),
    no_money(400, text="credit balance is too low"),
    rate_limited("rate_limit_error"),
)

PROVIDER = Provider(
    id="anthropic",
    name="Anthropic",
    pages=Pages(
        keys="https://platform.claude.com/settings/keys",
        usage="https://platform.claude.com/usage",
        billing="https://platform.claude.com/settings/billing",
    ),
    rules=(
        token("anthropic-api-key", "sk-ant-api03-", "[A-Za-z0-9_-]{93}AA", core="sk-"),
        token(
            "anthropic-admin-key",
            "sk-ant-admin01-",
            "[A-Za-z0-9_-]{93}AA",
            core="sk-",
            kind="admin",
        ),
        token(
            "anthropic-oauth-token", "sk-ant-oat01-", "[A-Za-z0-9_-]{95}", core="sk-", kind="oauth"
        ),
        token(
            "anthropic-refresh-token",
            "sk-ant-ort01-",
            "[A-Za-z0-9_-]{95}",
            core="sk-",
            kind="oauth-refresh",
        ),
        token(
            "anthropic-session-key",
            "sk-ant-sid0",
            "[12]-[A-Za-z0-9_-]{80,130}",
            core="sk-",
            kind="session",
        ),
        # Other numbers and lengths: compliance keys are api01, and the next form will be new too.
        token(
            "anthropic-other-key",
            "sk-ant-",
            "[a-z]{2,9}[0-9]{0,4}-[A-Za-z0-9_-]{40,130}",
            core="sk-",
            kind="other",
            random=True,
            confidence=Confidence.LOW,
            priority=1,
        ),
    ),
    words=("anthropic", "claude"),
    hosts=("api.anthropic.com", "platform.claude.com", "console.anthropic.com"),
    modules=("anthropic",),
    kind_pages=(
        ("admin", "https://platform.claude.com/settings/admin-keys"),
        ("oauth", "https://claude.ai/settings"),
        ("oauth-refresh", "https://claude.ai/settings"),
        ("session", "https://claude.ai/settings"),
    ),
    notes=(
        *(
            (
                kind,
                "Where Claude Code is signed in, run `claude /logout`; then sign in again there."
                " API keys of the platform are another system and stay as they are",
            )
            for kind in ("oauth", "oauth-refresh", "session")
        ),
        (
            "oauth-refresh",
            "Do not try the refresh token out: it works once, and using it signs its owner out",
        ),
    ),
    probes=(
        Probe(
            "https://api.anthropic.com/v1/models?limit=1",
            (accepted("has_more"), *_ANSWERS),
            "x-api-key",
            _VERSION,
        ),
        Probe(
            "https://api.anthropic.com/v1/organizations/me",
            (accepted("type=organization"), *_ANSWERS),
            "x-api-key",
            _VERSION,
            ("admin",),
        ),
    ),
)
