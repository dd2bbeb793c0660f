"""Google Gemini: ``AIza`` keys, which Maps and Firebase use too, and AI Studio's newer ``AQ.``.

Keys in a Firebase configuration or for Maps stand in public pages by design and are left alone,
unless their name says Gemini.
"""

import re

from keyscan.answers import (
    accepted,
    blocked,
    ip_limited,
    rate_limited,
    refused,
    region_blocked,
    restricted,
)
from keyscan.context import name_before
from keyscan.model import Confidence, Match, msg
from keyscan.provider import Pages, Probe, Provider, Rule, starts_clear, token
from keyscan.shape import glued_right, looks_random

_BODY = re.compile(rb"AIza[A-Za-z0-9_-]{35}")
_OURS = re.compile(rb"gemini|google_?ai|google_?gen|genai|generativelanguage|palm|aistudio", re.I)
_PUBLIC_NAME = re.compile(r"firebase|maps|places|youtube|recaptcha|fcm|gcm|current_key", re.I)
_PUBLIC = re.compile(
    rb"authDomain|messagingSenderId|mobilesdk_app_id|firebaseapp\.com|firebaseConfig"
    rb"|maps\.googleapis\.com|google_crash_reporting|GoogleService-Info",
    re.I,
)
_REACH = 400


def _match(data: bytes, at: int) -> Match | None:
    found = _BODY.match(data, at)
    if found is None or not starts_clear(data, at):
        return None
    end = found.end()
    if not looks_random(found.group()[4:].decode()):
        return None
    name = name_before(data, at)
    ours = _OURS.search(name.encode())
    around = data[max(0, at - _REACH) : at] + b"\n" + data[end : end + _REACH]
    if not ours and (_PUBLIC_NAME.search(name) or _PUBLIC.search(around)):
        return None
    evidence = [msg("form {form}", form="AIza")]
    sure = Confidence.MEDIUM
    if ours or _OURS.search(around):
        sure, evidence = Confidence.HIGH, [*evidence, msg("Gemini context")]
    if glued_right(data, end):
        sure, evidence = sure.lowered(), [*evidence, msg("text follows without a break")]
    return Match(at, end, sure, tuple(evidence))


_ANSWERS = (
    accepted("models"),
    refused(400, code=("API_KEY_INVALID",)),
    ip_limited(403, code=("API_KEY_IP_ADDRESS_BLOCKED",)),
    restricted(
        403,
        code=(
            "API_KEY_HTTP_REFERRER_BLOCKED",
            "API_KEY_ANDROID_APP_BLOCKED",
            "API_KEY_IOS_APP_BLOCKED",
            "API_KEY_SERVICE_BLOCKED",
            "SERVICE_DISABLED",
        ),
    ),
    blocked("blocked", msg("Google knows it, and blocks it as leaked"), 403, text="as leaked"),
    region_blocked(400, text="location is not supported"),
    rate_limited("RESOURCE_EXHAUSTED"),
)

PROVIDER = Provider(
    id="google",
    name="Google Gemini",
    pages=Pages(
        keys="https://aistudio.google.com/apikey",
        usage="https://aistudio.google.com/usage",
        billing="https://console.cloud.google.com/billing",
    ),
    rules=(
        Rule("google-api-key", "AIza", (b"AIza",), _match),
        token(
            "google-auth-key",
            "AQ.A",
            "[A-Za-z0-9_-]{49}",
            prefix="AQ.",
            kind="auth",
            clear_left=True,
            random=True,
        ),
    ),
    words=("google", "gemini", "palm"),
    hosts=("generativelanguage.googleapis.com", "aistudio.google.com"),
    modules=("google.genai", "google.generativeai", "@google/genai"),
    probes=(
        Probe(
            "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
            _ANSWERS,
            "x-goog-api-key",
            kinds=("api-key", "auth"),
        ),
    ),
)
