"""Any key, behind any chain of up to three encodings, in any text: found whole, or a clean end."""

import base64
import binascii
import gzip
import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import keys
from keyscan.decoders import all_decoders, decode
from keyscan.model import Blob, Gap, View
from keyscan.pipeline import scan
from keyscan.secret import Secret

QUICK = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def _each(form: str) -> Callable[[bytes], bytes]:
    return lambda raw: "".join(form % byte for byte in raw).encode()


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "base64url": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="),
    "base64 in lines": base64.encodebytes,
    "hex": binascii.hexlify,
    "HEX": lambda raw: binascii.hexlify(raw).upper(),
    "percent": _each("%%%02X"),
    "percent, what must be": lambda raw: quote(raw).encode(),
    "unicode escapes": _each("\\u%04x"),
    "hex escapes": _each("\\x%02x"),
    "octal escapes": _each("\\%03o"),
    "json": lambda raw: json.dumps({"text": raw.decode("latin-1")}).encode(),
    "html": lambda raw: html.escape(raw.decode("latin-1")).encode("latin-1"),
    "html numbers": _each("&#%d;"),
    "html hex numbers": _each("&#x%x;"),
    "utf-16": lambda raw: raw.decode("latin-1").encode("utf-16-le"),
}
PIECES = [
    keys.MARKER.encode(),
    b"T3Bl",
    b"sk-proj-",
    b"%3",
    b"\\u003",
    b"\x1f\x8b\x08",
    b"115,",
    b"&#",
]
# Text as it stands around keys; a key character next to an encoded run only shifts it.
WORDS = st.text("abc XYZ019 \n\t=:;,.'\"(){}[]<>/#$", max_size=60).map(str.encode)


@QUICK
@given(
    st.sampled_from(sorted(keys.OPENAI_FORMS)),
    st.lists(st.sampled_from(sorted(ENCODINGS)), min_size=1, max_size=3),
    st.lists(st.tuples(WORDS, WORDS), min_size=4, max_size=4),
)
def test_any_chain_of_encodings(
    form: str, chain: list[str], around: list[tuple[bytes, bytes]]
) -> None:
    key = keys.openai_key(form)
    expected = Secret(key, "").fingerprint
    content = around[0][0] + b" " + key.encode() + b" " + around[0][1]
    for name, (before, after) in zip(chain, around[1:], strict=False):
        content = before + b" " + ENCODINGS[name](content) + b" " + after
    report = scan([Blob("any.txt", content)])
    assert expected in {one.secret.fingerprint for one in report.findings}
    assert {"openai"} == {one.provider for one in report.findings}
    assert report.gaps == ()


@QUICK
@given(st.binary(max_size=3000), st.sampled_from(PIECES), st.binary(max_size=3000))
def test_any_bytes_have_an_end(before: bytes, piece: bytes, after: bytes) -> None:
    data = before + piece + after
    for view in decode([Blob("any.bin", data)]):
        if isinstance(view, View):
            assert len(view.data) <= 8 * len(data) + (2 << 20)
            if view.at is not None and view.data:
                offsets = (0, len(view.data) // 2, len(view.data) - 1)
                assert all(0 <= view.at(at) <= len(view.blob.data) for at in offsets)


def _nested(levels: int) -> bytes:
    text = keys.openai_key()
    for _ in range(levels):
        text = json.dumps(text)
    return text.encode()


HEAVY: dict[str, Callable[[], bytes]] = {
    "markers": lambda: b"T3BlbkFJ " * 60_000,
    "one line of broken keys": lambda: b'"sk-proj-" + "T3BlbkFJ" + ' * 20_000,
    "one line of base64": lambda: base64.b64encode(bytes(range(256))) * 25_000,
    "base64 of base64": lambda: base64.b64encode(base64.b64encode(b"some text, " * 200_000)),
    "strings": lambda: b'"\\"a\\"" ' * 1_000_000,
    "JSON strings around a piece": lambda: b'{"a":"{\\"b\\":\\"T3Bl\\"}"}\n' * 10_000,
    "quotes": lambda: b"T3Bl" + b'a"' * 1_000_000,
    "escapes": lambda: b"\\x31" * 300_000,
    "entities": lambda: b"&#51;" * 200_000,
    "percents": lambda: b"%33" * 300_000,
    "numbers": lambda: b"115, " * 200_000,
    "NULs": lambda: bytes(10_000_000),
    "UTF-16 text": lambda: ("one two three\n" * 300_000).encode("utf-16-le"),
    "backslashes": lambda: b"\\" * 5_000_000 + b"u003",
    "names": lambda: b'P = "sk-proj-"\nk = P + "T3BlbkFJ"\n' * 10_000,
    "spaces": lambda: b"T3Bl" + b"x \n" * 2_000_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_time_is_linear(name: str) -> None:
    data = HEAVY[name]()
    half = data[: len(data) // 2]
    small, large = _seconds(half), _seconds(data)
    assert large < 3.5 * small + 1, f"{large:.2f} s for {len(data)} bytes, {small:.2f} s for half"


def _seconds(data: bytes) -> float:
    started = time.process_time()
    for _ in decode([Blob("big.txt", data)]):
        pass
    return time.process_time() - started


def test_a_key_escaped_again_and_again() -> None:
    for levels in range(1, 9):
        assert len(scan([Blob("nested.jsonl", _nested(levels))]).findings) == 1


def test_what_is_too_much_is_a_gap() -> None:
    bomb = base64.b64encode(gzip.compress(bytes(20_000_000)))
    gaps = [one for one in decode([Blob("bomb.txt", bomb)]) if isinstance(one, Gap)]
    assert [one.reason for one in gaps] == ["decoder-limit"]


def test_a_decoded_key_stands_where_its_encoding_stands() -> None:
    key = keys.openai_key()
    text = "first: 1\nsecond: " + base64.b64encode(b"user:" + key.encode()).decode()
    (finding,) = scan([Blob("s.yaml", text.encode())]).findings
    (place,) = finding.locations
    assert (place.line, place.decoded) == (2, ("base64",))
    assert 9 <= place.column <= 9 + 8


def test_every_decoder_says_its_name_once() -> None:
    names = [one.name for one in all_decoders()]
    assert len(names) == len(set(names)) >= 15
