"""Recorded traffic and request collections: HAR files and Postman's, as tools write them."""

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

import keys
from keyscan.model import Blob, Confidence
from keyscan.pipeline import scan
from keyscan.secret import Secret

Json = dict[str, Any]
HOST = "https://api.openai.com/v1/chat/completions"


def har(entry: Json) -> Json:
    """A browser's export with an ordinary entry around the one that matters."""
    plain = {
        "startedDateTime": "2026-01-02T03:04:05.678Z",
        "time": 12.5,
        "request": {
            "method": "GET",
            "url": "https://example.org/style.css",
            "httpVersion": "http/2.0",
            "headers": [{"name": "user-agent", "value": "Mozilla/5.0 (X11; Linux x86_64)"}],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "content": {
                "size": 40,
                "mimeType": "image/png",
                "text": base64.b64encode(bytes(range(90))).decode(),
                "encoding": "base64",
            },
        },
        "cache": {},
        "timings": {"send": 0.1, "wait": 10, "receive": 2.4},
    }
    pages = [{"startedDateTime": "2026-01-02T03:04:05.600Z", "id": "page_1", "title": "x"}]
    creator = {"name": "WebInspector", "version": "537.36"}
    return {
        "log": {
            "version": "1.2",
            "creator": creator,
            "pages": pages,
            "entries": [plain, {**plain, **entry}, plain],
        }
    }


def request(**fields: object) -> Json:
    return har({"request": {"method": "POST", "url": HOST, **fields}})


def answer(text: str, **fields: object) -> Json:
    return har({"response": {"status": 200, "content": {"text": text, **fields}}})


def collection(item: Json, **fields: object) -> Json:
    """A Postman collection, format 2.1."""
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    info = {"_postman_id": keys.uuid4(), "name": "Chat", "schema": schema}
    return {"info": info, "item": [{"name": "folder", "item": [item]}], **fields}


def call(**fields: object) -> Json:
    url = {"raw": HOST, "protocol": "https", "host": ["api", "openai", "com"], "path": ["v1"]}
    return {"name": "ask", "request": {"method": "POST", "url": url, **fields}, "response": []}


def script(*lines: str) -> Json:
    event = {"listen": "prerequest", "script": {"type": "text/javascript", "exec": list(lines)}}
    return {"name": "ask", "event": [event], "request": {"method": "GET", "url": HOST}}


PLACES: dict[str, tuple[str, Callable[[str], Json]]] = {
    "header": (
        "a.har",
        lambda k: request(headers=[{"name": "Authorization", "value": f"Bearer {k}"}]),
    ),
    "own header": ("a.har", lambda k: request(headers=[{"name": "api-key", "value": k}])),
    "query": ("a.har", lambda k: request(queryString=[{"name": "api_key", "value": k}])),
    "address": ("a.har", lambda k: har({"request": {"url": f"{HOST}?api_key={k}&model=x"}})),
    "body": (
        "a.har",
        lambda k: request(
            postData={"mimeType": "application/json", "text": json.dumps({"api_key": k})}
        ),
    ),
    "body in a body": (
        "a.har",
        lambda k: request(postData={"text": json.dumps({"m": json.dumps({"api_key": k})})}),
    ),
    "form": (
        "a.har",
        lambda k: request(
            postData={
                "mimeType": "application/x-www-form-urlencoded",
                "text": f"api_key={k.replace('-', '%2D')}&x=1",
            }
        ),
    ),
    "cookie": ("a.har", lambda k: request(cookies=[{"name": "openai_key", "value": k}])),
    "answer": ("a.har", lambda k: answer(json.dumps({"token": k}))),
    "base64 answer": (
        "a.har",
        lambda k: answer(
            base64.b64encode(json.dumps({"api_key": k, "pad": "x" * 40}).encode()).decode(),
            encoding="base64",
        ),
    ),
    "gzipped answer": (
        "a.har",
        lambda k: answer(
            base64.b64encode(gzip.compress(f'{{"api_key": "{k}"}}'.encode())).decode(),
            encoding="base64",
        ),
    ),
    "stream": ("a.har", lambda k: answer(f'data: {{"delta": "{k}"}}\n\ndata: [DONE]\n\n')),
    "socket": (
        "a.har",
        lambda k: har(
            {"_webSocketMessages": [{"type": "send", "opcode": 1, "data": json.dumps({"key": k})}]}
        ),
    ),
    "bearer": (
        "a.postman_collection.json",
        lambda k: collection(
            call(
                auth={
                    "type": "bearer",
                    "bearer": [{"key": "token", "value": k, "type": "string"}],
                }
            )
        ),
    ),
    "auth of all": (
        "a.postman_collection.json",
        lambda k: collection(
            call(),
            auth={
                "type": "apikey",
                "apikey": [
                    {"key": "value", "value": f"Bearer {k}", "type": "string"},
                    {"key": "key", "value": "Authorization", "type": "string"},
                ],
            },
        ),
    ),
    "postman header": (
        "a.postman_collection.json",
        lambda k: collection(
            call(header=[{"key": "Authorization", "value": f"Bearer {k}", "type": "text"}])
        ),
    ),
    "raw body": (
        "a.postman_collection.json",
        lambda k: collection(
            call(body={"mode": "raw", "raw": '{\r\n    "api_key": "' + k + '"\r\n}'})
        ),
    ),
    "script": (
        "a.postman_collection.json",
        lambda k: collection(script(f'pm.environment.set("OPENAI_API_KEY", "{k}");\r')),
    ),
    "script in parts": (
        "a.postman_collection.json",
        lambda k: collection(script(f'const key = "{k[:30]}" +\r', f'    "{k[30:]}";\r')),
    ),
    "variable": (
        "a.postman_collection.json",
        lambda k: collection(call(), variable=[{"key": "openai_key", "value": k}]),
    ),
    "environment": (
        "a.postman_environment.json",
        lambda k: {
            "id": keys.uuid4(),
            "name": "Production",
            "values": [
                {"key": "base_url", "value": HOST, "enabled": True},
                {"key": "OPENAI_API_KEY", "value": k, "type": "secret", "enabled": True},
            ],
            "_postman_variable_scope": "environment",
        },
    ),
    "saved answer": (
        "a.postman_collection.json",
        lambda k: collection(
            {**call(), "response": [{"name": "200", "body": json.dumps({"key": k}, indent=4)}]}
        ),
    ),
    "export of all": (
        "Backup.postman_dump.json",
        lambda k: {"version": 1, "collections": [{"variables": [{"key": "k", "value": k}]}]},
    ),
}


@pytest.mark.parametrize("indent", [None, 2, "\t"])
@pytest.mark.parametrize("form", ["proj-74", "legacy"])
@pytest.mark.parametrize("place", PLACES)
def test_a_key_is_found_once_and_whole(place: str, form: str, indent: int | str | None) -> None:
    path, build = PLACES[place]
    key = keys.openai_key(form)

    report = scan([Blob(path, json.dumps(build(key), indent=indent).encode())])

    (one,) = report.findings
    assert Secret(key, "").fingerprint == one.secret.fingerprint
    assert (one.provider, len(one.locations)) == ("openai", 1)
    assert one.confidence is not Confidence.NOTE
    assert report.gaps == ()


@pytest.mark.parametrize("form", ["header", "bearer", "environment", "raw body"])
def test_without_a_key_there_is_nothing(form: str) -> None:
    path, build = PLACES[form]

    for value in ("{{OPENAI_API_KEY}}", "", "••••••••", "undefined"):
        report = scan([Blob(path, json.dumps(build(value)).encode())])
        assert [one for one in report.findings if one.confidence is not Confidence.NOTE] == []


@pytest.mark.parametrize("place", ["bearer", "postman header", "environment", "header"])
def test_a_key_of_another_issuer_is_known_by_its_host(place: str) -> None:
    """The shape is shared by vendors; the address stands in the same request."""
    path, build = PLACES[place]
    key = "sk-" + keys.hexes(32)
    text = json.dumps(build(key)).replace("api.openai.com", "api.deepseek.com")
    text = text.replace('["api", "openai", "com"]', '["api", "deepseek", "com"]')
    text = text.replace("OPENAI_API_KEY", "api_key")

    (one,) = scan([Blob(path, text.encode())]).findings

    assert (one.provider, one.secret.redacted[-4:]) == ("deepseek", key[-4:])
