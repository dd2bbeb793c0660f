"""How a key may be hidden: each decoder turns what it is shown into a further view of it.

One file each, with one ``DECODER``; a new file is found here. Decoders are applied to what they
decoded, four levels deep, and only where the prefilter saw their literals, a piece of a key that
cannot be read as it stands, or a long run of base64's letters.
"""

import re
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from keyscan.decoder import Clues, Decoder, Span, Text, merged
from keyscan.decoders._transcode import transcoded
from keyscan.escaped import STEMS, places
from keyscan.model import Blob, Gap, View, msg
from keyscan.prefilter import firsts, runs, search
from keyscan.provider import Rule
from keyscan.providers import rules_by_literal

DEPTH = 4
_REACH = 2000  # bytes around a broken key: 164 characters in pieces, each on its own line
_NEAR = 100  # bytes before a piece, times four behind it, that tell one try from another
_VIEWS = 512  # of one blob; what is broken for good is tried in every order of decoders
_ROOM = 2 << 20
_LEVEL = 16  # times a blob's size, for all views of one level: ordinary tests of keys need 14

# Where the marker is split in two, one of its halves is whole.
_MARKER, _PIECES = b"T3BlbkFJ", (b"T3Bl", b"bkFJ")
_OPEN_ENDED = {"openai-named-key"}
_SHORT = re.compile(rb"[=:>\s\"']([A-Za-z0-9+/]{20,55})(?![A-Za-z0-9+/_\-])")
_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_VENDOR = re.compile(rb"sk-(?:ant|or|lf|api|sp|cp|kimi)-")


@cache
def all_decoders() -> tuple[Decoder, ...]:
    """Every decoder, in the order of their file names."""
    names = sorted(one.name for one in iter_modules(__path__) if not one.name.startswith("_"))
    return tuple(import_module(f"{__name__}.{name}").DECODER for name in names)


@cache
def _sought() -> tuple[bytes, ...]:
    """The rules' literals, then the marker's halves: every occurrence is wanted."""
    return (*rules_by_literal(), *_PIECES)


@cache
def literals() -> tuple[bytes, ...]:
    """All that the prefilter looks for. Besides, ``prefilter.runs`` must find nothing."""
    own = (literal for literal, _ in _owned(False))
    return tuple(dict.fromkeys((*_sought(), *own)))


def decode(blobs: Iterable[Blob | Gap]) -> Iterator[View | Gap]:
    """Each blob as it is, then as the decoders read it, level by level. Gaps pass through."""
    for blob in blobs:
        if isinstance(blob, Gap):
            yield blob
            continue
        text = transcoded(blob)
        if text is None:
            yield from _views(View(blob, blob.data))
        else:
            yield _searched(View(blob, blob.data))  # what was appended in another encoding
            yield from _views(View(text, text.data, ("utf-16",)))


def _views(raw: View) -> Iterator[View | Gap]:
    """A view and everything below it. Bounded: bytes for each level, and the number of views."""
    seen: set[int] = set()
    tried: set[int] = set()
    lost: dict[str, Gap] = {}
    level = [_searched(raw)]
    yield level[0]
    for depth in range(DEPTH):
        room = _LEVEL * len(raw.blob.data) + _ROOM
        below: list[View] = []
        for view in level:
            for child in _children(view, depth, tried):
                if isinstance(child, Gap):
                    lost.setdefault(child.reason, child)
                    continue
                if hash(child.data) in seen:
                    continue
                seen.add(hash(child.data))
                room -= len(child.data)
                if room < 0 or len(seen) > _VIEWS:
                    yield _limit(raw.blob)
                    return
                below.append(_searched(child))
                yield below[-1]
        level = below
        if not level:
            break
    yield from lost.values()  # one for each reason: a piece is tried at each alignment


def _limit(blob: Blob) -> Gap:
    detail = msg("decoding would take more than its share of memory; split the file and scan it")
    return Gap(blob.path, "decoder-limit", detail)


def _searched(view: View) -> View:
    data, whole = view.data, len(_sought()) - len(_PIECES)

    def wanted(at: int, literal: int) -> bool:
        """A marker's halves say something where they are not one; else they are two more hits."""
        return literal < whole or _is_piece(data, at, _PIECES[literal - whole])

    return view._replace(hits=tuple(search(data, _sought(), wanted)))


def _children(view: View, depth: int, tried: set[int]) -> Iterator[View | Gap]:
    """One level of decoding, every decoder that has a clue. ``tried`` grows (``_broken``)."""
    data = view.data
    seen = firsts(data, _clues())
    broken = tuple(_broken(view, seen, tried))
    long_runs = (*runs(data), *_short_values(view))
    first = _firsts(seen, depth > 0)
    if not first and not broken and not long_runs:
        return
    for one in all_decoders():
        if one.name not in first and not broken and not long_runs:
            continue
        text = one.decode(data, Clues(first.get(one.name, -1), broken, long_runs, depth))
        if text is not None:
            yield from _lost(view.blob, text)
            names, joined = (*view.decoded, one.name), view.joined or one.joins
            yield View(view.blob, text.data, names, _through(view.at, text), None, joined)


def _lost(blob: Blob, text: Text) -> Iterator[Gap]:
    """What could not be read of it. What begins like an archive by chance is damaged, so that
    says nothing, but where the end may stand in another block."""
    for gap in text.lost:
        if gap.reason != "archive-corrupt":
            yield Gap(blob.path + gap.path, gap.reason, gap.detail)
        elif blob.offset or not blob.final:
            detail = msg(
                "an encoded archive goes on beyond what is decoded at once; decode it first"
            )
            yield Gap(blob.path, "decoder-limit", detail)


def reads(data: bytes, hits: Iterable[tuple[int, bytes]]) -> bool:
    """Whether a rule reads something at one of these hits of its literals, or could in base64.

    That is all that becomes of a text in which ``sift`` saw nothing else.
    """
    table, order = rules_by_literal(), _order()
    view = View(Blob("", data), data, hits=tuple((at, order[literal]) for at, literal in hits))
    return any(rule.match(data, at) for at, literal in hits for rule in table[literal]) or bool(
        _short_values(view)
    )


@cache
def _order() -> dict[bytes, int]:
    return {literal: index for index, literal in enumerate(rules_by_literal())}


def _short_values(view: View) -> list[Span]:
    """Base64 too short for a long run that is given to a name of a key: a Kubernetes Secret's."""
    table = tuple(rules_by_literal().values())
    found: set[Span] = set()
    for at, index in view.hits or ():
        if index < len(table) and all(rule.priority >= 2 for rule in table[index]):
            value = short_value(view.data, at)
            if value:
                found.add(value)
    return sorted(found)


def short_value(data: bytes, at: int) -> Span | None:
    """Where such a value stands behind a name."""
    value = _SHORT.search(data, at, at + _NEAR)
    return value.span(1) if value and _is_text(value[1]) else None


def _is_text(letters: bytes) -> bool:
    try:
        text = a2b_base64(letters + b"=" * (-len(letters) % 4))
    except Error:
        return False
    return not text.translate(None, _PRINTABLE)


@cache
def _owned(inner: bool) -> tuple[tuple[bytes, str], ...]:
    some = (one for one in all_decoders() if inner or not one.inner)
    return tuple((literal, one.name) for one in some for literal in one.literals)


@cache
def _clues() -> tuple[bytes, ...]:
    """Of what the decoders look for, the first occurrence is enough."""
    return tuple(dict.fromkeys((*(literal for literal, _ in _owned(True)), *STEMS)))


def _firsts(seen: Mapping[bytes, int], inner: bool) -> dict[str, int]:
    """For each decoder whose literals were seen, the lowest offset of one."""
    found: dict[str, int] = {}
    for literal, name in _owned(inner):
        if literal in seen:
            found[name] = min(seen[literal], found.get(name, seen[literal]))
    return found


def _through(outer: Callable[[int], int] | None, text: Text) -> Callable[[int], int]:
    if outer is None:
        return text.at
    inner = text.at
    return lambda offset: outer(inner(offset))


def _broken(view: View, seen: Mapping[bytes, int], tried: set[int]) -> list[Span]:
    """Windows around pieces of keys that no rule can read where they stand.

    A piece that was tried before with the same bytes around it is left out: most are broken for
    good (``"sk-ant-oat01-test"``), and would be read again behind every order of decoders.
    """
    found: list[Span] = []
    table = (*rules_by_literal().items(), *((piece, ()) for piece in _PIECES))
    broken = list(places(view.data, seen))
    for at, index in view.hits or ():
        literal, rules = table[index]
        if _is_piece(view.data, at, literal) and not any(
            _readable(view.data, rule, at) for rule in rules if rule.priority == 0
        ):
            broken.append(at)
    for at in broken:
        around = hash(view.data[max(0, at - _NEAR) : at + 4 * _NEAR])
        if around not in tried:
            tried.add(around)
            found.append((at, at + 1))
    return merged(found, _REACH, len(view.data))


def _readable(data: bytes, rule: Rule, at: int) -> bool:
    """Whether a rule reads a whole key here that cannot be the end of a longer one.

    It can be behind a letter, and where the key begins with a free name.
    """
    match = rule.match(data, at)
    if match is None or rule.id in _OPEN_ENDED:
        return False
    return match.start == 0 or not data[match.start - 1 :][:1].isalnum()


def _is_piece(data: bytes, at: int, literal: bytes) -> bool:
    """Whether a literal belongs to nothing but keys; the common short ones often do not."""
    if literal == _PIECES[0]:
        return not data.startswith(_MARKER, at)
    if literal == _PIECES[1]:
        return not data.startswith(_MARKER, max(0, at - 4))
    if literal == b"sk-":
        return _VENDOR.match(data, at) is not None
    if literal == _MARKER:
        return True
    if len(literal) < 4 or literal[-1:] not in b"-_" or b"api" in literal:
        return False
    before = data[max(0, at - 2) : at]
    return not (len(before) == 2 and before.isalpha() and before.islower())  # ``assess-``
