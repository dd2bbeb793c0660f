"""Paths, arguments and other programs' words are shown without the keys in them."""

import pytest

import keys
from keyscan.redact import redact


@pytest.mark.parametrize("form", list(keys.OPENAI_FORMS))
def test_only_prefix_class_and_last_four_are_left(form: str) -> None:
    key = keys.openai_key(form)
    prefix = keys.OPENAI_FORMS[form][0] if not form.endswith("named") else "sk-"
    assert redact(f"no such file: a/{key}.txt") == f"no such file: a/{prefix}...{key[-4:]}.txt"


def test_other_text_is_as_it_was() -> None:
    text = "src/\udcff/a b.py: 密钥 sk-xxxx"
    assert redact(text) == text
