"""Bodies that cannot be real keys: words, sequences, repeats, masks, templates.

Everything here looks at the body alone, so that no path and no neighbour can hide a key, and
judges what is left after the telling parts are taken out: a real key that holds ``test``, ``1234``
or ``xxxx`` by chance keeps nearly all of its characters.
"""

import re
from functools import cache

from keyscan.shape import wordiness

_MARKER = "T3BlbkFJ"
_REPEAT = re.compile(r"(.)\1{3,}|(..)\2{2,}|(...)\3{2,}|(.{4,16})\4+", re.S)
_WORD = re.compile(
    r"your|here|placeholder|example|sample|dummy|fake|mock|test(?:ing|s)?|demo|replace|change"
    r"|insert|secret|token|todo|redacted|masked|hidden|invalid|valid|apikey|api|key|openai|foo|bar"
    r"|baz|none|null|undefined|abc|123|xxx|real|legacy|proj(?:ect)?|svcacct|admin|value|string"
    r"|enter|paste|not|goes|this|only|with|from|for|the|my|some|random|live|prod|dev|user"
    r"|anthropic|ant|azure|deepseek|wrong|bad|good|old|new|first|second|another|primary|backup",
    re.I,
)
_DOTS = re.compile(r"\.\.\.|…|\*{3,}|•{2,}")
_TEMPLATE = re.compile(r"[<>{}$()\[\]%]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_LEAST = 0.3  # of a body's letters and digits must be left for it to be a key


@cache
def _sequences() -> re.Pattern[str]:
    """Runs of four or more in alphabetical, numerical or keyboard order, either direction."""
    rows = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    both = (*rows, *(row[::-1] for row in rows))
    runs = {row[i:j] for row in both for i in range(len(row)) for j in range(i + 4, len(row) + 1)}
    return re.compile("|".join(sorted(runs, key=len, reverse=True)))


def placeholder(body: str) -> str:
    """Why this body cannot be a real key, in one word, or ``""``."""
    if _CJK.search(body):
        return "words"
    if _DOTS.search(body):
        return "masked"
    if _TEMPLATE.search(body):
        return "template"
    text = body.removeprefix("sk-").replace(_MARKER, "\n")
    if any(len(set(half)) < min(8, len(half)) for half in text.split("\n")):
        return "repeated"
    return _too_little_left(text)


def _too_little_left(text: str) -> str:
    total = _solid(text)
    left = _REPEAT.sub("\n", _sequences().sub("\n", text.lower()))
    if _solid(left) < _LEAST * total or _interleaved(text):
        return "sequence"
    left = _WORD.sub("\n", left)
    if _solid(left) < _LEAST * total:
        return "words"
    # Words that the list lacks, joined by dashes: sk-put-the-thing-in-between.
    joined = len(re.findall(r"[-_.]+", text)) >= 3 and re.search(r"[g-z]", left)
    if joined and text in (text.lower(), text.upper()) and wordiness(text) > 0.45:
        return "words"
    return ""


def _solid(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _interleaved(text: str) -> bool:
    """``1a2b3c4d5e6f``: every other character makes a sequence."""
    for part in (text[::2].lower(), text[1::2].lower()):
        if len(part) < 8 or _solid(_sequences().sub("", part)) >= _LEAST * len(part):
            return False
    return True
