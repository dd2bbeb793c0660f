"""What the bulk reader passes over, the full program finds nothing in."""

import base64
import gzip
import hashlib
import time
import zlib
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts import CONTEXTS
from keys import NAMED_FORMS, OPENAI_FORMS, PROVIDER_FORMS, SHARED_FORMS, alnum, jwt, openai_key
from keyscan.buffers import Look
from keyscan.interest import Interest
from keyscan.model import Blob
from keyscan.pipeline import scan

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "base64": lambda text: base64.b64encode(text.encode()),
    "wrapped base64": lambda text: base64.encodebytes(text.encode()),
    "hex": lambda text: text.encode().hex().encode(),
    "upper hex": lambda text: text.encode().hex().upper().encode(),
    "base64 of hex": lambda text: base64.b64encode(text.encode().hex().encode()),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "base64 of gzip": lambda text: base64.b64encode(gzip.compress(text.encode())),
    "hex of zlib": lambda text: zlib.compress(text.encode()).hex().encode(),
    "percent": lambda text: b"".join(b"%%%02x" % byte for byte in text.encode()),
}


def judged(*pieces: bytes, interest: Interest | None = None) -> set[int]:
    """Which of the pieces are of interest when they stand in one buffer, as git writes them."""
    data, looks = b"", []
    for at, piece in enumerate(pieces):
        data += b"%s blob %d\n" % (hashlib.sha1(piece).hexdigest().encode(), len(piece))
        looks.append(Look(at, len(data), len(data) + len(piece)))
        data += piece + b"\n"
    return set((interest or Interest())(data, looks))


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_encoded_key_is_of_interest_and_its_neighbours_are_not(name: str) -> None:
    text = f"first line\napi_key = '{openai_key()}'\nlast line\n"
    encoded = ENCODINGS[name](text)
    assert scan([Blob("a", encoded)]).findings
    found = judged(b"clean\n", encoded, b"one more\n", b"clean\n")
    assert found - {2} == {1}  # where a run ends is known to four bytes
    indented = b"blob: |\n    " + encoded.replace(b"\n", b"\n    ")
    if scan([Blob("a", indented)]).findings:
        assert judged(indented) == {0}


def test_an_encoded_word_without_a_key_is_not_of_interest() -> None:
    word, key = "=?utf-8?q?=C3=A0=C3=A9_%s?=", openai_key().replace("_", "=5F").replace("-", "=2D")
    assert scan([Blob("a", f"Subject: {word % key}\n".encode())]).findings
    assert judged(*(f"Subject: {word % text}\n".encode() for text in ("a", key, "b"))) == {1}


def test_every_context_in_which_the_full_program_finds_a_key_is_of_interest() -> None:
    texts = []
    for _, build in CONTEXTS.values():
        made = build(openai_key())
        texts.append(made if isinstance(made, bytes) else made.encode())
    found = {at for at, text in enumerate(texts) if scan([Blob("a", text)]).findings}
    assert found
    assert found <= judged(*texts)


def test_ordinary_code_is_of_no_interest() -> None:
    code = (
        b"import os\n\nclient = Client(api_key=os.environ['OPENAI_API_KEY'])\n"
        b"path = 'com/example/some/long/path/of/a/package/that/has/many/parts/and/names'\n"
        b"digest = '" + bytes.hex(bytes(range(0xA0, 0xC0))).encode() + b"'\n"
    )
    assert judged(code, b"", b"task-force\n") == set()


def told(data: bytes) -> bool:
    """Whether the full program has anything to say."""
    report = scan([Blob("a", data)])
    return bool(report.findings or report.suppressed or report.gaps)


def assert_nothing_is_passed_over(texts: dict[str, bytes], interest: Interest) -> None:
    """In one buffer, as versions of a file whose other lines change, and once more."""
    wanted = {at for at, text in enumerate(texts.values()) if told(text)}
    assert wanted
    names = list(texts)
    for before, behind in ((b"", b""), (b"", b"\nlast = 1\n"), (b"first = 2\n", b"\n"), (b"", b"")):
        pieces = [before + text + behind for text in texts.values()]
        missed = wanted - judged(*pieces, interest=interest)
        assert [names[at] for at in missed if told(pieces[at])] == []


def everyday(key: str, name: str) -> dict[str, str]:
    """Texts that hold a key."""
    return {
        "assigned": f"{name} = '{key}'\n",
        "environment": f"export {name.upper()}={key}\n",
        "yaml": f"model: x\n{name}: {key}\nbase: https://api.example.com\n",
        "header": f"curl -H 'Authorization: Bearer {key}' https://api.example.com/v1/models\n",
    }


FORMS: dict[str, Callable[[], str]] = {
    **{f"openai {form}": partial(openai_key, form) for form in OPENAI_FORMS},
    **PROVIDER_FORMS,
    **NAMED_FORMS,
    **{f"shared {name}": form for name, form in SHARED_FORMS.items()},
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_form_of_key_is_passed_over_in_any_encoding(encoding: str) -> None:
    interest = Interest()
    texts = {}
    for form, build in FORMS.items():
        name = f"{form.split()[-1].split('-')[0]}_api_key"
        for way, text in everyday(build(), name).items():
            texts[f"{form} {way}"] = ENCODINGS[encoding](text)
    for start in range(0, len(texts), 40):  # the memory grows from one buffer to the next
        part = dict(list(texts.items())[start : start + 40])
        assert_nothing_is_passed_over(part, interest)


@pytest.mark.parametrize("form", ["legacy", "proj-74", "svcacct-58"])
def test_no_context_is_passed_over_with_any_memory(form: str) -> None:
    texts = {name: build(openai_key(form)) for name, (_, build) in CONTEXTS.items()}
    assert_nothing_is_passed_over(texts, Interest())


@pytest.mark.parametrize("encoding", ["plain", "base64", "utf-16", "hex of zlib"])
def test_evidence_may_stand_far_from_a_value(encoding: str) -> None:
    """A value that only its surroundings tell: a host, an SDK, a token of the same sign-in."""
    texts: dict[str, bytes] = {}
    values = {"api_key": alnum(40), "refresh_token": "rt_" + alnum(87), "token": alnum(40)}
    for lines in (0, 20, 60, 100, 250):
        for word in ("base = 'https://api.openai.com/v1'", "import openai", f"token = '{jwt()}'"):
            for name, value in values.items():
                for first in (True, False):
                    between = "\n".join(f"line_{n} = {{'a': {n}}}" for n in range(lines))
                    parts = [word, between, f"{name} = '{value}'", f"'Bearer {value}'"]
                    parts.insert(1, f"{name} = 'not-a-key-12345678901'")  # of the same name
                    text = "\n".join(parts if first else parts[::-1]) + "\n"
                    key = f"{word[:12]} {name} {lines} {first}"
                    texts[key] = ENCODINGS[encoding](text)
    assert_nothing_is_passed_over(texts, Interest())


@pytest.mark.parametrize("encoding", ["base64", "hex"])
def test_evidence_may_stand_in_another_block(encoding: str) -> None:
    texts: dict[str, bytes] = {}
    encode = ENCODINGS[encoding]
    for name in ("api_key", "refresh_token"):
        text = f"client settings of the application:\n{name} = '{alnum(40)}'\n"
        other = encode("from openai import OpenAI; https://api.openai.com/v1 for all")
        texts[f"{name} behind"] = other + b"!\n\n!" + encode(text)
        texts[f"{name} before"] = encode(text) + b"!\n\n!" + other
        name_alone = encode(f"this is a text that ends in a name of OpenAI: {name}:")
        value_alone = encode(f"'{alnum(48)}' is what follows after it, and so on")
        texts[f"{name} apart"] = name_alone + b"!\n\n!" + value_alone
    assert_nothing_is_passed_over(texts, Interest())


@pytest.mark.parametrize("encoding", ["base64", "wrapped base64", "hex", "base64 of gzip"])
@pytest.mark.parametrize("outer", ["base64", "wrapped base64", "hex", "base64 of gzip"])
def test_no_nested_encoding_is_passed_over(encoding: str, outer: str) -> None:
    texts: dict[str, bytes] = {}
    for name in ("assignment", "dotenv", "json", "k8s-secret"):
        if name in CONTEXTS:
            inner = ENCODINGS[encoding](CONTEXTS[name][1](openai_key()).decode())
            texts[name] = ENCODINGS[outer](inner.decode())
    texts["plain"] = ENCODINGS[outer](ENCODINGS[encoding](f"key = {openai_key()}").decode())
    clean = base64.b64encode(b"Digital certificate authority, Some Company Incorporated!")
    texts = {name: clean + b"\n\n" + text for name, text in texts.items()}
    assert_nothing_is_passed_over(texts, Interest())


def test_text_in_base64_that_holds_nothing_is_of_no_interest() -> None:
    text = b"This certificate is issued by Example Trust Services, 2019. " * 3
    stream = base64.b64encode(gzip.compress(b"nothing of any interest, really: " * 20))
    wrapped = base64.encodebytes(text + bytes(range(256)) * 2)
    assert judged(base64.b64encode(text), stream, wrapped, text.hex().encode()) == set()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_random_mixtures_are_judged_as_the_full_program_judges_them(data: st.DataObject) -> None:
    """Keys, names and runs among each other, in an interest that remembers earlier examples."""
    key = st.sampled_from(["legacy", "proj-20", "proj-74"]).map(openai_key)
    plain = (
        st.sampled_from(["api_key = '", "OPENAI_API_KEY=", "\n", "'", " ", "x" * 30, "sk-"]) | key
    )
    text = st.lists(plain, min_size=1, max_size=6).map("".join)
    encoded = st.builds(
        lambda way, one: ENCODINGS[way](one), st.sampled_from(sorted(ENCODINGS)), text
    )
    piece = st.lists(encoded | text.map(str.encode), min_size=1, max_size=3).map(b"\n".join)
    pieces = data.draw(st.lists(piece, min_size=1, max_size=4))
    missed = set(range(len(pieces))) - judged(*pieces, interest=SHARED)
    assert [pieces[at] for at in missed if told(pieces[at])] == []


SHARED = Interest()


@pytest.mark.parametrize("width", [0, 40, 64, 76])
def test_halves_of_the_marker_in_other_base64_are_of_no_interest_but_keys_are(width: int) -> None:
    noise = base64.b64encode(hashlib.shake_128(b"noise").digest(3000)).decode()
    texts = {}
    for name, middle in {
        "half": "T3Bl",
        "other half": "bkFJ",
        "both": "T3Bl" + noise[:9] + "bkFJ",
        "key": openai_key(),
        "legacy": openai_key("legacy"),
    }.items():
        for shift in range(0, 70, 3):
            text = noise[: 2000 + shift] + middle + noise[2000:]
            lines = range(0, len(text), width) if width else ()
            wrapped = "\n".join(text[at : at + width] for at in lines) or text
            texts[f"{name} {shift}"] = wrapped.encode()
    wanted = {at for at, text in enumerate(texts.values()) if told(text)}
    seen = judged(*texts.values())
    assert wanted <= seen
    names = list(texts)
    assert not [names[at] for at in seen if names[at].startswith(("half", "other"))]


@pytest.mark.parametrize("line", [b"789c" + b"0a" * 30, b"eJw" + b"A" * 60, b"H4sI" + b"A" * 70])
def test_many_beginnings_of_streams_cost_no_more_than_a_few(line: bytes) -> None:
    started = time.process_time()
    judged((line + b"\n") * 4000)
    assert time.process_time() - started < 5
