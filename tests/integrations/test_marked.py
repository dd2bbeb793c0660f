"""Our lines in other people's files come out without a trace."""

from hypothesis import given
from hypothesis import strategies as st

from keyscan.integrations.marked import insert, removed

FILES = st.lists(st.sampled_from(["#!/bin/sh", "echo 1", "", "  x: 1", "# c"]), max_size=6)


@given(FILES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(0, 6), st.booleans())
def test_what_was_inserted_is_removed_byte_for_byte(
    lines: list[str], end: str, ended: bool, at: int, created: bool
) -> None:
    data = (end.join(lines) + (end if ended and lines else "")).encode()
    places = [0, *(i + 1 for i, byte in enumerate(data) if byte == 10), len(data)]
    new = insert(data, places[min(at, len(places) - 1)], "one\ntwo", indent="  ", created=created)
    assert b"one" in new
    found = removed(new)
    assert found is not None
    assert (found.data, found.created) == (data, created)
    assert removed(data) is None
