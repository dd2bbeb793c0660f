"""The kept inputs of earlier fuzzing, run again; and each wrapper with ordinary text in it."""

import base64

import pytest

import keys
from fuzz.fuzz_scan import CORPUS, WRAPPERS, check
from keyscan.model import Blob
from keyscan.pipeline import scan


def test_the_kept_inputs_end_well() -> None:
    lines = CORPUS.read_text(encoding="ascii").splitlines()
    assert len(lines) > 100
    for line in lines:
        check(base64.b85decode(line))


@pytest.mark.parametrize("kind", range(len(WRAPPERS)))
def test_every_wrapper_lets_a_key_be_seen(kind: int) -> None:
    """Else the fuzzer would only look at the wrapper."""
    key = keys.openai_key()
    body = f'"key {key}"'.encode()
    check(bytes([kind]) + body)
    if kind not in (11, 13, 14):  # these break what they hold, or have it as no text
        assert scan([Blob("any", WRAPPERS[kind](body))]).findings
