"""Walks through containers: from a blob to the blobs inside it, level by level, on one budget.

Nothing is ever written to disk, and no more than a block of a member is in memory, but for
nested archives that must be read out of order (``Limits.held``).
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from pkgutil import iter_modules
from typing import BinaryIO, NamedTuple, cast

from keyscan import containers
from keyscan.blocks import BLOCK, blocks
from keyscan.container import (
    Budget,
    Container,
    Limits,
    Member,
    Meter,
    Problem,
    Tape,
    guarded,
    limit_detail,
)
from keyscan.containers import suspect, zipped
from keyscan.containers._zip_directory import ends_in_zip
from keyscan.inflate import fill
from keyscan.model import Blob, Gap, msg
from keyscan.prefilter import find


@cache
def all_containers() -> tuple[Container, ...]:
    """Every kind, in the order of the file names."""
    names = sorted(module.name for module in iter_modules(containers.__path__))
    kinds = [name for name in names if not name.startswith("_")]
    return tuple(import_module(f"{containers.__name__}.{name}").CONTAINER for name in kinds)


def recognise(head: bytes) -> Container | None:
    """The kind whose content starts so, if any."""
    for one in all_containers():
        if any(head[at : at + len(magic)] == magic for at, magic in one.magics):
            marked = not one.markers or any(find(head, word, 0) >= 0 for word in one.markers)
            if marked and one.fits(head):
                return one
    return zipped.CONTAINER if len(head) < BLOCK and ends_in_zip(BytesIO(head)) else None


def unpack(blob: Blob, limits: Limits | None) -> Iterator[Blob | Gap]:
    """What a blob that came from a source holds."""
    container = None if blob.offset else recognise(blob.data)
    alone = blob.final and not blob.offset
    if blob.whole is None and not alone:
        if container or blob.offset:
            yield Gap(blob.path, "archive-stream", limit_detail("archive-stream"))
        return
    try:
        with BytesIO(blob.data) if blob.whole is None else blob.whole() as file:
            yield from _unpack(blob, container, file, limits or Limits())
    except OSError as error:
        detail = msg("cannot be opened again: {error}", error=error.strerror)
        yield Gap(blob.path, "archive-unreadable", detail)


def _unpack(
    blob: Blob, container: Container | None, file: BinaryIO, limits: Limits
) -> Iterator[Blob | Gap]:
    kinds = [container] if container else []
    if container is not zipped.CONTAINER and ends_in_zip(file):
        kinds.append(zipped.CONTAINER)  # behind something else: zipapp, self-extracting archive
    budget = Budget(limits, file.seek(0, 2))
    for kind in kinds:
        file.seek(0)
        yield from _Walk(blob, budget).inside(_Place(blob.path, 1), kind, file)
    if budget.spent:
        yield Gap(blob.path, budget.spent, limit_detail(budget.spent))


class _Place(NamedTuple):
    """Where a container stands, and how deep."""

    path: str
    depth: int


class _Walk:
    """The way through one file's levels, on one budget."""

    def __init__(self, top: Blob, budget: Budget) -> None:
        self._source, self._commit, self._budget = top.source, top.commit, budget

    def inside(self, place: _Place, kind: Container, file: BinaryIO) -> Iterator[Blob | Gap]:
        """Every member of a container, and theirs."""
        for one in guarded(kind, file):
            if not self._budget.member():
                return
            if isinstance(one, Member):
                yield from self._member(place, kind, one)
            else:
                yield _gap(place.path, one)
            if self._budget.spent:
                return

    def _member(self, place: _Place, kind: Container, member: Member) -> Iterator[Blob | Gap]:
        meter = Meter(member, self._budget)
        path = f"{place.path}!{shown(member.name or _stem(place.path))}"
        head = fill(meter.read, BLOCK)
        inner = recognise(head) if suspect(Blob(path, head)) else None
        tape = Tape(head, meter.read)
        if inner is None or kind.derived:
            yield from self._raw(tape, path)
        elif member.bare and inner.name == "tar":
            yield from self.inside(place, inner, _file(tape))
        elif place.depth >= self._budget.limits.depth and not inner.derived:
            yield from self._raw(tape, path)
            yield _too_deep(path)
        else:
            yield from self._nested(_Place(path, place.depth + (not inner.derived)), inner, tape)
        if meter.trouble and not self._budget.spent:
            yield _gap(path, meter.trouble)

    def _nested(self, place: _Place, kind: Container, tape: Tape) -> Iterator[Blob | Gap]:
        if kind.streamed:
            yield from self.inside(place, kind, _file(tape))
            return
        held = self._budget.limits.held
        data = fill(tape.read, held)
        if len(data) < held:
            yield from self._raw(BytesIO(data), place.path)
            yield from self.inside(place, kind, BytesIO(data))
            return
        yield from self._raw(Tape(data, tape.read), place.path)
        yield Gap(place.path, "archive-size", limit_detail("archive-size"))

    def _raw(self, file: Tape | BytesIO, path: str) -> Iterator[Blob]:
        return blocks(file.read, path, self._source, self._commit)


def _file(tape: Tape) -> BinaryIO:
    """Streamed kinds call ``read`` alone, which is all that a tape has."""
    return cast(BinaryIO, tape)


def _stem(path: str) -> str:
    """What a compressed file calls its content: its own name without the last suffix."""
    name = path.replace("!", "/").rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and stem and len(suffix) <= 4 else "content"


def _too_deep(path: str) -> Gap:
    return Gap(path, "archive-depth", limit_detail("archive-depth"))


def _gap(path: str, problem: Problem) -> Gap:
    where = f"{path}!{shown(problem.name)}" if problem.name else path
    return Gap(where, problem.reason, problem.detail)


def shown(name: str) -> str:
    """A member's name as it may be printed: never absolute, no control characters, not endless."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    text = "/".join(parts)[:1024] or "unnamed"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "�" for char in text)
