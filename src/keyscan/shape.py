"""Statistics of a key's own characters: structure, randomness, placeholders."""

import re
from base64 import urlsafe_b64decode
from functools import cache
from itertools import pairwise
from math import log2

KEY_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_ESCAPE_END = re.compile(
    rb"(?:%[0-9A-Fa-f]{2}|\\[nrtfv0b]|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\x1b\[[0-9;]*[A-Za-z])\Z"
)


def ends_escape(before: bytes) -> bool:
    """Whether ``before`` ends in an escape sequence rather than in a word's letter."""
    return _ESCAPE_END.search(before) is not None


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


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    total = len(text)
    counts = (text.count(char) for char in set(text))
    return -sum(n / total * log2(n / total) for n in counts)


def looks_random(text: str) -> bool:
    """Whether a body of 16 or more characters has the statistics of a generated one.

    Words, identifiers and paths fail: they lack digits or repeat few letters. Generated bodies of
    this length have digits but for one in thousands, and near their maximal entropy.
    """
    if len(text) < 16:
        return False
    digits = sum(char.isdigit() for char in text)
    if digits == 0 and not _mixed_case(text):
        return False
    if digits < len(text) / 25 and len(text) < 40 and not _mixed_case(text):
        return False
    hexadecimal = re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", text) is not None
    floor = 2.9 if hexadecimal else min(4.1, 0.78 * log2(len(text)))
    return entropy(text) >= floor and not _wordy(text)


def _mixed_case(text: str) -> bool:
    """Case changes inside the body more often than in CamelCase words."""
    letters = [char for char in text if char.isalpha()]
    changes = sum(a.islower() and b.isupper() for a, b in pairwise(letters))
    return len(letters) > 0 and changes >= len(letters) / 7


def _wordy(text: str) -> bool:
    """Whether long lower-case or capitalised runs make up most of it, as in words."""
    runs = re.findall(r"[A-Z]?[a-z]{4,}|[A-Z]{5,}", text)
    return sum(map(len, runs)) > 0.6 * len(text)


@cache
def _alphabet_runs() -> re.Pattern[str]:
    """Runs of four or more in alphabetical, numerical or keyboard order, either direction."""
    rows = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    quads = {
        row[i : i + 4] for row in (*rows, *(r[::-1] for r in rows)) for i in range(len(row) - 3)
    }
    return re.compile("|".join(sorted(quads)))


_REPEAT = re.compile(r"(.)\1{3,}|(..)\2{2,}|(...)\3{2,}|(.{4,10})\4+", re.S)
_WORD = re.compile(
    r"your|here|placeholder|example|sample|dummy|fake|mock|test|demo|replace|change[-_]?me|insert"
    r"|secret|token|todo|redacted|masked|hidden|invalid|my[-_]|api|key|openai|foo|bar|baz|none"
    r"|null|undefined|abc|123|xxx|real|legacy|proj|svcacct|admin|value|string|enter|paste|not|valid",
    re.I,
)
_ELLIPSIS = re.compile(r"\.\.\.|…|\*{3,}|•{2,}|x{4,}|X{4,}|_{4,}|#{4,}")
_TEMPLATE = re.compile(r"[<>{}$()\[\]%]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")


def placeholder(body: str) -> str:
    """Why this body cannot be a real key, in one word, or ``""``.

    Looks at the body alone, so no path and no neighbour can hide a key. Words, repeats and
    sequences are taken out, and what is left must be too little to be a key: a real key that
    holds ``test`` or ``1234`` by chance keeps nearly all of its characters.
    """
    if _CJK.search(body):
        return "words"
    if _ELLIPSIS.search(body):
        return "masked"
    if _TEMPLATE.search(body):
        return "template"
    if len(set(body)) < min(8, len(body)):
        return "repeated"
    left = _alphabet_runs().sub(" ", body.lower())
    left = _REPEAT.sub(" ", left)
    if len(left.replace(" ", "")) < 0.55 * len(body):
        return "sequence"
    left = _WORD.sub("", left)
    if len(re.sub(r"[\W_]", "", left)) < 0.45 * len(body):
        return "words"
    return ""
