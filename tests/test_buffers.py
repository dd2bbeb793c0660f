"""The bulk search finds the same with and without the faster libraries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyscan import buffers
from keyscan._literals import LITERALS, NAMES, PREFIXES, STEMS
from keyscan.long_runs import STREAMS

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
