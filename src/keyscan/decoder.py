"""The types that a file in ``decoders/`` fills in, and the one way they all rewrite text."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from keyscan.model import Gap
from keyscan.prefilter import find

Span = tuple[int, int]  # start, end (exclusive)
KEY = rb"[A-Za-z0-9_\-]"
_BETWEEN = b"\n\x01\n"  # parts windows of one view; nothing joins or decodes across it


class Text(NamedTuple):
    """Decoded bytes; ``at`` maps an offset in them to an offset in what was decoded.

    ``lost`` is what could not be read of it.
    """

    data: bytes
    at: Callable[[int], int]
    lost: tuple[Gap, ...] = ()


class Clues(NamedTuple):
    """Where a decoder should look, so that it need not read what holds nothing for it.

    ``first`` is the lowest offset of one of its literals, -1 where there is none. ``broken`` are
    windows, apart and in order, around pieces of keys that no rule can read as they stand.
    ``runs`` are long runs of base64's letters. ``depth`` counts the decoders before this one.
    """

    first: int
    broken: tuple[Span, ...]
    runs: tuple[Span, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Decoder:
    """One disguise. ``literals`` are what the prefilter knows it by; ``decode`` is called where
    one of them stands, a key is broken, or a long run stands, and takes linear time. ``joins``:
    it puts together what does not touch, so only rules that know a key's whole form may read it.
    ``inner``: it is of use behind another decoder only.
    """

    name: str
    decode: Callable[[bytes, Clues], Text | None]
    literals: tuple[bytes, ...] = ()
    joins: bool = False
    inner: bool = False


class _Lazy:
    """A regex that is compiled when it is first used: a clean scan uses none of the decoders'."""

    def __init__(self, source: bytes, flags: re.RegexFlag) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source, self._flags)
        for one in ("search", "match", "fullmatch", "finditer", "sub", "pattern"):
            setattr(self, one, getattr(compiled, one))
        return getattr(compiled, name)


def lazy(source: bytes, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[bytes]:
    """``re.compile``, later."""
    return cast("re.Pattern[bytes]", _Lazy(source, flags))


class Pieces:
    """Builds a ``Text`` from parts that know where they come from."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._starts: list[int] = []
        self._sources: list[int] = []
        self._steps: list[float | Callable[[int], int]] = []
        self.size = 0

    def add(self, part: bytes, source: int, step: float | Callable[[int], int] = 1) -> None:
        """``part`` was read from ``source`` on, ``step`` source bytes for each of its bytes.

        Or ``step`` says how far behind ``source`` each of them stands; hardly any is asked for.
        """
        if part:
            self._parts.append(part)
            self._starts.append(self.size)
            self._sources.append(source)
            self._steps.append(step)
            self.size += len(part)

    def text(self) -> Text:
        starts, sources, steps = self._starts, self._sources, self._steps

        def at(offset: int) -> int:
            piece = max(0, bisect_right(starts, offset) - 1)
            step, within = steps[piece], offset - starts[piece]
            return sources[piece] + (step(within) if callable(step) else int(within * step))

        return Text(b"".join(self._parts), at)


Part = tuple[bytes, int]  # text, and the offset where it stands in what is decoded; -1: nowhere
Replace = Callable[["re.Match[bytes]"], "bytes | list[Part] | None"]


def substitute(
    data: bytes, spans: Iterable[Span], pattern: re.Pattern[bytes], replace: Replace
) -> Text | None:
    """The spans with each match replaced (left alone where None), or None if nothing was.

    What is put in has the place of what it replaces, unless its parts say where they stand.
    """
    pieces, changed = Pieces(), False
    for start, end in spans:
        if pieces.size:
            pieces.add(_BETWEEN, start, 0)
        done = start
        for found in pattern.finditer(data, start, end):
            new = replace(found)
            if new is None:
                continue
            changed = True
            pieces.add(data[done : found.start()], done)
            for part, source in [(new, -1)] if isinstance(new, bytes) else new:
                pieces.add(part, found.start() if source < 0 else source, source >= 0)
            done = found.end()
        pieces.add(data[done:end], done)
    return pieces.text() if changed else None


def dense(data: bytes, first: int, literals: Iterable[bytes], run: re.Pattern[bytes]) -> list[Span]:
    """Where ``run`` matches around the literals; whoever hits a literal only is cheap."""
    found: list[Span] = []
    for literal in literals:
        done, at = 0, find(data, literal, max(0, first))
        while at >= 0:
            match = run.search(data, max(done, at - 600), at + 600)
            match = match and run.match(data, match.start())
            if match:
                found.append(match.span())
            done = match.end() if match else at + len(literal)
            at = find(data, literal, done)
    return merged(found, reach=0)


def merged(spans: Iterable[Span], reach: int, size: int = 1 << 62) -> list[Span]:
    """Spans widened by ``reach`` on both sides, in order, overlapping ones made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        start, end = max(0, start - reach), min(size, end + reach)
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
