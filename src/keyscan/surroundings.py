"""Vendors' traces around a value: hosts, SDK imports, model names, by how near they stand."""

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache, lru_cache

from keyscan.context import headings as headings
from keyscan.context import statement_around
from keyscan.providers import all_providers

_LINES = 20  # of a block, on either side
_REACH = 4096  # bytes of a block, on either side
_WINDOW = 1 << 18  # bytes of a file that are looked at together


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
def _host_pattern() -> re.Pattern[bytes]:
    known = sorted(_host_vendors(), key=len, reverse=True)
    return re.compile(rb"(?<![\w-])(?:[\w-]+\.)*?(" + b"|".join(map(re.escape, known)) + rb")\b")


@cache
def _import_pattern() -> tuple[re.Pattern[bytes], dict[bytes, str]]:
    vendors = {name.encode(): one.id for one in all_providers().values() for name in one.modules}
    names = b"|".join(map(re.escape, sorted(vendors, key=len, reverse=True)))
    pattern = rb"\b(?:import|from|require\(|using)[ \t]*[\"']?(" + names + rb")(?![\w-])"
    return re.compile(pattern), vendors


def hosts(data: bytes, start: int, end: int) -> Iterator[tuple[str, str, Near]]:
    """Vendor, host and nearness, the nearest place of each host only."""
    left, right = statement_around(data, start, end)
    top, bottom = _block(data, start, end)
    near_top, near_bottom = _block(data, start, end, 3)
    seen = set()
    for low, high, near in (
        (left, right, Near.STATEMENT),
        (near_top, near_bottom, Near.LINES),
        (top, bottom, Near.BLOCK),
    ):
        for found in _host_pattern().finditer(data, low, high):
            if found[1] not in seen:
                seen.add(found[1])
                yield _host_vendors()[found[1]], found[1].decode(), near
    for host in _hosts_of_window(data, start // _WINDOW):
        if host not in seen:
            yield _host_vendors()[host], host.decode(), Near.FILE


def imports_in_file(data: bytes, start: int) -> tuple[tuple[str, str], ...]:
    """Vendors whose SDK is imported in the file, with the module."""
    return _imports_of_window(data, start // _WINDOW)


def words_near(data: bytes, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Vendors whose names stand within 20 lines: models, settings, comments.

    ``deepseek-ai/…`` and ``Qwen/…`` name a model's weights, which any vendor may serve.
    """
    top, bottom = _block(data, start, end)
    around = data[top:start] + b" " + data[end:bottom]
    found = {match[0].lower() for match in _word_pattern().finditer(around)}
    for word in sorted(found):
        yield _word_vendors()[word], word.decode()


@cache
def _word_vendors() -> dict[bytes, str]:
    every = all_providers().values()
    return {word.encode(): one.id for one in every for word in one.words if len(word) > 3}


@cache
def _word_pattern() -> re.Pattern[bytes]:
    words = b"|".join(map(re.escape, sorted(_word_vendors(), key=len, reverse=True)))
    return re.compile(
        rb"(?<![a-z/])(?:" + words + rb")(?![\w.]*(?:-ai)?/)(?!\.(?:com|cn|ai))", re.I
    )


def other_host(data: bytes, start: int, end: int) -> str:
    """A host nearby that is no vendor's: a relay's or a self-hosted gateway's, or ``""``."""
    left, right = statement_around(data, start, end)
    top, bottom = _block(data, start, end, 3)
    for low, high in ((left, right), (top, bottom)):
        for found in _URL.finditer(data, low, high):
            host = found[1].decode().lower()
            if not any(host == one or host.endswith("." + one) for one in _known_hosts()):
                return host
    return ""


_URL = re.compile(rb"https?:(?:\\?/){2}([A-Za-z0-9][A-Za-z0-9.-]{2,100}(?::\d{2,5})?)")


@cache
def _known_hosts() -> tuple[str, ...]:
    return tuple(host for one in all_providers().values() for host in one.hosts)


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
    half = _WINDOW // 2
    return max(0, index * _WINDOW - half), (index + 1) * _WINDOW + half


# A file with a million ambiguous keys asks for each of its windows once.
@lru_cache(maxsize=4)
def _hosts_of_window(data: bytes, index: int) -> tuple[bytes, ...]:
    found = _host_pattern().finditer(data, *_window(index))
    return tuple(dict.fromkeys(match[1] for match in found))


@lru_cache(maxsize=4)
def _imports_of_window(data: bytes, index: int) -> tuple[tuple[str, str], ...]:
    pattern, vendors = _import_pattern()
    found = dict.fromkeys(match[1] for match in pattern.finditer(data, *_window(index)))
    return tuple((vendors[name], name.decode()) for name in found)
