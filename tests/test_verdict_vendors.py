"""The verdict tables of the issuers other than OpenAI: what each of them says."""

import json

import pytest

from keyscan.model import Liveness
from keyscan.providers import all_providers
from keyscan.verdict import Reply, judge

LIVE, DORMANT, DEAD, UNKNOWN = (
    Liveness.LIVE,
    Liveness.DORMANT,
    Liveness.DEAD,
    Liveness.UNKNOWN,
)

VENDORS = [
    ("anthropic", 200, {"data": [], "has_more": False}, LIVE, "ok"),
    (
        "anthropic",
        401,
        {"type": "error", "error": {"type": "authentication_error", "message": "invalid x"}},
        DEAD,
        "invalid_key",
    ),
    (
        "anthropic",
        403,
        {"type": "error", "error": {"type": "permission_error", "message": "no"}},
        LIVE,
        "missing_scope",
    ),
    (
        "anthropic",
        403,
        {"error": {"type": "forbidden", "message": "Request not allowed"}},
        UNKNOWN,
        "region_blocked",
    ),
    ("anthropic", 402, {"error": {"type": "billing_error"}}, LIVE, "quota_exhausted"),
    (
        "anthropic",
        400,
        {"error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}},
        LIVE,
        "quota_exhausted",
    ),
    ("anthropic", 429, {"error": {"type": "rate_limit_error"}}, LIVE, "rate_limited"),
    ("openrouter", 200, {"data": {"label": "sk-or-v1-...", "usage": 1}}, LIVE, "ok"),
    (
        "openrouter",
        401,
        {"error": {"message": "User not found.", "code": 401}},
        DEAD,
        "invalid_key",
    ),
    (
        "openrouter",
        401,
        {"error": {"message": "No auth credentials found", "code": 401}},
        UNKNOWN,
        "not_the_issuer",
    ),
    ("openrouter", 402, {"error": {"code": 402, "message": "credits"}}, LIVE, "quota_exhausted"),
    ("groq", 200, {"object": "list", "data": []}, LIVE, "ok"),
    ("groq", 401, {"error": {"code": "invalid_api_key"}}, DEAD, "invalid_key"),
    (
        "groq",
        400,
        {"error": {"message": "Organization has been restricted."}},
        DORMANT,
        "organization_restricted",
    ),
    ("xai", 200, {"redacted_api_key": "x", "api_key_blocked": False}, LIVE, "ok"),
    ("xai", 200, {"redacted_api_key": "x", "api_key_blocked": True}, DORMANT, "blocked"),
    ("xai", 200, {"redacted_api_key": "x", "api_key_disabled": True}, DORMANT, "blocked"),
    ("xai", 200, {"redacted_api_key": "x", "team_blocked": True}, DORMANT, "blocked"),
    (
        "xai",
        400,
        {"code": "Client specified an invalid argument", "error": "Incorrect API key provided."},
        DEAD,
        "invalid_key",
    ),
    ("xai", 400, {"error": "A field is missing"}, UNKNOWN, "unrecognised"),
    ("xai", 403, {"error": "The team is blocked"}, DORMANT, "blocked"),
    ("huggingface", 200, {"type": "user", "name": "someone"}, LIVE, "ok"),
    (
        "huggingface",
        401,
        {"error": "Invalid credentials in Authorization header"},
        DEAD,
        "invalid_key",
    ),
    ("huggingface", 401, {"error": 'User Access Token "x" is expired'}, DEAD, "expired"),
    ("deepseek", 200, {"is_available": True, "balance_infos": []}, LIVE, "ok"),
    ("deepseek", 200, {"is_available": False, "balance_infos": []}, LIVE, "quota_exhausted"),
    ("deepseek", 401, {"error": {"type": "authentication_error"}}, DEAD, "invalid_key"),
    ("deepseek", 402, {"error": {"message": "Insufficient Balance"}}, LIVE, "quota_exhausted"),
    ("deepseek", 422, {"error": {"message": "x"}}, UNKNOWN, "unrecognised"),
    ("together", 200, [{"id": "m"}], LIVE, "ok"),
    ("together", 403, {"error": {"message": "too many tokens"}}, UNKNOWN, "unrecognised"),
    ("fireworks", 401, {"error": {"message": "invalid api key"}}, UNKNOWN, "unrecognised"),
    ("fireworks", 412, {"error": {"message": "suspended"}}, DORMANT, "account_suspended"),
    ("elevenlabs", 401, {"detail": {"status": "missing_permissions"}}, LIVE, "missing_scope"),
    ("elevenlabs", 401, {"detail": {"status": "invalid_api_key"}}, DEAD, "invalid_key"),
    (
        "google",
        400,
        {"error": {"status": "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}},
        DEAD,
        "invalid_key",
    ),
    (
        "google",
        403,
        {"error": {"details": [{"reason": "API_KEY_SERVICE_BLOCKED"}]}},
        LIVE,
        "missing_scope",
    ),
    (
        "google",
        401,
        {"error": {"details": [{"reason": "ACCESS_TOKEN_TYPE_UNSUPPORTED"}]}},
        UNKNOWN,
        "unrecognised",
    ),
    ("dashscope", 401, {"error": {"code": "invalid_api_key"}}, UNKNOWN, "ambiguous"),
    ("dashscope", 400, {"code": "Arrearage", "message": "x"}, LIVE, "quota_exhausted"),
    ("zhipu", 401, {"error": {"code": "1003"}}, UNKNOWN, "unrecognised"),
    ("zhipu", 429, {"error": {"code": "1113"}}, LIVE, "quota_exhausted"),
    ("tavily", 401, {"detail": {"error": "missing or invalid API key."}}, DEAD, "invalid_key"),
    ("replicate", 200, {"type": "user", "username": "x"}, LIVE, "ok"),
]


@pytest.mark.parametrize(("provider", "status", "body", "liveness", "reason"), VENDORS)
def test_other_tables(
    provider: str, status: int, body: object, liveness: Liveness, reason: str
) -> None:
    """The lines in which the vendors differ."""
    answers = all_providers()[provider].probes[0].answers
    found = judge(Reply(status, json.dumps(body).encode()), answers)
    assert (found.liveness, found.reason) == (liveness, reason)
