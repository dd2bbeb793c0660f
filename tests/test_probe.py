"""One request against real servers on loopback, polite and otherwise."""

import gzip
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import keys
from keyscan.model import Liveness
from loopback import (
    QUICK,
    asked,
    finding,
    openai_finding,
    raw_server,
    said,
)

LIST = {"object": "list", "data": []}
DEAD = {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided"}}


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
    one = openai_finding()
    tracemalloc.start()
    try:
        assert said(asked(one, httpserver.url_for(""))) == ("unknown", "captive_portal")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 << 20  # one read of the wire, inflated at once, would be 64 MB


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
