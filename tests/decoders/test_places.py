"""Each decoded byte stands where the letters are that it was decoded from, however wrapped."""

import random
from base64 import b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keyscan.decoder import Clues, Decoder
from keyscan.decoders import base64, hex
from keyscan.literal_search import letter_runs

TEXT = "".join(random.Random(7).choices("abcdefghij klmnop,.\n", k=700)).encode()


@pytest.mark.parametrize("decoder", [base64.DECODER, hex.DECODER], ids=["base64", "hex"])
@given(
    width=st.integers(64, 900),
    between=st.sampled_from([b"\n", b"\r\n", b"\n  ", b'" +\n"', b"\\n"]),
    before=st.sampled_from([b"", b"\n", b"key: ", b"a\n\nb = "]),
    size=st.integers(90, 700),
)
@example(width=76, between=b"\n", before=b"", size=76 * 3 // 4 * 3)
@example(width=900, between=b"\n", before=b"", size=90)
def test_every_byte_stands_where_its_letters_are(
    decoder: Decoder, width: int, between: bytes, before: bytes, size: int
) -> None:
    text = TEXT[:size]
    letters = b64encode(text).rstrip(b"=") if decoder is base64.DECODER else text.hex().encode()
    lines = [letters[at : at + width] for at in range(0, len(letters), width)]
    data = before + between.join(lines) + b"\n"
    runs = tuple(letter_runs(data))

    decoded = decoder.decode(data, Clues(-1, (), runs, 0))

    assert decoded is not None
    start = decoded.data.index(text)
    for offset in range(size):
        letter = offset * 4 // 3 if decoder is base64.DECODER else offset * 2
        place = len(before) + letter + letter // width * len(between)
        assert decoded.at(start + offset) == place
