"""Verification against real servers on loopback, key by key."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import keys
from keyscan.model import Confidence, Finding, Liveness
from keyscan.verify import verify
from loopback import (
    QUICK,
    asked,
    finding,
    free_port,
    openai_finding,
    raw_server,
    said,
    wait_for_port,
)
from parts import node_package

LIST = {"object": "list", "data": []}
DEAD = {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided"}}


@pytest.mark.parametrize("form", list(keys.OPENAI_FORMS))
def test_every_openai_form_has_its_endpoint(httpserver: HTTPServer, form: str) -> None:
    """Admin keys cannot list models: they are asked about where they work."""
    httpserver.expect_request(
        "/v1/organization/admin_api_keys", query_string="limit=1"
    ).respond_with_json(DEAD, 401)
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    verdict = asked(openai_finding(form), httpserver.url_for(""))
    assert verdict.liveness == (Liveness.DEAD if form == "admin-58" else Liveness.LIVE)


def test_at_most_four_at_once_and_each_key_once(httpserver: HTTPServer) -> None:
    """A tree with many keys is no flood."""
    lock, now, most, done = threading.Lock(), [0], [0], []

    def slow(_request: Request) -> Response:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return Response(json.dumps(LIST))

    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        server.expect_request("/v1/models").respond_with_handler(slow)
        found = [openai_finding() for _ in range(12)]
        judged, _ = verify(
            found,
            endpoints={"openai": server.url_for("")},
            on_progress=lambda one, of: done.append((one, of)),
            limits=QUICK,
        )
        sent = [request.headers["Authorization"] for request, _ in server.log]
    assert {said(one.verdict) for one in judged} == {("live", "ok")}
    assert [one.secret for one in judged] == [one.secret for one in found]
    assert sorted(sent) == sorted(f"Bearer {one.secret.reveal()}" for one in found)
    assert most[0] == 4
    assert done == [(n, 12) for n in range(1, 13)]


def test_nobody_is_asked_without_reason(contacts: list[int]) -> None:
    """Notes, keys without a known issuer and issuers without a probe."""
    note = replace(openai_finding(), confidence=Confidence.NOTE)
    stranger = finding(keys.alnum(48), "unknown-sk-48", "unknown")
    silent = finding(keys.alnum(40), "perplexity-api-key", "perplexity")
    broken = finding("sk-proj-\r\nHost: elsewhere", "openai-project-key")
    judged, notices = verify([note, stranger, silent, broken])
    assert [said(one.verdict) for one in judged] == [
        *[("unchecked", "no_probe")] * 3,
        ("unchecked", "not_sendable"),
    ]
    assert [one.verdict.checked_at for one in judged] == [""] * 4
    assert notices == ()
    assert contacts == []


def regions(statuses: tuple[int, int]) -> tuple[str, int]:
    """The verdict on a Moonshot key whose two regions answer so, and how often was asked."""
    refused = {"error": {"type": "invalid_authentication_error"}}
    fine = {"data": {"available_balance": 1}}
    answers = iter(statuses)

    def region(_request: Request) -> Response:
        status = next(answers)
        return Response(json.dumps(fine if status == 200 else refused), status)

    from keyscan.probe import Question
    from keyscan.providers import all_providers
    from keyscan.verify import _ask_all, _Plan

    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request("/a").respond_with_handler(region)
        server.expect_request("/b").respond_with_handler(region)
        one = finding(keys.alnum(48), "moonshot-api-key", "moonshot")
        probes = all_providers()["moonshot"].probes
        urls = (server.url_for("/a"), server.url_for("/b"))
        questions = tuple(map(Question, probes, urls))
        import asyncio

        (verdict,) = asyncio.run(_ask_all([_Plan(one, one.verdict, questions)], QUICK, None))
        return str(verdict.liveness), len(server.log)


@pytest.mark.parametrize(
    ("statuses", "liveness", "requests"),
    [
        ((200, 401), "live", 1),
        ((401, 200), "live", 2),
        ((401, 401), "dead", 2),
        ((401, 404), "unknown", 2),
        ((404, 401), "unknown", 2),
    ],
)
def test_regions(statuses: tuple[int, int], liveness: str, requests: int) -> None:
    """A key of one region is refused by the other: dead only if both say so."""
    assert regions(statuses) == (liveness, requests)


@pytest.mark.parametrize(
    ("sure", "expected"),
    [
        (Confidence.HIGH, ("dead", "invalid_key")),
        (Confidence.MEDIUM, ("unknown", "issuer_uncertain")),
    ],
)
def test_a_guessed_issuer_cannot_call_a_key_dead(
    httpserver: HTTPServer, sure: Confidence, expected: tuple[str, str]
) -> None:
    """A shape that vendors share, given to one by weak evidence, may be live at another."""
    refused = {"error": {"type": "authentication_error"}}
    httpserver.expect_request("/user/balance").respond_with_json(refused, 401)
    shared = finding("sk-" + keys.hexes(32), "deepseek-api-key", "deepseek")
    assert said(asked(replace(shared, confidence=sure), httpserver.url_for(""))) == expected


def test_a_marked_key_is_dead_at_any_confidence(httpserver: HTTPServer) -> None:
    """Its form names the issuer; confidence is about other things then."""
    httpserver.expect_request("/v1/models").respond_with_json(DEAD, 401)
    low = replace(openai_finding(), confidence=Confidence.LOW)
    assert said(asked(low, httpserver.url_for(""))) == ("dead", "invalid_key")


def test_an_unreachable_host_is_waited_for_once(contacts: list[int]) -> None:
    """A hundred keys do not wait a hundred times for a host that is not there."""
    found = [openai_finding() for _ in range(100)]
    base = f"http://127.0.0.1:{free_port()}"
    contacts.clear()
    judged, _ = verify(found, endpoints={"openai": base}, limits=QUICK)
    assert {said(one.verdict) for one in judged} == {("unknown", "network")}
    assert {str(one.verdict.detail) for one in judged} == {"127.0.0.1 refused the connection"}
    assert len(contacts) <= QUICK.at_once


def test_no_key_in_verdicts_notices_or_logs(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Servers that echo the key everywhere, at every level of logging."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, name)

    def echo(request: Request) -> Response:
        key = request.headers["Authorization"].removeprefix("Bearer ")
        headers = {"x-request-id": key, "Retry-After": key, "Set-Cookie": f"a={key}"}
        body = {"error": {"message": key, "code": "invalid_api_key", "param": key}}
        return Response(json.dumps(body), 401, headers, content_type=f"application/json; k={key}")

    httpserver.expect_request("/v1/models").respond_with_handler(echo)
    one = openai_finding()
    caplog.clear()
    judged, notices = verify([one], endpoints={"openai": httpserver.url_for("")}, limits=QUICK)
    out = capfd.readouterr()
    shown = repr(judged) + repr(notices) + out.out + out.err
    assert said(judged[0].verdict) == ("dead", "invalid_key")
    assert one.secret.reveal()[:20] not in shown
    client_logs = [record for record in caplog.records if record.name.startswith("http")]
    assert client_logs == []


def test_cookies_do_not_link_keys(httpserver: HTTPServer) -> None:
    """What one key's answer set is not sent with the next key."""
    httpserver.expect_request("/v1/models").respond_with_json(LIST, 200, {"Set-Cookie": "id=1"})
    verify(
        [openai_finding(), openai_finding()],
        endpoints={"openai": httpserver.url_for("")},
        limits=replace(QUICK, at_once=1),
    )
    assert [request.headers.get("Cookie") for request, _ in httpserver.log] == [None, None]


def test_notices(httpserver: HTTPServer) -> None:
    """Another address and the renewed "last used" date are told, once each."""
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    found: list[Finding] = [openai_finding(), openai_finding()]
    _, notices = verify(found, endpoints={"openai": httpserver.url_for("")}, limits=QUICK)
    texts = [str(one) for one in notices]
    assert len(texts) == 2
    assert httpserver.url_for("") in texts[0]
    assert "last used" in texts[1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to one process")
def test_an_interrupt_ends_cleanly() -> None:
    """Ctrl-C while a server keeps us waiting: one line, exit 3, at once."""
    asked_now = threading.Event()

    def silence(_peer: socket.socket, _request: bytes) -> None:
        asked_now.set()
        time.sleep(3)

    with raw_server(silence) as base:
        command = [sys.executable, "-m", "keyscan", "verify", "--endpoint", f"openai={base}"]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "KEYSCAN_LANG": "en"},
        ) as run:
            assert run.stdin is not None
            run.stdin.write(keys.openai_key().encode())
            run.stdin.close()
            run.stdin = None
            assert asked_now.wait(20)
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=10)
    assert run.returncode == 3
    assert out == b""
    assert err.decode().strip().startswith("keyscan: interrupted")
    assert b"Traceback" not in err


@pytest.mark.external
def test_a_server_nobody_here_wrote() -> None:
    """aimock knows one key: live; it calls every other one invalid_api_key: dead."""
    program = node_package("@copilotkit/aimock") / "dist/cli.js"
    fixtures = program.parent.parent / "fixtures"
    live, dead = openai_finding(), openai_finding()
    port = free_port()
    environ = {**os.environ, "AIMOCK_API_KEYS": live.secret.reveal()}
    command = ["node", str(program), "-p", str(port), "-f", str(fixtures), "--log-level", "silent"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for_port(port)
            base = f"http://127.0.0.1:{port}"
            judged, _ = verify([live, dead], endpoints={"openai": base})
        finally:
            server.terminate()
    assert [said(one.verdict) for one in judged] == [("live", "ok"), ("dead", "invalid_key")]
