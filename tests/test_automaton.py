"""Patterns of a configuration: what ``re`` finds, without its ways to take for ever."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyscan import automaton
from keyscan.automaton import Pattern
from keyscan.errors import IncompleteError
from keyscan.pattern_syntax import PatternError

ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "c", r"\d", r"\w", r"\-", "[a-c-]", "[]a]"])
TIMES = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "{0}"])
SOURCES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, TIMES).map(lambda two: f"({two[0]}){two[1]}"),
    ),
    max_leaves=8,
)


@given(SOURCES, st.text("abc1-", max_size=9))
def test_the_longest_match_is_that_of_re(source: str, text: str) -> None:
    data = text.encode()
    ends = [end for end in range(len(data) + 1) if re.fullmatch(source.encode(), data[:end])]

    assert Pattern(source).longest(data, 0, len(data)) == max(ends, default=-1)


@given(SOURCES)
def test_the_least_is_the_length_of_the_shortest_match(source: str) -> None:
    found = Pattern(source)
    texts = ("", *(a + b for a in "abc1-" for b in ("", *"abc1-")))
    shortest = min((len(one) for one in texts if re.fullmatch(source, one)), default=3)

    assert found.least >= 3 if shortest == 3 else found.least == shortest


@pytest.mark.parametrize(
    "source",
    [
        "(a+)+b",
        "(a|a)*b",
        "(?:a|aa)+b",
        "(?:a?){60}a{60}b",
        "(?:a|b)*a(?:a|b){200}c",
        ".*.*.*.*.*b",
    ],
)
def test_what_makes_re_backtrack_for_ever_takes_no_time(source: str) -> None:
    found = Pattern(source)
    started = time.process_time()
    for _ in range(20):
        found.longest(b"a" * 1000, 0, 1000)

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("a**", "repetition of a repetition"),
        ("a{2}{3}", "repetition of a repetition"),
        ("a+?", "repetition of a repetition"),
        ("*a", "repetition of nothing"),
        ("a{3,2}", "repetition is written"),
        ("a{x}", "repetition is written"),
        ("a{,5}", "repetition is written"),
        ("a{", "repetition is written"),
        ("(a", "ends too early"),
        ("a)", "without its ("),
        ("[a", "ends too early"),
        ("[z-a]", "range"),
        ("^a", "no anchors"),
        ("a$", "no anchors"),
        (r"a\b", "not known"),
        (r"(a)\1", "not known"),
        ("(?=a)", "no look-around"),
        ("(?P<n>a)", "no look-around"),
        ("(?i)a", "no look-around"),
        ("a\\", "ends too early"),
        ("é", "visible ASCII"),
        ("a\n", "visible ASCII"),
        ("a{601}", "too long"),
        ("(?:a{20}){31}", "too long"),
        ("(?:(?:(?:){600}){600}){600}", "too long"),
        ("(" * 50 + "a" + ")" * 50, "too many groups"),
        (r"[^\x00]", "not known"),
        (r"[^!-~]", "nothing belongs"),
    ],
)
def test_a_pattern_that_cannot_be_is_refused_with_the_reason(source: str, says: str) -> None:
    with pytest.raises(PatternError, match=re.escape(says)):
        Pattern(source)


@settings(max_examples=300)
@given(st.text("ab()[]{}|*+?.,\\^$-01", max_size=40))
def test_any_text_is_a_pattern_or_refused(source: str) -> None:
    try:
        found = Pattern(source)
    except PatternError:
        return
    found.longest(b"abab01-" * 20, 0, 140)


def test_a_run_has_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "BUDGET", 1000)
    monkeypatch.setattr(automaton, "_SPENT", automaton._Steps())
    found = Pattern("[a-z]*")
    found.longest(b"a" * 900, 0, 900)
    with pytest.raises(IncompleteError, match="takes too long"):
        Pattern("[a-b]*").longest(b"a" * 400, 0, 400)


def test_a_key_has_no_blank() -> None:
    found = Pattern(r"[^\"]{2,}")

    assert found.longest(b"ab cd", 0, 5) == 2
    assert isinstance(found, Pattern)
