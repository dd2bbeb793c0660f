"""What the bulk reader passes over, the full program finds nothing in."""

import base64
import gzip
import hashlib
import zlib
from collections.abc import Callable

import pytest

from contexts import CONTEXTS
from keys import openai_key
from keyscan.interest import Interest, Look
from keyscan.model import Blob
from keyscan.pipeline import scan

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "base64": lambda text: base64.b64encode(text.encode()),
    "wrapped base64": lambda text: base64.encodebytes(text.encode()),
    "hex": lambda text: text.encode().hex().encode(),
    "upper hex": lambda text: text.encode().hex().upper().encode(),
    "base64 of hex": lambda text: base64.b64encode(text.encode().hex().encode()),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "base64 of gzip": lambda text: base64.b64encode(gzip.compress(text.encode())),
    "hex of zlib": lambda text: zlib.compress(text.encode()).hex().encode(),
    "percent": lambda text: b"".join(b"%%%02x" % byte for byte in text.encode()),
}


def judged(*pieces: bytes) -> set[int]:
    """Which of the pieces are of interest when they stand in one buffer, as git writes them."""
    data, looks = b"", []
    for at, piece in enumerate(pieces):
        data += b"%s blob %d\n" % (hashlib.sha1(piece).hexdigest().encode(), len(piece))
        looks.append(Look(at, len(data), len(data) + len(piece)))
        data += piece + b"\n"
    return Interest()(data, looks)


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_encoded_key_is_of_interest_and_its_neighbours_are_not(name: str) -> None:
    text = f"first line\napi_key = '{openai_key()}'\nlast line\n"
    encoded = ENCODINGS[name](text)
    assert scan([Blob("a", encoded)]).findings
    found = judged(b"clean\n", encoded, b"one more\n", b"clean\n")
    assert found - {2} == {1}  # where a run ends is known to four bytes
    indented = b"blob: |\n    " + encoded.replace(b"\n", b"\n    ")
    if scan([Blob("a", indented)]).findings:
        assert judged(indented) == {0}


def test_every_context_in_which_the_full_program_finds_a_key_is_of_interest() -> None:
    texts = []
    for _, build in CONTEXTS.values():
        made = build(openai_key())
        texts.append(made if isinstance(made, bytes) else made.encode())
    found = {at for at, text in enumerate(texts) if scan([Blob("a", text)]).findings}
    assert found
    assert found <= judged(*texts)


def test_ordinary_code_is_of_no_interest() -> None:
    code = (
        b"import os\n\nclient = Client(api_key=os.environ['OPENAI_API_KEY'])\n"
        b"path = 'com/example/some/long/path/of/a/package/that/has/many/parts/and/names'\n"
        b"digest = '" + bytes.hex(bytes(range(0xA0, 0xC0))).encode() + b"'\n"
    )
    assert judged(code, b"", b"task-force\n") == set()
