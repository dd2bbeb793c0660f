"""Vendors' traces around a value: hosts, SDK imports, model names, by how near they stand."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache, lru_cache

from keyscan.context import headings as headings
from keyscan.context import statement_around
from keyscan.providers import all_providers
from keyscan.shape import KEY_BYTES

_LINES = 20  # of a block, on either side
_REACH = 4096  # bytes of a block, on either side
_WINDOW = 1 << 15  # bytes of a file whose keys are looked at together
_MARGIN = 1 << 17  # bytes on either side of a window that count as the same file


class Near(Enum):
    """Where a host stands: in the same call or line, within 3 or 20 lines, in the file."""

    STATEMENT = "statement"
    LINES = "lines"
    BLOCK = "block"
    FILE = "file"


@cache
def _host_vendors() -> dict[bytes, str]:
    return {host.encode(): one.id for one in all_providers().values() for host in one.hosts}


@cache
def _import_pattern() -> tuple[re.Pattern[bytes], dict[bytes, str]]:
    vendors = {name.encode(): one.id for one in all_providers().values() for name in one.modules}
    names = b"|".join(map(re.escape, sorted(vendors, key=len, reverse=True)))
    pattern = rb"\b(?:import|from|require\(|using)[ \t]*[\"']?(" + names + rb")(?![\w-])"
    return re.compile(pattern), vendors


def hosts(data: bytes, start: int, end: int) -> Iterator[tuple[str, str, Near]]:
    """Vendor, host and nearness, the nearest place of each host only."""
    every = _hosts_of_window(data, start // _WINDOW)
    if not every:
        return
    left, right = statement_around(data, start, end)
    top, bottom = _block(data, start, end)
    near_top, near_bottom = _block(data, start, end, 3)
    seen = set()
    for low, high, near in (
        (left, right, Near.STATEMENT),
        (near_top, near_bottom, Near.LINES),
        (top, bottom, Near.BLOCK),
        (0, len(data), Near.FILE),
    ):
        for at, host in every:
            if low <= at < high and host not in seen:
                seen.add(host)
                yield _host_vendors()[host], host.decode(), near


def imports_in_file(data: bytes, start: int) -> tuple[tuple[str, str], ...]:
    """Vendors whose SDK is imported in the file, with the module."""
    return _imports_of_window(data, start // _WINDOW)


def words_near(data: bytes, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Vendors whose names stand within 20 lines: models, settings, comments.

    ``deepseek-ai/…`` and ``Qwen/…`` name a model's weights, which any vendor may serve.
    """
    near = _words_of_window(data, start // _WINDOW)
    if not near:
        return
    top, bottom = _block(data, start, end)
    found = {word for at, word, _ in near if top <= at < start or end <= at < bottom}
    for word in sorted(found):
        yield _word_vendors()[word], word.decode()


def of_other_keys(data: bytes, start: int, end: int) -> set[str]:
    """Those whose names stand nearby as parts of other keys' names alone."""
    near = _words_of_window(data, start // _WINDOW)
    top, bottom = _block(data, start, end)
    there = [(word, key) for at, word, key in near if top <= at < start or end <= at < bottom]
    telling = {_word_vendors()[word] for word, key in there if not key}
    return {_word_vendors()[word] for word, _ in there} - telling


@cache
def _word_vendors() -> dict[bytes, str]:
    every = all_providers().values()
    some = ((word, one.id) for one in every for word in one.words if len(word) > 3)
    return {word.encode(): vendor for word, vendor in some if word not in _COMPANIES}


_COMPANIES = {"alibaba"}  # says more than that a model is used; in a key's name it is enough


_PATH_FOLLOWS = re.compile(rb"[\w.]*(?:-ai)?/|\.(?:com|cn|ai)")
# ``DEEPSEEK_API_KEY=sk-…`` says whose the other key is; what is given a variable may be this one.
_KEY_FOLLOWS = re.compile(
    rb"[\w-]{0,40}(?:key|token|secret)[\"']?\]?[ \t]{0,3}+[:=][ \t]{0,3}+"
    rb"(?:[\"']?+[\w+/=-]{20,}+(?![\w(.\[])|(?:\"\"|'')?+[ \t,;]*+(?:$|#))",
    re.M | re.A,
)


def other_host(data: bytes, start: int, end: int) -> str:
    """A host nearby that is no vendor's: a relay's or a self-hosted gateway's, or ``""``."""
    every = _other_hosts_of_window(data, start // _WINDOW)
    if not every:
        return ""
    for low, high in (statement_around(data, start, end), _block(data, start, end, 3)):
        for at, host in every:
            if low <= at < high:
                return host
    return ""


_URL = re.compile(rb"https?:(?:\\?/){2}([A-Za-z0-9][A-Za-z0-9.-]{2,100}(?::\d{2,5})?)")


@cache
def _known_hosts() -> tuple[str, ...]:
    return tuple(host for one in all_providers().values() for host in one.hosts)


@lru_cache(maxsize=4)  # each of a key's is asked for two or three times
def _block(data: bytes, start: int, end: int, lines: int = _LINES) -> tuple[int, int]:
    top = start
    for _ in range(lines + 1):
        top = data.rfind(b"\n", max(0, start - _REACH), top)
        if top < 0:
            break
    bottom = end
    for _ in range(lines + 1):
        bottom = data.find(b"\n", bottom, end + _REACH) + 1
        if bottom == 0:
            break
    return max(top, start - _REACH, 0), bottom or min(len(data), end + _REACH)


def _window(index: int) -> tuple[int, int]:
    return max(0, index * _WINDOW - _MARGIN), (index + 1) * _WINDOW + _MARGIN


# A file with a million ambiguous keys has each of its windows searched once: literals one by one,
# which is thirty times as fast as a regex of them all.
@lru_cache(maxsize=4)
def _hosts_of_window(data: bytes, index: int) -> tuple[tuple[int, bytes], ...]:
    low, high = _window(index)
    places = _places(data[low:high], low, _host_vendors())
    return tuple((at, one) for at, one in places if at == 0 or data[at - 1] not in KEY_BYTES)


@lru_cache(maxsize=4)
def _words_of_window(data: bytes, index: int) -> tuple[tuple[int, bytes, bool], ...]:
    """Offset and word, and whether it is a part of the name of another key."""
    low, high = _window(index)
    lower = data[low:high].lower()
    return tuple(
        (at, word, _KEY_FOLLOWS.match(lower, at - low + len(word)) is not None)
        for at, word in _places(lower, low, _word_vendors())
        if lower[at - low - 1 : at - low] not in _BEFORE
        and not _PATH_FOLLOWS.match(lower, at - low + len(word))
    )


_BEFORE = frozenset(bytes([one]) for one in b"abcdefghijklmnopqrstuvwxyz/")


@lru_cache(maxsize=4)
def _other_hosts_of_window(data: bytes, index: int) -> tuple[tuple[int, str], ...]:
    every = ((one.start(), one[1].decode().lower()) for one in _URL.finditer(data, *_window(index)))
    return tuple(
        (at, host)
        for at, host in every
        if not any(host == one or host.endswith("." + one) for one in _known_hosts())
    )


def _places(text: bytes, shift: int, needles: Iterable[bytes]) -> list[tuple[int, bytes]]:
    """Every place of every needle, by offset."""
    places = []
    for needle in needles:
        at = text.find(needle)
        while at >= 0:
            places.append((at + shift, needle))
            at = text.find(needle, at + len(needle))
    return sorted(places)


@lru_cache(maxsize=4)
def _imports_of_window(data: bytes, index: int) -> tuple[tuple[str, str], ...]:
    pattern, vendors = _import_pattern()
    found = dict.fromkeys(match[1] for match in pattern.finditer(data, *_window(index)))
    return tuple((vendors[name], name.decode()) for name in found)
