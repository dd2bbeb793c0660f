"""Bodies that cannot be real keys: words, sequences, repeats, masks, templates.

Everything here looks at the body alone, so that no path and no neighbour can hide a key, and
judges what is left after the telling parts are taken out: a real key that holds ``test``, ``1234``
or ``xxxx`` by chance keeps nearly all of its characters.
"""

import re
from functools import cache
from itertools import pairwise
from operator import add, and_

from keyscan.shape import wordiness

_MARKER = "T3BlbkFJ"
_REPEAT = re.compile(r"(.)\1{3,}|(..)\2{2,}|(...)\3{2,}|(.{4,16})\4+", re.S)
# Longer ones before their beginnings: the first that fits is taken.
_LIST = (
    "your here placeholder example sample dummy fake mock testing tests test demo replace"
    " change insert secret token todo redacted masked hidden invalid valid apikey api key"
    " openai foo bar baz none null undefined abc 123 xxx real legacy project proj svcacct"
    " admin value string enter paste not goes this only with from for the my some random"
    " live prod dev user anthropic ant azure deepseek wrong bad good old new first second"
    " another primary backup"
)
_WORDS = tuple(_LIST.split())
_WORD = re.compile("|".join(_WORDS))
_TRIGRAMS = frozenset(word[i : i + 3] for word in _WORDS for i in range(len(word) - 2))
_DOTS = re.compile(r"\.\.\.|…|\*{3,}|•{2,}")
_TEMPLATE = re.compile(r"[<>{}$()\[\]%]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_SEPARATORS = re.compile(r"[-_.]+")
_LEAST = 0.3  # of a body's letters and digits must be left for it to be a key


@cache
def _steps() -> dict[str, int]:
    """Each pair of neighbours in alphabetical, numerical or keyboard order, and in which: a bit
    for every row and direction."""
    rows = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    steps: dict[str, int] = {}
    for bit, row in enumerate((*rows, *(row[::-1] for row in rows))):
        for pair in map("".join, pairwise(row)):
            steps[pair] = steps.get(pair, 0) | 1 << bit
    return steps


def _without_sequences(text: str, mark: str) -> str:
    """The lower-case text with each run of four or more in order replaced.

    By pairs: a regex of all runs takes a hundred times as long.
    """
    step = _steps().get
    orders = [step(pair, 0) for pair in map(add, text, text[1:])]
    if not any(map(and_, map(and_, orders, orders[1:]), orders[2:])):
        return text
    parts, at = [], 0
    while at < len(text):
        end, same = at, -1
        while end < len(orders) and same & orders[end]:
            same &= orders[end]
            end += 1
        if end - at >= 3:
            parts.append(mark)
            at = end + 1
        else:
            parts.append(text[at])
            at += 1
    return "".join(parts)


def _without_repeats(text: str) -> str:
    trigrams = [*map(add, map(add, text, text[1:]), text[2:])]
    if len(set(trigrams)) == len(trigrams):
        return text  # whatever repeats itself has a trigram twice
    return _REPEAT.sub("\n", text)


def placeholder(body: str) -> str:
    """Why this body cannot be a real key, in one word, or ``""``."""
    if _CJK.search(body):
        return "words"
    if _DOTS.search(body):
        return "masked"
    if _TEMPLATE.search(body):
        return "template"
    text = body.removeprefix("sk-").replace(_MARKER, "\n")
    first, _, second = text.lower().partition("\n")
    if second and first.endswith(second):
        return "repeated"
    if any(len(set(half)) < min(8, len(half)) for half in text.split("\n")):
        return "repeated"
    return _too_little_left(text)


def _too_little_left(text: str) -> str:
    total = _solid(text)
    left = _without_repeats(_without_sequences(text.lower(), "\n"))
    spare = _solid(left) - _LEAST * total
    if spare < 0 or _interleaved(text):
        return "sequence"
    joined = len(_SEPARATORS.findall(text)) >= 3
    if not joined and not _words_cover(left, spare):
        return ""
    left = _WORD.sub("\n", left)
    if _solid(left) < _LEAST * total:
        return "words"
    # Words that the list lacks, joined by dashes: sk-put-the-thing-in-between.
    unlisted = joined and text in (text.lower(), text.upper()) and re.search(r"[g-z]", left)
    return "words" if unlisted and wordiness(text) > 0.45 else ""


def _words_cover(text: str, size: float) -> bool:
    """Whether words may cover ``size`` characters: of each, a third or more begin a trigram."""
    begun = sum(text[i : i + 3] in _TRIGRAMS for i in range(len(text) - 2))
    return begun >= size / 3 or "my" in text


def _solid(text: str) -> int:
    return sum(map(str.isalnum, text))


def _interleaved(text: str) -> bool:
    """``1a2b3c4d5e6f``: every other character makes a sequence."""
    for part in (text[::2].lower(), text[1::2].lower()):
        if len(part) < 8 or _solid(_without_sequences(part, "")) >= _LEAST * len(part):
            return False
    return True
