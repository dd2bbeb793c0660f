"""What is passed over holds nothing; joined or alone, with or without the faster library."""

import base64
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keys
from contexts import CONTEXTS
from keyscan import containers, literal_search, sift
from keyscan._literals import BEGINNINGS, LITERALS, NAMES, PREFIXES
from keyscan.decoders import all_decoders
from keyscan.model import Blob
from keyscan.pipeline import harmless

LITERAL = st.sampled_from((*LITERALS, *PREFIXES, *NAMES, *BEGINNINGS))
TEXT = st.text("abcXYZ 019_-='\"\n/+.", max_size=70).map(str.encode)
UTF16 = st.text("abc019", min_size=30, max_size=60).map(lambda text: text.encode("utf-16-le"))
PIECE = st.lists(LITERAL | TEXT | UTF16, max_size=5).map(b"".join)


@settings(max_examples=400)
@given(st.lists(PIECE, max_size=9))
def test_joined_pieces_are_judged_as_each_alone(pieces: list[bytes]) -> None:
    """A name may be given a value of the next piece: more may be looked at, never less."""
    alone = {i for i, piece in enumerate(pieces) if not sift.clean(piece)}
    assert alone <= sift.suspects(pieces)


@settings(max_examples=200)
@given(st.lists(PIECE, max_size=9))
def test_both_searches_say_the_same(pieces: list[bytes]) -> None:
    pytest.importorskip("hyperscan")
    assert sift.suspects(pieces, sift.fast_search()) == sift.suspects(pieces)


@pytest.mark.parametrize("form", list(keys.OPENAI_FORMS))
@pytest.mark.parametrize("encoding", ["ascii", "utf-16", "utf-16-be", "utf-32"])
def test_a_key_among_many_clean_pieces_is_seen(form: str, encoding: str) -> None:
    pieces = [b"import os\n" * 40 for _ in range(50)]
    pieces[33] = f"key = '{keys.openai_key(form)}'".encode(encoding)
    assert sift.suspects(pieces) == {33}


@pytest.mark.parametrize("once", [False, True])
def test_both_searches_hit_the_same(monkeypatch: pytest.MonkeyPatch, once: bool) -> None:
    literals = (b"aba", b"ab", b"\0", b"'F',\n", b"sk-")
    data = b"ababa\0\0 sk-'F',\nsk-aba"
    fast = sorted(literal_search.fast_search(literals, once=once)(data))
    monkeypatch.setitem(__import__("sys").modules, "hyperscan", None)
    assert fast == sorted(literal_search.fast_search(literals, once=once)(data))
    assert len(fast) == (5 if once else 11)


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from((b"A" * 55, b"b9" * 28, b"x_-+/" * 9, b" ", b"\n", b"\0", b"\xff", b"a")),
        max_size=12,
    ).map(b"".join)
)
def test_both_searches_for_long_runs_give_the_same(data: bytes) -> None:
    pytest.importorskip("hyperscan")
    fast = sift.fast_search()
    assert isinstance(fast, literal_search.Hyperscan)
    assert list(fast.runs(data)) == list(literal_search.letter_runs(data))


def test_the_search_that_changes_over_goes_on_hitting_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(literal_search, "MANY", 40)
    search = literal_search.Adaptive((b"ab", b"b")).search
    assert [sorted(search(b"ab" + b" " * 8)) for _ in range(9)] == [[(0, 0), (1, 1)]] * 9


def test_ordinary_code_is_passed_over() -> None:
    code = b"def task_force(mask_id, api_key=None):\n    return risk_of(api_key or settings.key)\n"
    assert sift.suspects([code] * 30 + [b""]) == set()


@pytest.mark.parametrize("form", ["%d, ", "0x%x,", "0x%02X,\n", "(byte) %d,\n"])
@pytest.mark.parametrize(
    "prefix",
    ["sk-", "gsk_", "sess-", "whsec_", "lsv2_", "eyJhbGciOiJSUzI1NiIsI", "https://a.invalid/?k="],
)
def test_a_list_of_codes_is_a_suspect_where_it_spells_a_prefix(prefix: str, form: str) -> None:
    table = "".join(form % code for code in range(32, 127)).encode()
    spelt = "".join(form % code for code in f"{prefix}{keys.alnum(40)}".encode()).encode()
    other = "".join(form % code for code in b"this table is of text that says nothing").encode()
    assert sift.suspects([table, spelt, other]) == {1}


VALUES: dict[str, Callable[[], str]] = {
    "sk-hex": lambda: "sk-" + keys.hexes(32),
    "sk-48": lambda: "sk-" + keys.alnum(48),
    "hf": lambda: "hf_" + keys.alnum(34),
    "fireworks": lambda: "fw_" + keys.alnum(24),
    "google": lambda: "AI" + "za" + keys.urlsafe(35),
    "relay": lambda: keys.alnum(40),
    "hex": lambda: keys.hexes(64),
    "zhipu": lambda: f"{keys.hexes(32)}.{keys.alnum(16)}",
    "placeholder": lambda: "your-api-key",
}


@pytest.mark.parametrize("kind", list(VALUES))
def test_where_rules_alone_are_asked_everything_would_find_nothing_more(kind: str) -> None:
    """The first look tells the hits; what the rules pass over there, the whole flow does, too."""
    search, passed, read = sift.fast_search(), 0, 0
    for path, build in CONTEXTS.values():
        try:
            data = build(VALUES[kind]())
        except ValueError:
            continue  # breaks keys behind their marker
        for content in (data, b"import openai\n" + data + b"\napi.openai.com"):
            _, asked = sift.looked_at(content, (0,), search)
            if not asked:
                continue
            if harmless((Blob(path, content),), None, asked[0]):
                assert harmless((Blob(path, content),), None)
                passed += 1
            else:
                read += 1
    assert read > 1
    assert passed + read > 40


def test_short_base64_beside_a_name_is_asked_about_too() -> None:
    """A Kubernetes Secret's: no rule reads it where it stands."""
    value = base64.b64encode(b"sk-" + keys.hexes(32).encode()).decode()
    content = f"data:\n  firecrawl_api_key: {value}\n".encode()
    _, asked = sift.looked_at(content, (0,), sift.fast_search())
    assert not harmless((Blob("secret.yaml", content),), None)
    assert not harmless((Blob("secret.yaml", content),), None, asked[0])


def test_what_only_rules_are_asked_about_wakes_no_decoder() -> None:
    woken = {literal for one in all_decoders() for literal in one.literals}
    assert woken.isdisjoint((*PREFIXES, *NAMES))


@pytest.mark.parametrize("before", [b"#!/usr/bin/env python3\n", b"MZ" + b"\x90\x01" * 300])
def test_a_zip_behind_a_program_is_a_suspect(before: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", "x = 1\n" * 50 + f"key = '{keys.openai_key()}'\n")
    data = before + packed.getvalue()
    assert not harmless((Blob("app", data),), None)
    assert not sift.clean(data)
    assert sift.suspects([b"x", data], sift.fast_search()) == {1}
    assert sift._ZIP_END == containers.ZIP_END
