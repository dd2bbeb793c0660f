"""Content that is made, or happens, to cost much: it ends, and soon."""

import base64
import binascii
import random
from collections.abc import Callable

import pytest

import keys
from keyscan.model import Blob
from keyscan.pipeline import scan
from keyscan.secret import Secret

TEXTS = [b"-" * 60, b"\xff\xfe" * 40, b"some text that goes on " * 5, b"=" * 200, bytes(90)]


@pytest.mark.parametrize("encode", [base64.b64encode, binascii.hexlify])
def test_many_encoded_runs_beside_each_other_come_to_an_end(
    encode: Callable[[bytes], bytes],
) -> None:
    """A tokenizer's vocabulary of base64 lines once held the scan up for ever."""
    rng = random.Random(3)
    for _ in range(200):
        runs = [encode(rng.choice(TEXTS)[rng.randrange(4) :]) for _ in range(6)]
        data = b"\n".join(run[rng.randrange(4) :] + b" %d" % rng.randrange(9) for run in runs)

        assert scan([Blob("qwen.tiktoken", data)]).findings == ()


@pytest.mark.parametrize("first", keys.OPENAI_FORMS)
@pytest.mark.parametrize("second", keys.OPENAI_FORMS)
@pytest.mark.parametrize("between", ["", "\n"])
def test_two_keys_beside_each_other_are_two(first: str, second: str, between: str) -> None:
    pair = [keys.openai_key(first), keys.openai_key(second)]

    report = scan([Blob("two.txt", between.join(pair).encode())])

    expected = {Secret(one, "").fingerprint for one in pair}
    assert expected == {one.secret.fingerprint for one in report.findings}


def test_many_keys_on_lines_are_all_found() -> None:
    """Around pieces (the last line is cut off) lines are joined; no whole key gets lost."""
    every = [keys.openai_key("legacy") for _ in range(4000)]
    text = "\n".join((*every, every[0][:30])).encode()

    report = scan([Blob("keys.txt", text)])

    expected = {Secret(one, "").fingerprint for one in every}
    assert expected == {one.secret.fingerprint for one in report.findings}
