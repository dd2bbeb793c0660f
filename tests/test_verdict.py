"""The reading of replies is pure: status and body in, verdict out."""

import json
from typing import Any

import pytest

from keyscan.model import Liveness
from keyscan.providers import all_providers
from keyscan.providers.openai import ANSWERS
from keyscan.verdict import Reply, codes_of, document_of, judge

LIVE, DORMANT, DEAD, UNKNOWN = (
    Liveness.LIVE,
    Liveness.DORMANT,
    Liveness.DEAD,
    Liveness.UNKNOWN,
)


def error(message: str = "", code: str | None = None, kind: str = "invalid_request_error") -> Any:
    """OpenAI's form of an error."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


OPENAI = [
    (200, {"object": "list", "data": []}, LIVE, "ok"),
    (401, error("Incorrect API key provided.", "invalid_api_key"), DEAD, "invalid_key"),
    (401, error("", "account_deactivated"), DORMANT, "account_deactivated"),
    (
        401,
        error("This key is associated with a deactivated account."),
        DORMANT,
        "account_deactivated",
    ),
    (
        401,
        error("The OpenAI account associated with this API key has been deactivated. See mail."),
        DORMANT,
        "account_deactivated",
    ),
    (403, error("Your OpenAI account has been deactivated"), DORMANT, "account_deactivated"),
    (401, error("", "not_authorized_invalid_project"), DORMANT, "project_archived"),
    (
        401,
        error("The project you are requesting has been archived and is no longer accessible"),
        DORMANT,
        "project_archived",
    ),
    (
        401,
        error("You must be a member of an organization to use the API"),
        DORMANT,
        "not_a_member",
    ),
    (
        404,
        error("You must be a member of an organization to use the API"),
        DORMANT,
        "not_a_member",
    ),
    (401, error("", "mismatched_organization"), LIVE, "header_mismatch"),
    (401, error("", "mismatched_project"), LIVE, "header_mismatch"),
    (401, error("", "ip_not_authorized"), LIVE, "ip_allowlist"),
    (403, error("Your IP is not authorized"), LIVE, "ip_allowlist"),
    (
        401,
        error("The request IP does not match the configured IP allowlist for your project"),
        LIVE,
        "ip_allowlist",
    ),
    (
        403,
        error(
            "You have insufficient permissions for this operation. Missing scopes: api.model.read."
        ),
        LIVE,
        "missing_scope",
    ),
    (401, error("Missing scopes: model.request", "missing_scope"), LIVE, "missing_scope"),
    (401, error("Missing scopes: api.model.read"), LIVE, "missing_scope"),
    (403, error("Project `proj_x` does not have access to model `m`"), LIVE, "missing_scope"),
    (404, error("The model does not exist", "model_not_found"), LIVE, "missing_scope"),
    (
        403,
        error("Country not supported", "unsupported_country_region_territory", "request_forbidden"),
        UNKNOWN,
        "region_blocked",
    ),
    (429, error("", "rate_limit_exceeded", "requests"), LIVE, "rate_limited"),
    (429, error("", "slow_down"), LIVE, "rate_limited"),
    (429, error("", "insufficient_quota", "insufficient_quota"), LIVE, "quota_exhausted"),
    (429, error("", "credit_balance_exhausted", "insufficient_quota"), LIVE, "quota_exhausted"),
    (429, error("", "organization_spend_limit_exceeded"), LIVE, "quota_exhausted"),
    (429, error("", "project_spend_limit_exceeded"), LIVE, "quota_exhausted"),
    (429, error("", "organization_usage_limit_exceeded"), LIVE, "quota_exhausted"),
    (429, error("", "some_new_code", "insufficient_quota"), LIVE, "quota_exhausted"),
    (429, error("", "billing_not_active", "insufficient_quota"), LIVE, "billing_inactive"),
    (401, error("Invalid Authentication"), UNKNOWN, "ambiguous"),
    (401, error("Something new"), UNKNOWN, "unrecognised"),
    (401, {}, UNKNOWN, "unrecognised"),
    (403, error("Something new"), UNKNOWN, "unrecognised"),
    # invalid_api_key means dead together with its own status only.
    (403, error("", "invalid_api_key"), UNKNOWN, "unrecognised"),
    (500, error("", "invalid_api_key"), UNKNOWN, "server_error"),
    (200, error("", "invalid_api_key"), UNKNOWN, "unrecognised"),
    (429, {}, UNKNOWN, "rate_limited"),
    (503, error("Overloaded"), UNKNOWN, "server_error"),
    (408, {}, UNKNOWN, "server_error"),
    (200, {"object": "model"}, UNKNOWN, "unrecognised"),
    (200, {"object": ["list"]}, UNKNOWN, "unrecognised"),
    (200, [], UNKNOWN, "unrecognised"),
    (302, {"object": "list"}, UNKNOWN, "redirected"),
    (407, {}, UNKNOWN, "network"),
    (511, {}, UNKNOWN, "captive_portal"),
]


@pytest.mark.parametrize(("status", "body", "liveness", "reason"), OPENAI)
def test_openai_table(status: int, body: object, liveness: Liveness, reason: str) -> None:
    """Each line of the table that was gathered from OpenAI's documents and users' logs."""
    found = judge(Reply(status, json.dumps(body).encode()), ANSWERS)
    assert (found.liveness, found.reason) == (liveness, reason)


PORTAL = b"<!DOCTYPE html><title>Sign in</title> invalid_api_key Missing scopes"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, "captive_portal"),
        (401, "not_the_issuer"),
        (403, "not_the_issuer"),
        (404, "not_the_issuer"),
        (429, "not_the_issuer"),
        (503, "server_error"),
    ],
)
def test_a_web_page_never_decides(status: int, reason: str) -> None:
    """Whatever words a block page holds, and whatever status it comes with."""
    for provider in all_providers().values():
        for probe in provider.probes:
            found = judge(Reply(status, PORTAL, "text/html"), probe.answers)
            assert (found.liveness, found.reason) == (UNKNOWN, reason)


@pytest.mark.parametrize("status", [200, 400, 401, 402, 403, 404, 429, 451, 500, 503])
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b"{}", b'"x"', b"1", b"[" * 60000])
def test_no_provider_calls_a_key_dead_or_live_on_a_status_alone(status: int, body: bytes) -> None:
    """An empty or meaningless answer is unknown; 412 is the one status that has one meaning."""
    for provider in all_providers().values():
        for probe in provider.probes:
            assert judge(Reply(status, body), probe.answers).liveness is UNKNOWN


def test_every_dead_line_names_a_status_and_a_word_of_the_issuer() -> None:
    """A status alone is not the issuer's word."""
    lines = [
        (provider.id, answer)
        for provider in all_providers().values()
        for probe in provider.probes
        for answer in probe.answers
        if answer.liveness is DEAD
    ]
    assert lines != []
    assert [one for one in lines if not one[1].status] == []
    assert [one for one in lines if not (one[1].code or one[1].text or one[1].has)] == []


def test_every_probe_is_https_at_a_host_of_its_provider() -> None:
    """A typing error in a table must not send keys to somebody else."""
    for provider in all_providers().values():
        domains = {".".join(host.split(".")[-2:]) for host in provider.hosts}
        for probe in provider.probes:
            scheme, _, rest = probe.url.partition("://")
            assert scheme == "https"
            assert ".".join(rest.split("/")[0].split(".")[-2:]) in domains


def test_a_cut_list_is_still_a_list() -> None:
    """Accounts with thousands of fine-tuned models answer more than is read."""
    body = b'{"object": "list", "data": [{"id": "m", "x": "invalid_api_key'
    found = judge(Reply(200, body, cut=True), ANSWERS)
    assert (found.liveness, found.reason) == (LIVE, "ok")


@pytest.mark.parametrize("body", [b'{"object": "li', b'{"obj', b"", b'{"data": [', b"<html>"])
def test_a_cut_before_the_shape_shows_is_unknown(body: bytes) -> None:
    """No guess about what would have followed."""
    assert judge(Reply(200, body, cut=True), ANSWERS).liveness is UNKNOWN


def test_cut_array() -> None:
    """The first element is enough to see the shape."""
    assert document_of(Reply(200, b' [ {"id": 1}, {"id', cut=True)) == [{"id": 1}]


def test_codes_of_all_places() -> None:
    """Where vendors put the word for what went wrong."""
    assert codes_of({"code": 20012, "error": "text"}) == {"20012", "text"}
    assert codes_of({"error": {"code": None, "type": "a", "status": "B"}}) == {"a", "B"}
    assert codes_of({"base_resp": {"status_code": 1004}}) == {"1004"}
    assert codes_of([{"error": {"code": "x"}}]) == set()


def test_nothing_of_the_body_gets_into_the_verdict() -> None:
    """Error messages echo keys; the sentences are ours."""
    canary = "CANARY" * 4
    for _, body, _, _ in OPENAI:
        text = json.dumps([body, canary]).encode()
        for status in (200, 401, 403, 429, 500):
            assert canary not in str(judge(Reply(status, text, canary), ANSWERS))
