"""The bulk search finds the same with and without the faster libraries."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyscan import buffers
from keyscan._literals import LITERALS, NAMES, PREFIXES, STEMS
from keyscan.long_runs import STREAMS
from keyscan.sift import _follows

LITERAL = st.sampled_from((*LITERALS, *PREFIXES, *NAMES, *STEMS, *STREAMS))
TEXT = st.text("abcXYZ 019_-='\"\n/+.", max_size=40).map(str.encode)


@settings(max_examples=300)
@given(st.lists(LITERAL | TEXT, max_size=12).map(b"".join))
def test_both_searches_find_the_same_in_order(data: bytes) -> None:
    pytest.importorskip("hyperscan")
    assert buffers.search()(data) == buffers._one_by_one(data)


def test_every_hit_is_where_it_is_said_to_be() -> None:
    every = (*buffers.SOUGHT, *STREAMS)
    data = b" x ".join(every)
    found = buffers.search()(data)
    assert found == sorted(found)
    assert {literal for _, literal in found} == set(range(len(buffers.SOUGHT) + len(STREAMS)))
    for at, literal in found:
        assert data.startswith(every[literal], at)


CODED = st.tuples(
    st.sampled_from(
        (b"&#%d;", b"&#0%d;", b"&#x%x;", b"&amp;#%d;", rb"\u00%02x", rb"\u{%X}", rb"\%o")
    ),
    st.integers(33, 126),
).map(lambda one: one[0] % one[1])
NAMED = st.tuples(
    st.sampled_from((b"task_", b"week_", b"fw_", b"sk_")),
    st.text("abcXYZ019_-", max_size=24).map(str.encode),
).map(b"".join)


@settings(max_examples=500)
@given(st.lists(LITERAL | TEXT | CODED | NAMED, max_size=12).map(b"".join))
def test_hits_that_are_left_out_are_those_of_which_nobody_makes_anything(data: bytes) -> None:
    pytest.importorskip("hyperscan")
    every = buffers.search()(data)
    left = buffers.search(much=1)(data)

    assert set(left) <= set(every)
    for at, literal in set(every) - set(left):
        if literal < buffers.STEMS_FROM:
            assert not _follows(data, at, literal)
        else:
            assert _code(data, at) not in set(b"T3BlbkFJ0123456789")


@pytest.mark.parametrize(
    "form", [b"&#%d;", b"&#0%d;", b"&#x%x;", b"&#X%X", b"&amp;#%d", rb"\u00%02x", rb"\%o"]
)
def test_escape_sequences_of_a_marker_are_not_left_out(form: bytes) -> None:
    pytest.importorskip("hyperscan")
    search = buffers.search(much=1)
    for code in b"T3BlbkFJ0123456789":
        data = b"a " + form % code
        assert search(data) == buffers._one_by_one(data)


def _code(data: bytes, at: int) -> int:
    """The character whose escape sequence begins here, or one byte before; 0 if there is none."""
    found = re.compile(
        rb"&(?:amp;)?#(?:0*(\d+)|[xX]0*([0-9A-Fa-f]+))|u\{?0*([0-9A-Fa-f]{1,2})|\\([0-7]{2,3})"
    ).match(data, at)
    if found is None:
        return 0
    base = {1: 10, 2: 16, 3: 16, 4: 8}[found.lastindex or 0]
    return int(found[found.lastindex or 0], base)


def test_without_hyperscan_the_search_is_the_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hyperscan", None)
    assert buffers.search() is buffers._one_by_one


@pytest.mark.parametrize("library", [True, False])
def test_a_digest_stands_for_bytes_and_number(
    library: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not library:
        monkeypatch.setattr(buffers, "_hash", None)
    asked = [(text, more) for text in (b"", b"a", b"a" * 5000) for more in (0, 1, 1 << 20, 1 << 30)]
    assert len({buffers.digest(*one) for one in asked}) == len(asked)
    assert buffers.digest(b"abc", 7) == buffers.digest(bytes([97, 98, 99]), 7)
