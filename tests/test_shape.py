"""Statistics of key bodies: what is random, what is shared, what is a placeholder."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keys
from keyscan.placeholder import placeholder
from keyscan.shape import ends_escape, glued_right, looks_random, nul_tail, shapes_of, wordiness

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"

# body alphabet and size of each kind of form that is known
BODIES = {
    "fireworks": (ALNUM, 24),
    "litellm": (ALNUM + "-_", 22),
    "deepseek": (HEX, 32),
    "huggingface": (string.ascii_letters, 34),
    "siliconflow": (string.ascii_lowercase, 48),
    "cerebras": (string.ascii_lowercase + string.digits, 48),
    "elevenlabs": (HEX, 48),
    "groq": (ALNUM, 52),
    "openrouter": (HEX, 64),
    "anthropic": (ALNUM + "-_", 95),
    "openai": (ALNUM + "-_", 148),
}
WORDS = (
    "test", "your", "example", "1234", "abcdef", "xxxx", "key", "dummy", "sample", "fake", "----",
)  # fmt: skip

# facts: documentation, issue trackers, and what people type
PLACEHOLDERS = [
    "sk-xxxx",
    "sk-...",
    "sk-****",
    "sk-your-api-key",
    "your-api-key-here",
    "<YOUR_KEY>",
    "sk-1234",
    "sk-test",
    "sk-fake",
    "sk-proj-YOUR_API_KEY_HERE",
    "你的API密钥",
    "在此填写",
    "sk-替换",
    "${OPENAI_API_KEY}",
    "{{ .Values.key }}",
    "$(cat key)",
    "x" * 48,
    "0" * 32,
    "1234567890" * 4,
    "abcdefghijklmnopqrstuvwxyz123456",
    "0123456789abcdef0123456789abcdef",
    "1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p",
    "abcd1234" * 6,
    "deadbeef" * 4,
    "sk-this-is-not-a-real-key-at-all",
    "put-the-thing-in-between-here",
    "abcdefghij1234567890" + keys.MARKER + "abcdefghij1234567890",
    "a" * 20 + keys.MARKER + "b" * 20,
    "K7q2vR9mXw4TzB8nLc5H" + keys.MARKER + "K7q2vR9mXw4TzB8nLc5H",
    "service-K7q2vR9mXw4TzB8nLc5H" + keys.MARKER + "k7q2vr9mxw4tzb8nlc5h",
    "INSERT_YOUR_OPENAI_API_KEY_HERE",
    "replace-me-with-a-real-key",
    "your_openai_api_key_goes_here",
    "test-key-for-unit-tests-only",
    "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    "qwertyuiopasdfghjklzxcvbnm",
]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_known_placeholders_are_placeholders(text: str) -> None:
    assert placeholder(text) != ""


@pytest.mark.parametrize("form", BODIES)
def test_a_planted_word_cannot_hide_a_key(form: str) -> None:
    """11 forms and 10,000 draws each, seeded so that a failure can be seen again."""
    alphabet, size = BODIES[form]
    rng = random.Random(form)
    hidden = []
    for _ in range(10_000):
        body = "".join(rng.choices(alphabet, k=size))
        word = rng.choice(WORDS)
        at = rng.randrange(size - len(word) + 1)
        body = body[:at] + word + body[at + len(word) :]
        hidden += [body] if placeholder(body) else []

    assert [body[:4] for body in hidden] == []


@given(st.sampled_from(sorted(BODIES)), st.sampled_from(WORDS), st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_two_planted_words_cannot_hide_a_long_key(form: str, word: str, seed: int) -> None:
    alphabet, size = BODIES[form]
    rng = random.Random(seed)
    if size >= 48:
        body = [*rng.choices(alphabet, k=size - 2 * len(word)), word, word]
        rng.shuffle(body)
        assert placeholder("".join(body)) == ""


@pytest.mark.parametrize("form", BODIES)
def test_generated_bodies_look_random(form: str) -> None:
    alphabet, size = BODIES[form]
    rng = random.Random(form)
    draws = ("".join(rng.choices(alphabet, k=size)) for _ in range(3000))

    assert sum(not looks_random(body) for body in draws) == 0


@pytest.mark.parametrize(
    "text",
    [
        "getHuggingFaceModelNameFromTransformers",
        "TransformersPreTrainedModelForSequence",
        "estimatorDocLinkContainer2",
        "claude-3-5-sonnet-20241022",
        "text-embedding-3-large-v2",
        "firmware_version_update_request_1",
        "a" * 40,
        "20241122201530001234",
        "short1A",
    ],
)
def test_names_and_words_do_not_look_random(text: str) -> None:
    assert not looks_random(text)


def test_shapes_are_named_for_whole_keys_only() -> None:
    key = "sk-" + keys.hexes(32)

    assert shapes_of(key) == ("sk-hex32",)
    assert shapes_of(key + "!") == ()
    assert shapes_of(keys.hexes(32)) == ("hex32", "alnum32")
    assert shapes_of(keys.uuid4()) == ("uuid",)


def test_the_last_byte_of_joined_halves_is_zero_in_genuine_keys() -> None:
    for size in (46, 58, 74):
        assert nul_tail(keys.halves(size).replace(keys.MARKER, ""))
    assert not nul_tail("A" * 115 + "B")


@pytest.mark.parametrize(
    "before", [b"%22", b"\\n", b"\\u0022", b"\\x22", b"\x1b[32m", b"\x1b[0;1m"]
)
def test_escapes_are_no_letters(before: bytes) -> None:
    assert ends_escape(before)
    assert not ends_escape(b"ta")


def test_glued_text_is_seen() -> None:
    assert glued_right(b"abcX", 3)
    assert not glued_right(b"abc", 3)
    assert not glued_right(b"abc-", 3)
    assert not glued_right(b"abc,", 3)


def test_wordiness_separates_words_from_letters() -> None:
    assert wordiness("transformersmodelversion") > 0.6
    rng = random.Random(1)
    letters = "".join(rng.choices(string.ascii_letters, k=4000))
    assert wordiness(letters) < 0.25
