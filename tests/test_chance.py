"""What chance alone makes of markers in random text: next to nothing is taken for a key."""

import os
import random
import string

import pytest

from keyscan.model import Blob
from keyscan.pipeline import scan

MARKER = "T3Bl" + "bkFJ"
ALPHABETS = {
    "letters and digits": string.ascii_letters + string.digits,
    "base64url": string.ascii_letters + string.digits + "-_",
    "base64": string.ascii_letters + string.digits + "+/",
    "printable": string.printable.replace("\n", "").replace("\r", ""),
}
# All 200,000 take 40 seconds: KEYSCAN_TEST_STRINGS=200000 (.ci/run).
STRINGS = int(os.environ.get("KEYSCAN_TEST_STRINGS", "20000"))


@pytest.mark.parametrize("name", ALPHABETS)
def test_markers_in_random_text(name: str) -> None:
    """A quarter of the strings for each alphabet; not one is taken for a key."""
    rng = random.Random(name)
    lines = []
    for _ in range(STRINGS // len(ALPHABETS)):
        text = "".join(rng.choices(ALPHABETS[name], k=rng.randrange(40, 120)))
        at = rng.randrange(len(text))
        lines.append(text[:at] + MARKER + text[at:])

    report = scan([Blob("random.txt", "\n".join(lines).encode())])

    assert report.findings == ()


def test_random_lines_of_base64_hold_no_key() -> None:
    """Certificates, images, hashes: 30,000 lines in which every prefix of three letters stands."""
    rng = random.Random(7)
    letters = ALPHABETS["base64"]
    lines = ["".join(rng.choices(letters, k=76)) for _ in range(30_000)]

    report = scan([Blob("bundle.pem", "\n".join(lines).encode())])

    assert (report.findings, report.gaps) == ((), ())
