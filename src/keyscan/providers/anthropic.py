"""Anthropic: API, admin and compliance keys, and the tokens of Claude subscriptions."""

from keyscan.model import Confidence
from keyscan.provider import Pages, Provider, token

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
)
