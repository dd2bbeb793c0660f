"""Standard input."""

import io
import os

from keyscan.model import Blob, Gap
from keyscan.sources.stdin import stdin


def test_stdin_is_one_blob() -> None:
    assert list(stdin(io.BytesIO(b"text"))) == [Blob("-", b"text", "stdin")]


def test_a_pipe_that_gives_little_at_a_time_is_read_to_its_end() -> None:
    here, there = os.pipe()
    with os.fdopen(here, "rb", buffering=0) as stream:
        os.write(there, b"some")
        os.close(there)
        assert list(stdin(stream)) == [Blob("-", b"some", "stdin")]


def test_large_input_comes_in_blocks() -> None:
    content = os.urandom(9 << 20)
    parts = [one for one in stdin(io.BytesIO(content)) if isinstance(one, Blob)]
    assert b"".join(one.data[one.seen :] for one in parts) == content
    assert len(parts) == 3


def test_a_stream_that_breaks_is_a_gap() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    (gap,) = stdin(Broken())
    assert isinstance(gap, Gap)
    assert (gap.path, gap.reason) == ("-", "unreadable")
    assert str(gap.detail) == "cannot be read: Input/output error"
