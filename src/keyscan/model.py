"""The nouns of keyscan, in the order in which the flow makes them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from keyscan.secret import Secret


class Message(NamedTuple):
    """A sentence for a person, not yet in anybody's language: formats translate it (``i18n``).

    ``text`` is the English message id, ``values`` fill its ``{names}``. ``str`` is English.
    """

    text: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.text.format_map(dict(self.values)) if self.values else self.text


def msg(text: str, **values: object) -> Message:
    """A message; the catalogs are extracted from the calls of this function."""
    return Message(text, tuple((name, str(value)) for name, value in values.items()))


def plural(count: int, one: str, many: str, **values: object) -> Message:
    """``one`` where the count is 1, else ``many``, both message ids; ``{count}`` is filled, too."""
    values["count"] = count
    return Message(one if count == 1 else many, tuple((k, str(v)) for k, v in values.items()))


class Confidence(StrEnum):
    """How sure we are that this is a real key. ``NOTE`` never fails a run by default."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """3 for high down to 0 for note."""
        return ("note", "low", "medium", "high").index(self.value)

    def lowered(self) -> "Confidence":
        """One step less sure; low stays low."""
        return Confidence.MEDIUM if self is Confidence.HIGH else Confidence.LOW


class Liveness(StrEnum):
    """What the issuer said. ``LIVE`` and ``DORMANT`` must be rotated."""

    LIVE = "live"
    DORMANT = "dormant"  # recognised by the issuer, not usable now
    DEAD = "dead"  # the issuer said so
    UNKNOWN = "unknown"  # asked, the answer does not tell
    UNCHECKED = "unchecked"  # nobody asked


class Blob(NamedTuple):
    """Content to scan: a whole file, or one block of a large one.

    ``path`` is what is shown: POSIX, relative to the scanned root, members as ``a.zip!inner``.
    ``source`` is one of ``file index stdin history message name``, the last for the path's own
    words, or a ref's. For a block, ``offset`` (bytes), ``line`` and ``column`` (from 1) say where
    ``data`` starts in the whole, ``seen`` how many leading bytes the block before held too, and
    ``final`` whether another block follows.
    ``commit`` is set where the content is known to stand in a commit. ``whole`` opens the
    complete content, seekable, for decoders that need it; None when ``data`` is all there is.
    """

    path: str
    data: bytes
    source: str = "file"
    commit: str = ""
    offset: int = 0
    line: int = 1
    column: int = 1
    seen: int = 0
    final: bool = True
    whole: Callable[[], BinaryIO] | None = None


class Passed(NamedTuple):
    """Content that a source has sifted itself and found clean: it counts, and that is all."""

    blobs: int
    bytes: int


class View(NamedTuple):
    """One way to read a blob: as it is, or through decoders.

    ``decoded`` names the decoders from the outside in (empty for the bytes as they are).
    ``at`` maps an offset in ``data`` to an offset in ``blob.data``; None is the identity.
    ``hits`` are the prefilter's, (offset, index of the literal); None: not searched yet.
    ``joined``: parts were put together, so that only rules which know a key's whole form apply.
    """

    blob: Blob
    data: bytes
    decoded: tuple[str, ...] = ()
    at: Callable[[int], int] | None = None
    hits: tuple[tuple[int, int], ...] | None = None
    joined: bool = False


class Location(NamedTuple):
    """Where a key stands. ``line`` and ``column`` count from 1, columns in characters."""

    path: str
    line: int
    column: int
    source: str = "file"
    commit: str = ""
    decoded: tuple[str, ...] = ()


class Match(NamedTuple):
    """What a rule saw: a span of the view's bytes (end exclusive) and why it believes it."""

    start: int
    end: int
    confidence: Confidence
    evidence: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One match at one place. ``names`` are the variable or key names that hold it.

    ``view`` with ``span`` is the context that attribution reads; grouping drops both.
    """

    secret: Secret
    rule: str
    provider: str
    confidence: Confidence
    evidence: tuple[Message, ...]
    location: Location
    names: tuple[str, ...] = ()
    view: View | None = field(default=None, repr=False, compare=False)
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A candidate that is no finding, and why. ``reason`` is a word: placeholder, pragma, …"""

    candidate: Candidate
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that should have been scanned and was not. Makes the exit code 3.

    ``reason`` is a stable kebab-case word, ``detail`` a sentence that says what to do next.
    """

    path: str
    reason: str
    detail: Message


@dataclass(frozen=True, slots=True)
class Verdict:
    """The issuer's answer. ``reason`` is machine-readable, ``detail`` a sentence."""

    liveness: Liveness = Liveness.UNCHECKED
    reason: str = "not_asked"
    detail: Message = field(default_factory=lambda: msg("nobody asked the issuer"))
    checked_at: str = ""  # RFC 3339, UTC; empty when nobody asked


class CommitRef(NamedTuple):
    """A commit for people: ``date`` is RFC 3339 as its author's clock had it. No e-mail address."""

    oid: str
    author: str
    date: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """Where in a history a key has been.

    ``first`` and ``last`` are the oldest and the newest commit that brought it in or took it
    out; None where no commit holds it. ``commits`` are those that the finding's places name,
    ``more`` counts the paths that no place names. ``whole``: nothing was left out of the scan
    where the key could be older.

    ``refs`` are all refs that reach it, of a remote's request with the remote in front (``origin
    refs/pull/7/head``). Without any, ``kept`` is what does in this repository alone: a HEAD, or
    the log of a ref (``reflog refs/stash``). ``tags`` are the names of annotated tags in whose
    message it stands. ``in_head``: whether HEAD's tree (or HEAD's history, for a key in a
    message) still holds it.
    """

    first: CommitRef | None = None
    last: CommitRef | None = None
    refs: tuple[str, ...] = ()
    in_head: bool = False
    commits: tuple[CommitRef, ...] = ()
    more: int = 0
    kept: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    whole: bool = True

    @property
    def reachable(self) -> bool:
        """Whether whoever clones the repository with all its refs gets the key."""
        return bool(self.refs)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why a known key does not fail a run: an entry of a baseline, which ``origin`` names.

    ``date`` and ``expires`` (the last day on which it holds) are YYYY-MM-DD, empty for none.
    """

    reason: str
    author: str
    date: str
    expires: str
    origin: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One distinct key with all its places. ``exposure`` is known after a scan of a history.

    ``acceptance`` is set where a baseline names the key, also where it does not hold: a key
    that verified live counts all the same.
    """

    secret: Secret
    rule: str
    provider: str
    confidence: Confidence
    evidence: tuple[Message, ...]
    locations: tuple[Location, ...]
    names: tuple[str, ...] = ()
    verdict: Verdict = field(default_factory=Verdict)
    exposure: Exposure | None = None
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """What was scanned: ``blobs`` (files, or objects of a repository), bytes, wall seconds.

    Of the objects of a repository, ``commits`` and ``tags`` are no contents of files. ``again``:
    what an earlier scan has read and found clean is not counted.
    """

    blobs: int = 0
    bytes: int = 0
    seconds: float = 0.0
    commits: int = 0
    tags: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run; formats render it, ``__main__`` turns it into an exit code.

    ``findings`` is all that counts, ``accepted`` what a baseline took out of it.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    gaps: tuple[Gap, ...] = ()
    stats: Stats = field(default_factory=Stats)
    notices: tuple[Message, ...] = ()  # sentences about the run itself, such as a proxy in use
    accepted: tuple[Finding, ...] = ()  # each with its ``acceptance``
