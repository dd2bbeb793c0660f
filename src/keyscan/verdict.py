"""An issuer's reply → what it says about the key. Pure: no network, no clock.

Nothing of a reply ever gets into the result: error bodies and headers echo keys.
"""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from keyscan.model import Liveness, Message, msg
from keyscan.provider import Answer


class Reply(NamedTuple):
    """What came back. ``body`` is decompressed and cut at 64 KiB; ``cut`` says that it was."""

    status: int
    body: bytes = b""
    content_type: str = ""
    cut: bool = False


class Judgement(NamedTuple):
    """A verdict without its time."""

    liveness: Liveness
    reason: str
    detail: Message


def judge(reply: Reply, answers: Iterable[Answer]) -> Judgement:
    """The first line of the issuer's table that fits; without one, what is certain anyway.

    A body that is not JSON is never compared with the table: captive portals, block pages and
    challenges answer with every status, including 200 and 401.
    """
    document = document_of(reply)
    if document is not None:
        for answer in answers:
            if _fits(answer, reply.status, document):
                return Judgement(answer.liveness, answer.reason, answer.detail)
    return _fallback(reply, document is not None)


def _fits(answer: Answer, status: int, document: object) -> bool:
    if answer.status and status not in answer.status:
        return False
    if answer.code and not codes_of(document) & set(answer.code):
        return False
    if answer.has and not _has(document, answer.has):
        return False
    return not answer.text or answer.text.lower() in _text_of(document)


def _fallback(reply: Reply, is_json: bool) -> Judgement:
    status = reply.status
    if 300 <= status < 400:
        detail = msg("a redirect came back; keyscan does not follow it with a key in hand")
        reason = "redirected"
    elif status == 407:
        reason, detail = "network", msg("the proxy wants a user name and password (407)")
    elif status == 511 or (status == 200 and not is_json):
        detail = msg("a web page came back instead of the issuer's answer: sign in to the network")
        reason = "captive_portal"
    elif status in (408, 425) or status >= 500:
        reason = "server_error"
        detail = msg(
            "the issuer has trouble of its own (status {status}); try later", status=status
        )
    elif not is_json:
        reason = "not_the_issuer"
        detail = msg(
            "something between here and the issuer answered (status {status})", status=status
        )
    elif status == 429:
        reason, detail = "rate_limited", msg("too many requests from here; try later")
    else:
        reason = "unrecognised"
        detail = msg("the answer (status {status}) says nothing about the key", status=status)
    return Judgement(Liveness.UNKNOWN, reason, detail)


def document_of(reply: Reply) -> object | None:
    """The body as JSON, or None. Of a cut body, what stands before the cut.

    Lists of models are longer than what is read; their shape shows in the first bytes.
    """
    text = reply.body.decode("utf-8-sig", "replace").strip()
    try:
        return _whole(text) if not reply.cut else _beginning(text)
    except (ValueError, RecursionError):
        return None


def _whole(text: str) -> object:
    document: object = json.loads(text)
    return document


class _Cut:
    """Stands for a value that the cut went through."""


def _beginning(text: str) -> object:
    """The complete top-level pairs of a cut object, or the first element of a cut array."""
    decoder = json.JSONDecoder()
    if text.startswith("["):
        return [decoder.raw_decode(text, _skip(text, 1))[0]]
    if not text.startswith("{"):
        raise ValueError("neither object nor array")
    pairs: dict[str, object] = {}
    at = 1
    while True:
        try:
            name, at = decoder.raw_decode(text, _skip(text, at))
            at = _after(text, at, ":")
        except ValueError:
            break
        pairs[str(name)] = _Cut()
        try:
            pairs[str(name)], at = decoder.raw_decode(text, _skip(text, at))
            at = _after(text, at, ",")
        except ValueError:
            break
    if not pairs:
        raise ValueError("no pair before the cut")
    return pairs


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


def _after(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(mark)
    return at + 1


def codes_of(document: object) -> set[str]:
    """The words by which a body names its error, wherever the vendors put them.

    ``error.code|type|status``, ``error.details[].reason`` (Google), top-level ``code`` and
    ``error`` (DashScope, xAI), ``detail.status`` (ElevenLabs), ``base_resp.status_code``
    (MiniMax). Numbers count as their digits.
    """
    if not isinstance(document, dict):
        return set()
    found = [document.get("code"), document.get("type"), document.get("error")]
    for name, keys in _CODE_PLACES.items():
        inner = document.get(name)
        if isinstance(inner, dict):
            found += [inner.get(key) for key in keys]
            details = inner.get("details")
            for one in details if isinstance(details, list) else ():
                found += [one.get("reason")] if isinstance(one, dict) else []
    return {str(one) for one in found if isinstance(one, str | int) and not isinstance(one, bool)}


_CODE_PLACES: Mapping[str, tuple[str, ...]] = {
    "error": ("code", "type", "status"),
    "detail": ("status", "code", "type"),
    "base_resp": ("status_code",),
}


def _has(document: object, condition: str) -> bool:
    path, _, wanted = condition.partition("=")
    value = document
    for step in path.split("."):
        if step == "[]" and isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False
    if not wanted:
        return True
    return value == wanted if isinstance(value, str) else _literal(value) == wanted


def _literal(value: object) -> str:
    """``true``, ``false``, ``null``, numbers; containers match nothing."""
    return json.dumps(value) if isinstance(value, bool | int | float) or value is None else ""


def _text_of(document: object) -> str:
    """The whole body in lower case, its escapes resolved."""
    if isinstance(document, dict) and any(isinstance(one, _Cut) for one in document.values()):
        document = {name: one for name, one in document.items() if not isinstance(one, _Cut)}
    return json.dumps(document, ensure_ascii=False).lower()
