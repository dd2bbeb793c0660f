"""One key, one question: the request, its retries, and the reading of what comes back."""

import asyncio  # noqa: TID253 - only verification imports this module, and late
import random
import re
import ssl
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

import httpx  # noqa: TID253 - the same

from keyscan import __version__
from keyscan.model import Liveness
from keyscan.network import Proxy, trouble
from keyscan.provider import Probe
from keyscan.verdict import Judgement, Reply, judge

_SENDABLE = re.compile(r"[\x21-\x7e]{1,4096}")


@dataclass(frozen=True, slots=True)
class Limits:
    """``timeout`` and ``longest_wait`` in seconds, ``body`` in bytes, ``retries`` after the first
    try, ``at_once`` keys at a time; ``pause`` is the first wait before a retry, in seconds."""

    timeout: float = 10.0
    retries: int = 2
    pause: float = 0.5
    longest_wait: float = 20.0
    at_once: int = 4
    body: int = 65536


class Question(NamedTuple):
    """A probe at the address where it is really asked."""

    probe: Probe
    url: str
    proxy: Proxy | None = None
    tls: ssl.SSLContext | None = None  # None for plain http


class Outcome(NamedTuple):
    """``again`` asks for another try, after ``wait`` seconds if the server named a time.
    ``host`` says that the host, not the key, is the trouble."""

    judgement: Judgement
    again: bool = False
    wait: float | None = None
    host: bool = False


def sendable(key: str) -> bool:
    """Whether a key can stand in a header: a line break would let it write headers of its own."""
    return _SENDABLE.fullmatch(key) is not None


async def ask(key: str, question: Question, limits: Limits) -> Outcome:
    """What the issuer says about a sendable key. Never raises for what the network does."""
    outcome = await _once(key, question, limits)
    for attempt in range(limits.retries):
        wait = outcome.wait if outcome.wait is not None else _pause(attempt, limits)
        if not outcome.again or wait > limits.longest_wait:
            break
        await asyncio.sleep(wait)
        outcome = await _once(key, question, limits)
    return outcome


def _pause(attempt: int, limits: Limits) -> float:
    """Doubling, with jitter so that keys which failed together do not come back together."""
    return limits.pause * (1 << attempt) * random.uniform(0.75, 1.5)  # noqa: S311 - no secret


async def _once(key: str, question: Question, limits: Limits) -> Outcome:
    try:
        async with asyncio.timeout(limits.timeout):  # httpx counts each read anew: a drip lasts
            return await _request(key, question, limits)
    except Exception as error:
        found = trouble(error, urlsplit(question.url).hostname or "")
        judgement = Judgement(Liveness.UNKNOWN, "network", found.detail)
        return Outcome(judgement, again=found.again, host=found.host)


async def _request(key: str, question: Question, limits: Limits) -> Outcome:
    headers = _headers(key, question.probe)
    # A client per key: no cookie and no connection lets an issuer link one key to the next.
    async with (
        _client(question, limits) as client,
        client.stream("GET", question.url, headers=headers) as response,
    ):
        body, cut = await _read(response, limits.body)
        kind = response.headers.get("content-type", "")
        judgement = judge(Reply(response.status_code, body, kind, cut), question.probe.answers)
        return Outcome(
            judgement,
            again=_worth_another_try(response.status_code, judgement),
            wait=retry_after(response.headers),
        )


def _client(question: Question, limits: Limits) -> httpx.AsyncClient:
    tls = question.tls or False  # plain http needs no certificates, and reading them takes time
    proxy = question.proxy
    return httpx.AsyncClient(
        verify=tls,
        proxy=httpx.Proxy(proxy.url, ssl_context=_for_proxy(proxy, question)) if proxy else None,
        trust_env=False,  # ``network`` has read the environment
        follow_redirects=False,
        timeout=limits.timeout,
    )


def _for_proxy(proxy: Proxy, question: Question) -> ssl.SSLContext | None:
    return question.tls if proxy.url.startswith("https:") else None


def _headers(key: str, probe: Probe) -> dict[str, str]:
    """No organization, no project: a mismatch turns a live key into a 401."""
    headers = {
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": f"keyscan/{__version__}",
        **dict(probe.headers),
    }
    if probe.auth == "bearer":
        return {**headers, "authorization": f"Bearer {key}"}
    return {**headers, probe.auth: key}


class _Inflate(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


async def _read(response: httpx.Response, limit: int) -> tuple[bytes, bool]:
    """At most ``limit`` bytes, before and after decompression, and whether there was more.

    httpx would inflate a whole chunk at once: 64 KiB on the wire can be 64 MiB.
    """
    inflate = _inflater(response.headers.get("content-encoding", ""))
    raw, body = 0, b""
    async for chunk in response.aiter_raw():
        raw += len(chunk)
        with suppress(zlib.error):  # not what its header says: then it is no JSON either
            body += inflate.decompress(chunk, limit + 1 - len(body)) if inflate else chunk
        if len(body) > limit or raw > limit:
            return body[:limit], True
    return body, False


def _inflater(encoding: str) -> _Inflate | None:
    """We ask for ``identity``; some gateways compress all the same."""
    if encoding.strip().lower() in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(wbits=47)  # gzip or zlib, by its header
    return None


def _worth_another_try(status: int, judgement: Judgement) -> bool:
    """A 429 that says "no credit" is an answer; one that says "too fast" is tried again."""
    if status == 429:
        return judgement.liveness is Liveness.UNKNOWN or judgement.reason == "rate_limited"
    return status == 408 or (status >= 500 and judgement.reason == "server_error")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from now, from a number or a date; None where there is none or it is nonsense."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
