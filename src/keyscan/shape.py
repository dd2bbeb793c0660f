"""Statistics of a key's own characters: structure, shared shapes, randomness."""

import re
from base64 import urlsafe_b64decode
from functools import cache
from math import log2
from operator import add

KEY_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_ESCAPE_END = re.compile(
    rb"(?:%[0-9A-Fa-f]{2}|\\[nrtfv0b]|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\x1b\[[0-9;]*[A-Za-z])\Z"
)


def ends_escape(before: bytes) -> bool:
    """Whether ``before`` ends in an escape sequence rather than in a word's letter."""
    return _ESCAPE_END.search(before) is not None


_DIGEST = re.compile(rb"(?i)sha(1|224|256|384|512)[=:-]([\w+/-]*+)\Z", re.A)
_DIGEST_LETTERS = {b"1": 27, b"224": 38, b"256": 43, b"384": 64, b"512": 86}  # in base64
_IN_DIGEST = re.compile(rb"[\w+/-]*+", re.A)


def in_digest(data: bytes, at: int) -> bool:
    """Whether this stands inside a checksum, as in ``sha256=qaN-fw_htI…`` of a wheel's RECORD."""
    found = _DIGEST.search(data, max(0, at - 100), at)
    rest = _IN_DIGEST.match(data, at, at + 100) if found else None
    if not found or not rest:
        return False
    return len(found[2]) + len(rest[0]) == _DIGEST_LETTERS[found[1]]


def glued_right(data: bytes, end: int) -> bool:
    """Whether a key character follows the span directly."""
    return end < len(data) and data[end] in KEY_BYTES and data[end] != 0x2D


def nul_tail(body: str) -> bool:
    """Whether both halves, joined, are base64url of N bytes whose last one is zero.

    All 11 genuine new-format keys that were seen end so; random strings do once in 256.
    Evidence for confidence only: the issuer may change it.
    """
    padded = body + "=" * (-len(body) % 4)
    return urlsafe_b64decode(padded)[-1:] == b"\0"


_SHAPES = (
    ("sk-hex32", r"sk-[0-9a-f]{32}"),
    ("sk-48", r"sk-[A-Za-z0-9_-]{48}"),
    ("sk-40", r"sk-[A-Za-z0-9]{40}"),
    ("hex32.16", r"[0-9a-f]{32}\.[A-Za-z0-9]{16}"),
    ("uuid", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("hex32", r"[0-9a-f]{32}"),
    ("alnum32", r"[A-Za-z0-9]{32}"),
    ("alnum40", r"[A-Za-z0-9]{40}"),
    ("hex64", r"[0-9a-f]{64}"),
    ("alnum", r"[A-Za-z0-9]{50,128}"),
    ("jwt", r"eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+){2}"),
)


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in _SHAPES)


def shapes_of(key: str) -> tuple[str, ...]:
    """The shapes, each shared by several vendors, that a whole key has."""
    return tuple(name for name, pattern in _shapes() if pattern.fullmatch(key))


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    total = len(text)
    counts = (text.count(char) for char in set(text))
    return -sum(n / total * log2(n / total) for n in counts)


# Frequent pairs of letters in English and in identifiers: seven in ten of a word's pairs are
# among these, of random letters one in five.
_PAIRS = (
    "thheineranreonatenndtiesorteofedisitalarsttontngsehaasouiolevecomedehiriroicneearacelichllbe"
    "masiomurcaeltalansdifohopeecprnoctusacotiltrlyncetutsssorsunlowageiewheewiemadolrtpowenaulni"
    "tsmoowpaimmiaishirsuidosiviaamficivipligtuevldrympfeblabghtyopwosaayexkeuifrooagdoodupapeyki"
    "dagapiva"
)
_COMMON = frozenset(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))


def wordiness(text: str) -> float:
    """The share of adjacent letter pairs that words are made of: 0.7 in words, 0.21 at random."""
    return _common_share(_letter_pairs(text))


def _common_share(pairs: list[str]) -> float:
    return sum(map(_COMMON.__contains__, pairs)) / len(pairs) if pairs else 0.0


def _letter_pairs(text: str) -> list[str]:
    lower = text.lower()
    return [*filter(str.isalpha, map(add, lower, lower[1:]))]


def looks_random(text: str) -> bool:
    """Whether a body of 16 or more characters has the statistics of a generated one.

    Words, identifiers, paths and sequences fail. A generated body fails about once in 100,000
    times; a test draws them.
    """
    size = len(text)
    if size < 16 or text.isdigit() or entropy(text) < _entropy_floor(text):
        return False
    if _HEX.fullmatch(text):
        return True
    others = size - sum(map(str.isalnum, text))
    if others > size / 7 + 2 or (others > 1 and text == text.lower()):
        return False  # kebab-case, paths, sentences, model names with a date
    if sum(map(str.isdigit, text)) > 0.8 * size:
        return False
    pairs = _letter_pairs(text)
    # More than five standard deviations: the fewer pairs, the more are common by chance.
    if len(pairs) < 6:
        return True
    words = _common_share(pairs)
    return words < 0.21 + 2.3 / len(pairs) ** 0.5 and not (words > 0.45 and _cased_words(text))


def _cased_words(text: str) -> bool:
    """Whether nearly all of it is CamelCase or capitals."""
    runs = re.findall(r"[A-Z]?[a-z]{4,}|[A-Z]{5,}", text)
    return text != text.lower() and sum(map(len, runs)) > 0.85 * len(text)


_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")


def _entropy_floor(text: str) -> float:
    if _HEX.fullmatch(text):
        return 2.7 if len(text) >= 30 else 2.2
    return min(3.6, 0.75 * log2(len(text)))
