"""Verification against real servers on loopback, polite and otherwise."""

import gzip
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import keys
from keyscan.model import Confidence, Finding, Liveness
from keyscan.verify import verify
from loopback import QUICK, asked, finding, free_port, openai_finding, raw_server, wait_for_port
from parts import node_package

LIST = {"object": "list", "data": []}
DEAD = {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided"}}


def said(verdict: object) -> tuple[str, str]:
    """Liveness and reason as plain words."""
    return str(getattr(verdict, "liveness", "")), str(getattr(verdict, "reason", ""))


def test_what_is_sent(httpserver: HTTPServer) -> None:
    """The key as Bearer, and nothing that could turn a live key into a 401."""
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    one = openai_finding()
    verdict = asked(one, httpserver.url_for("").rstrip("/"))
    assert said(verdict) == ("live", "ok")
    assert verdict.checked_at.endswith("Z")
    assert len(httpserver.log) == 1
    request = httpserver.log[0][0]
    assert request.method == "GET"
    assert request.headers["Authorization"] == f"Bearer {one.secret.reveal()}"
    names = {name.lower() for name, _ in request.headers}
    assert names == {
        *("host", "accept", "accept-encoding", "connection", "user-agent", "authorization")
    }


@pytest.mark.parametrize("form", list(keys.OPENAI_FORMS))
def test_every_openai_form_has_its_endpoint(httpserver: HTTPServer, form: str) -> None:
    """Admin keys cannot list models: they are asked about where they work."""
    httpserver.expect_request(
        "/v1/organization/admin_api_keys", query_string="limit=1"
    ).respond_with_json(DEAD, 401)
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    verdict = asked(openai_finding(form), httpserver.url_for(""))
    assert verdict.liveness == (Liveness.DEAD if form == "admin-58" else Liveness.LIVE)


def test_each_header_that_carries_a_key(httpserver: HTTPServer) -> None:
    """Anthropic, Google and ElevenLabs do not read Authorization."""
    httpserver.expect_request("/v1/models").respond_with_json({"data": [], "has_more": False})
    httpserver.expect_request("/v1beta/models").respond_with_json({"models": []})
    base = httpserver.url_for("")
    key = keys.alnum(40)
    assert asked(finding(key, "anthropic-api-key", "anthropic"), base).liveness is Liveness.LIVE
    assert asked(finding(key, "google-api-key", "google"), base).liveness is Liveness.LIVE
    first, second = (request.headers for request, _ in httpserver.log)
    assert (first["x-api-key"], first["anthropic-version"]) == (key, "2023-06-01")
    assert second["x-goog-api-key"] == key
    assert "Authorization" not in first
    assert "Authorization" not in second


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_an_answer_that_was_compressed_unasked(httpserver: HTTPServer, encoding: str) -> None:
    """Some gateways compress whatever the request says."""
    body = json.dumps(LIST).encode()
    packed = gzip.compress(body) if encoding else body
    response = Response(packed, headers={"Content-Encoding": encoding} if encoding else {})
    httpserver.expect_request("/v1/models").respond_with_response(response)
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("live", "ok")


def test_gzip_bomb(httpserver: HTTPServer) -> None:
    """200 MB behind 200 kB are neither inflated nor waited for."""
    bomb = gzip.compress(b" " * (200 << 20), 6)
    response = Response(bomb, headers={"Content-Encoding": "gzip"})
    httpserver.expect_request("/v1/models").respond_with_response(response)
    started = time.monotonic()
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("unknown", "captive_portal")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_a_body_that_is_not_what_its_header_says(httpserver: HTTPServer, encoding: str) -> None:
    """Unreadable is unknown."""
    response = Response(b"\x00\x01broken", headers={"Content-Encoding": encoding})
    httpserver.expect_request("/v1/models").respond_with_response(response)
    assert asked(openai_finding(), httpserver.url_for("")).liveness is Liveness.UNKNOWN


def test_endless_body(httpserver: HTTPServer) -> None:
    """Reading stops at 64 KiB."""

    def endless(_request: Request) -> Response:
        def chunks() -> Iterator[bytes]:
            while True:
                yield b"<p>" + b"x" * 8192

        return Response(chunks())

    httpserver.expect_request("/v1/models").respond_with_handler(endless)
    started = time.monotonic()
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("unknown", "captive_portal")
    assert time.monotonic() - started < 2


def test_long_list_of_models(httpserver: HTTPServer) -> None:
    """A live key with thousands of models is live, though its answer is cut."""
    models = [{"id": f"ft:model-{n}", "object": "model"} for n in range(5000)]
    httpserver.expect_request("/v1/models").respond_with_json({"object": "list", "data": models})
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("live", "ok")


def test_a_body_that_drips() -> None:
    """The time limit is on the whole request, not on each read of it."""

    def drip(peer: socket.socket, _request: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            peer.sendall(b" ")
            time.sleep(0.05)

    limits = replace(QUICK, timeout=0.4, retries=1)
    with raw_server(drip) as base:
        started = time.monotonic()
        verdict = asked(openai_finding(), base, limits)
    assert said(verdict) == ("unknown", "network")
    assert "in time" in str(verdict.detail)
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.1 99999 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 40000,
    ],
)
def test_disconnects_and_other_languages(answer: bytes) -> None:
    """Whatever comes instead of an answer is unknown, after three tries."""
    tries: list[int] = []

    def behave(peer: socket.socket, _request: bytes) -> None:
        tries.append(1)
        peer.sendall(answer)

    with raw_server(behave) as base:
        assert said(asked(openai_finding(), base)) == ("unknown", "network")
    assert len(tries) == 3


def test_redirects_are_not_followed(httpserver: HTTPServer) -> None:
    """The key is not carried to where a captive portal points."""
    with HTTPServer(host="127.0.0.1") as other:
        other.expect_request("/v1/models").respond_with_json(LIST)
        for status in (301, 302, 303, 307, 308):
            httpserver.clear()
            httpserver.expect_request("/v1/models").respond_with_data(
                "", status, {"Location": other.url_for("/v1/models")}
            )
            verdict = asked(openai_finding(), httpserver.url_for(""))
            assert said(verdict) == ("unknown", "redirected")
        assert other.log == []


def test_429_then_an_answer(httpserver: HTTPServer) -> None:
    """Retry-After is honoured."""
    busy = {"error": {"code": "rate_limit_exceeded"}}
    httpserver.expect_ordered_request("/v1/models").respond_with_json(
        busy, 429, {"Retry-After": "1"}
    )
    httpserver.expect_ordered_request("/v1/models").respond_with_json(DEAD, 401)
    started = time.monotonic()
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("dead", "invalid_key")
    assert time.monotonic() - started >= 1


def test_429_with_a_long_wait_is_not_waited_for(httpserver: HTTPServer) -> None:
    """A server cannot make us sleep for an hour; what it said so far counts."""
    busy = {"error": {"code": "rate_limit_exceeded"}}
    httpserver.expect_request("/v1/models").respond_with_json(busy, 429, {"Retry-After": "3600"})
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("live", "rate_limited")
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 503, 529])
def test_5xx_is_tried_three_times(httpserver: HTTPServer, status: int) -> None:
    """Then it is the issuer's trouble, and says nothing about the key."""
    httpserver.expect_request("/v1/models").respond_with_data("oops", status)
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("unknown", "server_error")
    assert len(httpserver.log) == 3


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_clear_answer_is_not_asked_for_again(httpserver: HTTPServer, status: int) -> None:
    """One request is enough; and no money is an answer, though its status is 429."""
    httpserver.expect_request("/v1/models").respond_with_json({}, status)
    assert asked(openai_finding(), httpserver.url_for("")).liveness is Liveness.UNKNOWN
    httpserver.clear()
    spent = {"error": {"code": "insufficient_quota"}}
    httpserver.expect_request("/v1/models").respond_with_json(spent, 429)
    assert said(asked(openai_finding(), httpserver.url_for(""))) == ("live", "quota_exhausted")
    assert len(httpserver.log) == 1


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


def test_an_unreachable_host_is_waited_for_once() -> None:
    """A hundred keys do not wait a hundred times for a host that is not there."""
    found = [openai_finding() for _ in range(100)]
    base = f"http://127.0.0.1:{free_port()}"
    started = time.monotonic()
    judged, _ = verify(found, endpoints={"openai": base}, limits=QUICK)
    assert {said(one.verdict) for one in judged} == {("unknown", "network")}
    assert {str(one.verdict.detail) for one in judged} == {"127.0.0.1 refused the connection"}
    assert time.monotonic() - started < 5


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
