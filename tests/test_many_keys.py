"""Many keys in one file, as pools and dumps have them: each is found, nothing is made of two."""

import base64
import random
from itertools import permutations

import pytest

import keys
from keyscan.model import Blob
from keyscan.pipeline import scan
from keyscan.secret import Secret

# What stands between two keys, and around each.
LISTS = {
    "pool.txt": ("{}", "\n"),
    "windows.txt": ("{}", "\r\n"),
    "pool.csv": ('"{}"', ',"x"\n'),
    "environ": ("{}", "\0"),
    "pool.json": ('"{}"', ","),
    "pool.py": ("    '{}'", ",\n"),
    "implicit.py": ("'{}'", "\n"),
    "plus.js": ("'{}'", " + "),
    "escaped.jsonl": ("{}", "\\n"),
    "query.txt": ("{}", "%0A"),
    "mail.eml": ("> {}", "\n"),
    "old.diff": ("-{}", "\n"),
    "pool.sh": ("K='{}'", "\n"),
    "folded.yaml": ("  {}", "\n"),
    "cells.html": ("<td>{}</td>", ""),
    "coloured.log": ("\x1b[32m{}\x1b[0m", "\r\n"),
    "glued.bin": ("{}", ""),
    "dashes.txt": ("{}", "-"),
}


def _found(path: str, data: bytes) -> list[str]:
    report = scan([Blob(path, data)])
    assert report.gaps == ()
    return sorted(one.secret.fingerprint for one in report.findings)


def _fingerprints(made: list[str]) -> list[str]:
    return sorted(Secret(key, "").fingerprint for key in made)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("seed", range(4))
def test_each_key_of_a_list_is_found(path: str, seed: int) -> None:
    item, between = LISTS[path]
    made = [keys.openai_key(form) for form in keys.OPENAI_FORMS]
    random.Random(seed).shuffle(made)
    text = between.join(item.format(key) for key in made)
    assert _fingerprints(made) == _found(path, text.encode())


@pytest.mark.parametrize("forms", [*permutations(("proj-20", "named", "proj-58"))])
def test_two_keys_in_a_row_are_not_one_of_an_unknown_length(forms: tuple[str, ...]) -> None:
    made = [keys.openai_key(form) for form in forms]
    assert _fingerprints(made) == _found("pool.txt", "\n".join(made).encode())


@pytest.mark.parametrize("name", ["ab", "abc-def"])
def test_two_keys_in_a_row_are_not_one_of_a_known_length(name: str) -> None:
    # 20 + 8 + 20, "sk-ab-" and 20: as many as stand in a half of today's project keys
    made = [f"sk-proj-{keys.halves(20)}", f"sk-{name}-{keys.halves(20)}"]
    assert _fingerprints(made) == _found("pool.txt", "\n".join(made).encode() + b"\n" + b"x" * 80)


@pytest.mark.parametrize("between", ["\n", '",\n  "', "\r\n"])
@pytest.mark.parametrize("seed", range(4))
def test_each_value_in_base64_of_a_list_is_found(between: str, seed: int) -> None:
    """Their lengths need no padding, one ``=`` or two: a padded line is the last of its block."""
    made = [keys.openai_key(form) for form in keys.OPENAI_FORMS]
    random.Random(seed).shuffle(made)
    text = between.join(base64.b64encode(key.encode()).decode() for key in made)
    assert _fingerprints(made) == _found("pool.json", f'"{text}"'.encode())
