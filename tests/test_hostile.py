"""Content that is made, or happens, to cost much: it ends, and soon."""

import base64
import binascii
import random
from collections.abc import Callable

import pytest

from keyscan.model import Blob
from keyscan.pipeline import scan

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
