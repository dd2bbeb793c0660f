"""Pieces of keys that are broken for good, as tests and documents hold them, cost little."""

import pytest

from keyscan.decoders import decode
from keyscan.model import Blob, View

PIECE = "sk-" + "ant-oat01-"


def _test_file(cases: int) -> bytes:
    """A test suite: no key is whole in it, and most decoders find something to do."""
    return "".join(
        f"def test_{n}(monkeypatch):\n"
        f'    monkeypatch.setenv("HOME", "/tmp/{n}")\n'
        f'    body = {{"access_token": "{PIECE}test-{n}", "expires_in": 3600}}\n'
        f'    path.write_text("[default]\\nuser = {n}\\n" + "more\\ttext")\n'
        f'    NAME_{n} = "first"\n'
        f"    with pytest.raises(ValueError, match='is &lt;no&gt; token'):\n"
        f'        assert read(NAME_{n}, body).token == "{PIECE}x", (\n'
        f'            "first line {n} "\n            "second line"\n        )\n\n'
        for n in range(cases)
    ).encode()


def test_an_ordinary_test_suite_is_no_gap() -> None:
    every = list(decode([Blob("test_credentials.py", _test_file(100))]))

    assert [one for one in every if not isinstance(one, View)] == []


def test_nor_is_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Megabytes of it: what each blob may have besides its share says nothing then."""
    monkeypatch.setattr("keyscan.decoders._ROOM", 0)

    every = list(decode([Blob("test_credentials.py", _test_file(100))]))

    assert [one for one in every if not isinstance(one, View)] == []


def test_the_work_is_a_small_multiple_of_the_size() -> None:
    data = _test_file(100)

    views = [one for one in decode([Blob("t.py", data)]) if isinstance(one, View)]

    assert sum(len(one.data) for one in views) < 80 * len(data)
