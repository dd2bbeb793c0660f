"""Findings in, findings with verdicts out: each distinct key is asked about once.

Only built-in addresses are asked (or the user's own ``--endpoint``), and only the issuer that
evidence names: trying every vendor would hand the key to strangers.
"""

import asyncio  # noqa: TID253 - this module is imported when the user asks to verify
import logging
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from keyscan.endpoints import address
from keyscan.model import Confidence, Finding, Liveness, Message, Verdict, msg
from keyscan.network import SetupError, proxy_for, tls_context
from keyscan.probe import Limits, Outcome, Question, ask, sendable
from keyscan.provider import Probe
from keyscan.providers import all_providers, rules
from keyscan.verdict import Judgement

Progress = Callable[[int, int], None]


def verify(
    findings: Sequence[Finding],
    *,
    endpoints: Mapping[str, str] | None = None,
    on_progress: Progress | None = None,
    limits: Limits | None = None,
) -> tuple[tuple[Finding, ...], tuple[Message, ...]]:
    """The findings in their order, each with a verdict, and notices about the run.

    ``endpoints`` (see ``endpoints.parse``) replace addresses by provider id. ``on_progress``
    gets how many of how many keys are done. Trouble with the network is a verdict, never an
    exception; an interrupt passes through after the connections are closed.
    """
    tls = cache(tls_context)  # read once a run, and only if something is asked over https
    plans = [_plan(one, endpoints or {}, tls) for one in findings]
    asked = [plan for plan in plans if plan.questions]
    with _silent_logs():
        answers = iter(asyncio.run(_ask_all(asked, limits or Limits(), on_progress)))
    done = [next(answers) if plan.questions else plan.verdict for plan in plans]
    judged = tuple(
        replace(finding, verdict=verdict) for finding, verdict in zip(findings, done, strict=True)
    )
    return judged, _notices(asked, endpoints or {})


class _Plan(NamedTuple):
    """What to ask about one finding, or the verdict without asking."""

    finding: Finding
    verdict: Verdict
    questions: tuple[Question, ...] = ()


def _plan(
    finding: Finding, endpoints: Mapping[str, str], tls: Callable[[], ssl.SSLContext]
) -> _Plan:
    unchecked = _not_asked(finding)
    if unchecked is not None:
        return _Plan(finding, Verdict(Liveness.UNCHECKED, "no_probe", unchecked))
    if not sendable(finding.secret.reveal()):
        detail = msg("it holds characters that cannot stand in a request")
        return _Plan(finding, Verdict(Liveness.UNCHECKED, "not_sendable", detail))
    base = endpoints.get(finding.provider)
    asked = {address(one.url, base): one for one in probes_of(finding)}
    try:
        questions = tuple(_question(probe, url, tls) for url, probe in asked.items())
    except SetupError as error:
        return _Plan(finding, Verdict(Liveness.UNKNOWN, "network", error.message))
    return _Plan(finding, Verdict(), questions)


def _not_asked(finding: Finding) -> Message | None:
    """Why there is nobody to ask, or None."""
    if finding.confidence is Confidence.NOTE:
        return msg("no key stands here yet: there is nothing to ask")
    if finding.provider == "unknown":
        return msg(
            "nothing says whose key this is, and keyscan does not hand it to strangers;"
            " if you know, run: keyscan verify --provider NAME"
        )
    if not probes_of(finding):
        return msg(
            "no free and harmless request is known that tells whether this kind of {provider}"
            " key is live; look at its console",
            provider=_name_of(finding.provider),
        )
    return None


def _name_of(provider_id: str) -> str:
    provider = all_providers().get(provider_id)
    return provider.name if provider else provider_id


def probes_of(finding: Finding) -> tuple[Probe, ...]:
    """The provider's probes for this kind of key."""
    provider = all_providers().get(finding.provider)
    rule = rules().get(finding.rule)
    kind = rule.kind if rule else "api-key"
    return tuple(one for one in provider.probes if kind in one.kinds) if provider else ()


def _question(probe: Probe, url: str, tls: Callable[[], ssl.SSLContext]) -> Question:
    return Question(probe, url, proxy_for(url), tls() if url.startswith("https:") else None)


async def _ask_all(
    plans: Sequence[_Plan], limits: Limits, on_progress: Progress | None
) -> list[Verdict]:
    gate = asyncio.Semaphore(limits.at_once)
    unreachable: dict[str, Judgement] = {}
    done = 0

    async def one(plan: _Plan) -> Verdict:
        nonlocal done
        async with gate:
            judgement = _weighed(plan.finding, await _ask_in_turn(plan, limits, unreachable))
        done += 1
        if on_progress:
            on_progress(done, len(plans))
        return Verdict(*judgement, checked_at=_now())

    return await asyncio.gather(*map(one, plans))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def _ask_in_turn(plan: _Plan, limits: Limits, unreachable: dict[str, Judgement]) -> Judgement:
    """Live or dormant anywhere settles it; dead only if every region says so."""
    heard: list[Judgement] = []
    for question in plan.questions:
        host = urlsplit(question.url).netloc
        if host in unreachable:  # its trouble is not the key's: do not wait for it again
            heard.append(unreachable[host])
            continue
        outcome: Outcome = await ask(plan.finding.secret.reveal(), question, limits)
        if outcome.host:
            unreachable[host] = outcome.judgement
        if outcome.judgement.liveness in (Liveness.LIVE, Liveness.DORMANT):
            return outcome.judgement
        heard.append(outcome.judgement)
    unknown = [one for one in heard if one.liveness is not Liveness.DEAD]
    return unknown[0] if unknown else heard[0]


def _weighed(finding: Finding, judgement: Judgement) -> Judgement:
    """A vendor that does not know a key which was only guessed to be its own proves nothing."""
    if judgement.liveness is not Liveness.DEAD or not _guessed(finding):
        return judgement
    detail = msg(
        "{name} does not know it, but it may be another issuer's; if you are sure whose it is,"
        " run: keyscan verify --provider {provider}",
        name=_name_of(finding.provider),
        provider=finding.provider,
    )
    return Judgement(Liveness.UNKNOWN, "issuer_uncertain", detail)


def _guessed(finding: Finding) -> bool:
    """Whether the key's form does not name its issuer and the evidence around it is not strong."""
    rule = rules().get(finding.rule)
    key = finding.secret.reveal().encode()
    marked = rule is not None and any(literal in key for literal in rule.literals)
    return not marked and finding.confidence is not Confidence.HIGH


def _notices(asked: Sequence[_Plan], endpoints: Mapping[str, str]) -> tuple[Message, ...]:
    """Each once: proxies, replaced addresses, and what asking leaves behind at the issuer."""
    found: dict[Message, None] = {}
    for plan in asked:
        provider = plan.finding.provider
        if provider in endpoints:
            note = msg(
                "{provider} was asked at {url}, not at its own address",
                provider=_name_of(provider),
                url=endpoints[provider],
            )
            found[note] = None
        for question in plan.questions:
            if question.proxy:
                note = msg(
                    "keys are verified through the proxy {proxy}", proxy=question.proxy.shown
                )
                found[note] = None
            if question.probe.notice:
                found[question.probe.notice] = None
    return tuple(found)


@contextmanager
def _silent_logs() -> Iterator[None]:
    """At debug level the HTTP libraries log headers, and error answers echo keys."""
    names = [
        name
        for name in logging.root.manager.loggerDict
        if name.split(".")[0] in ("httpx", "httpcore", "asyncio", "anyio")
    ]
    loggers = [logging.getLogger(name) for name in {*names, "httpx", "httpcore"}]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
