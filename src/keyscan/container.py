"""The types that a file in ``containers/`` fills in: what holds further content, and how."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, NamedTuple

from keyscan.inflate import Corrupt, Read, Unsupported
from keyscan.model import Message, msg


class Limits(NamedTuple):
    """How much work one file may cause, all levels of nesting together. Hit: a gap.

    Up to ``floor`` bytes (``member_floor`` for one member) no ratio is looked at: small files of
    zeros are no bombs. ``held`` is what may stand in memory of a nested archive that has to be
    read out of order.
    """

    depth: int = 4
    members: int = 250_000
    ratio: int = 256
    total: int = 8 << 30
    floor: int = 256 << 20
    member_floor: int = 32 << 20
    held: int = 128 << 20


class Member(NamedTuple):
    """One piece of content inside a container.

    ``read(n)`` gives at most n bytes, none at the end, and may raise ``Corrupt``; it is read
    before the next member is asked for, not always to its end. ``packed`` says how many bytes
    of the container it took so far. ``bare`` members are the container's only content: a tar in
    a gz shows its members as the gz's own. An empty name is made from the container's.
    """

    name: str
    read: Read
    packed: Callable[[], int] | None = None
    bare: bool = False


class Problem(NamedTuple):
    """A gap in the making: ``name`` of the member (empty for the container itself)."""

    name: str
    reason: str
    detail: Message


@dataclass(frozen=True, slots=True)
class Container:
    """One kind of container.

    ``magics`` are (offset, bytes) pairs, any of which suggests it; ``markers`` (if any) are
    words of which one must stand in the first block too. ``fits`` then decides from the first
    bytes: whoever only looks like a container is scanned as it is, without a gap. ``members``
    gets the content, seekable unless ``streamed``. ``derived`` content (joined text) is another
    reading of the same bytes: it adds no level of depth.
    """

    name: str
    magics: tuple[tuple[int, bytes], ...]
    members: Callable[[BinaryIO], Iterable[Member | Problem]]
    fits: Callable[[bytes], bool] = lambda _head: True
    markers: tuple[bytes, ...] = ()
    streamed: bool = False
    derived: bool = False


def text_member(name: str, text: bytes) -> Member:
    """A member whose content is at hand."""
    return Member(name, BytesIO(text).read)


@dataclass(slots=True)
class Budget:
    """What is left of the limits for one file. ``spent`` is the gap's reason, or empty."""

    limits: Limits
    size: int
    out: int = 0
    count: int = 0
    spent: str = ""
    _limit: int = field(init=False)

    def __post_init__(self) -> None:
        self._limit = min(self.limits.total, max(self.limits.floor, self.limits.ratio * self.size))

    def member(self) -> bool:
        """Counts one more member; False when there are too many."""
        self.count += 1
        if self.count > self.limits.members:
            self.spent = "archive-members"
        return not self.spent

    def take(self, size: int) -> int:
        """How many of ``size`` unpacked bytes may still be used."""
        left = self._limit - self.out
        self.out += min(size, left)
        if size > left:
            self.spent = "archive-size" if self._limit == self.limits.total else "archive-ratio"
        return min(size, left)


class Meter:
    """Reads a member within the budget. Trouble ends it like an end of file and is kept."""

    def __init__(self, member: Member, budget: Budget) -> None:
        self.trouble: Problem | None = None
        self._member, self._budget, self._out = member, budget, 0

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end or after trouble."""
        if self.trouble or self._budget.spent:
            return b""
        try:
            data = self._member.read(size)
        except Exception as error:  # hostile bytes must cost one gap, not the whole scan
            shown = error if isinstance(error, Corrupt) else type(error).__name__
            self.trouble = Problem("", "archive-corrupt", corrupt(shown))
            return b""
        self._out += len(data)
        if self._is_bomb():
            self.trouble = Problem("", "archive-ratio", limit_detail("archive-ratio"))
            return b""
        return data[: self._budget.take(len(data))]

    def _is_bomb(self) -> bool:
        limits, packed = self._budget.limits, self._member.packed
        if packed is None or self._out <= limits.member_floor:
            return False
        return self._out > limits.ratio * packed()


class Tape:
    """Content whose head was read already, as a file that can only be read forward."""

    def __init__(self, head: bytes, read: Read) -> None:
        self._head, self._read = head, read

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes."""
        if self._head:
            part, self._head = self._head[:size], self._head[size:]
            return part
        return self._read(size)


def corrupt(error: object) -> Message:
    """Says that an archive breaks, and what to do."""
    return msg(
        "damaged ({error}): what could be read was scanned; replace or exclude the file",
        error=error,
    )


def unsupported(what: str) -> Problem:
    """The gap of a format that nothing here can read."""
    if what == "zstd":
        return Problem(
            "",
            "zstd-support",
            msg("zstd needs Python 3.14 or `pip install 'keyscan-cli[zstd]'`: not scanned inside"),
        )
    return Problem(
        "",
        "archive-unsupported",
        msg("{what} cannot be read here: unpack it and scan the folder", what=what),
    )


def limit_detail(reason: str) -> Message:
    """The sentence for a limit that was hit."""
    return {
        "archive-ratio": msg(
            "unpacks to far more than its size, like a bomb: unpack it and scan the folder, "
            "if you trust it"
        ),
        "archive-size": msg("too large to be scanned inside: unpack it and scan the folder"),
        "archive-members": msg("has too many members: unpack it and scan the folder"),
        "archive-depth": msg("archives nested too deeply: unpack it and scan the folder"),
        "archive-stream": msg(
            "an archive too large to be read from a stream: save it and scan the file"
        ),
    }[reason]


def guarded(container: Container, file: BinaryIO) -> Iterator[Member | Problem]:
    """The members of a container; what stops it becomes a problem of the whole."""
    try:
        yield from container.members(file)
    except Corrupt as error:
        yield Problem("", "archive-corrupt", corrupt(error))
    except Unsupported as error:
        yield unsupported(str(error))
    except OSError as error:
        detail = msg("cannot be read: {error}", error=error.strerror)
        yield Problem("", "archive-unreadable", detail)
    except Exception as error:  # hostile bytes must cost one gap, not the whole scan
        yield Problem("", "archive-corrupt", corrupt(type(error).__name__))
