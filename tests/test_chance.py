"""What chance alone makes of markers in random text: next to nothing is taken for a key."""

import os
import random
import string

import pytest

import keys
from keyscan.model import Blob
from keyscan.pipeline import scan
from keyscan.placeholder import placeholder

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


@pytest.mark.parametrize("form", keys.OPENAI_FORMS)
def test_no_genuine_key_is_lost_by_chance(form: str) -> None:
    """Its marker says what it is: no statistics of its letters may call it a word or a sample."""
    prefix, size, _ = keys.OPENAI_FORMS[form]
    rng = random.Random(form)
    letters = ALPHABETS["letters and digits"] + ("" if size == 20 else "-_")
    count = STRINGS // len(keys.OPENAI_FORMS)
    bodies = [
        "".join(rng.choices(letters, k=size)) + MARKER + "".join(rng.choices(letters, k=size - 1))
        for _ in range(count)
    ]
    assert [body for body in bodies if placeholder(f"{body}A")] == []

    text = "\n".join(f"{prefix}{body}A" for body in bodies[:1500])
    report = scan([Blob("keys.txt", text.encode())])

    assert len(report.findings) == min(1500, count)
    assert (report.suppressed, report.gaps) == ((), ())
