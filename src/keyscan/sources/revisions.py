"""What commits bring in: every blob and message that a range of revisions adds to what was there.

Content that a later commit of the range removes again is among it: whoever gets the commits gets
the key. Blobs are listed by git (``rev-list --objects``), so each is read once.
"""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from typing import BinaryIO, NamedTuple

from keyscan import git
from keyscan.blocks import blocks
from keyscan.containers import suspect
from keyscan.errors import IncompleteError, KeyscanError, UsageError
from keyscan.model import Blob, Gap, Message, msg, plural
from keyscan.sources.history import OPENED_MAX

HEX = frozenset("0123456789abcdef")
_AT_ONCE = 400  # revisions in one command line: Windows takes 32,767 characters


class Span(NamedTuple):
    """A set of commits as git writes it: reachable from ``tips``, not from ``known``.

    Both are object ids; ``known`` may hold options such as ``--remotes=origin``, too.
    """

    tips: tuple[str, ...]
    known: tuple[str, ...] = ()


class Listing(NamedTuple):
    """The objects that spans bring in. ``paths``: object id → first path, of all but commits.

    ``missing`` are objects that should be there and are not, ``cut`` commits whose parents a
    shallow clone does not have.
    """

    spans: tuple[Span, ...]
    commits: tuple[bytes, ...]
    paths: dict[bytes, str]
    missing: tuple[bytes, ...]
    cut: tuple[bytes, ...]


def span_of(expression: str, cwd: str | None = None) -> Span:
    """``A..B``, ``A...B`` or ``C^!``, as git reads it; an empty side is HEAD.

    Raises UsageError for what is no range, IncompleteError for a revision that is not here.
    """
    if expression.startswith("-"):
        raise UsageError(msg("{range} is no range: no revision starts with -", range=expression))
    if ".." not in expression and not expression.endswith("^!"):
        raise UsageError(
            msg("{range} is no range: write A..B, A...B, or C^! for one commit", range=expression)
        )
    args = ["rev-parse", "--revs-only", "--end-of-options", expression]
    answer = git.run(args, cwd, hook=True)
    oids = [word for word in answer.out.decode().split() if set(word.lstrip("^")) <= HEX]
    if answer.code < 0 or (answer.code and b"repository" in answer.err):
        raise git.failure(answer)
    here = git.objects([word.lstrip("^").encode() for word in oids], cwd, hook=True)
    if answer.code or not oids or any(one.kind == "missing" for one in here):
        raise IncompleteError(_not_here(expression, cwd))
    return Span(
        tuple(word for word in oids if word[0] != "^"),
        tuple(word[1:] for word in oids if word[0] == "^"),
    )


def since(revision: str, cwd: str | None = None) -> Span:
    """What HEAD has and ``revision`` has not."""
    if not revision or ".." in revision:
        raise UsageError(msg("--since-ref takes one revision, not {words}", words=repr(revision)))
    return span_of(f"{revision}..HEAD", cwd)


def _not_here(expression: str, cwd: str | None) -> Message:
    if _is_shallow(cwd):
        return msg(
            "{range} names a revision that this shallow clone does not have; run"
            " `git fetch --unshallow`, in GitHub Actions check out with `fetch-depth: 0`",
            range=expression,
        )
    return msg(
        "{range} names a revision that is not in this repository: misspelt, not fetched, or"
        " rewritten by a force push; run `git fetch`, or name the branch's base instead",
        range=expression,
    )


def _is_shallow(cwd: str | None) -> bool:
    answer = git.run(["rev-parse", "--is-shallow-repository"], cwd, hook=True)
    return answer.out.strip() == b"true"


def listing(spans: Iterable[Span], cwd: str | None = None) -> Listing:
    """All objects of all spans, each once. Raises ``KeyscanError`` where git cannot list them."""
    kept = tuple(part for span in spans if span.tips for part in _parts(span))
    commits: dict[bytes, None] = {}
    paths: dict[bytes, str] = {}
    missing: dict[bytes, None] = {}
    for span in kept:
        args = ["rev-list", "--objects", "--missing=print", *words(span)]
        answer = git.run(args, cwd, hook=True)
        if answer.code:
            raise _unlisted(answer, cwd)
        for line in answer.out.split(b"\n")[:-1]:  # not splitlines: a name may hold a \r
            oid, named, path = line.partition(b" ")
            if oid.startswith(b"?"):
                missing[oid[1:]] = None
            elif named:
                # One that is pushed by itself has no path.
                shown = os.fsdecode(path) or f"blob {oid[:12].decode()}"
                paths.setdefault(oid, shown)
            else:
                commits[oid] = None
    cut = _cut(kept, commits, cwd)
    return Listing(kept, tuple(commits), paths, tuple(missing), cut)


def _parts(span: Span) -> Iterator[Span]:
    """The same commits in portions that fit into a command line, as far as tips go."""
    for first in range(0, len(span.tips), _AT_ONCE):
        yield Span(span.tips[first : first + _AT_ONCE], span.known)


def words(span: Span) -> tuple[str, ...]:
    """The span as arguments for git."""
    return (*span.tips, "--not", *span.known, "--") if span.known else (*span.tips, "--")


def _unlisted(answer: git.Answer, cwd: str | None) -> KeyscanError:
    if _is_shallow(cwd):
        return IncompleteError(
            msg(
                "git cannot list the commits in this shallow clone ({why}); run"
                " `git fetch --unshallow`, in GitHub Actions check out with `fetch-depth: 0`",
                why=git.why(answer),
            )
        )
    return git.failure(answer)


def _cut(spans: Iterable[Span], commits: dict[bytes, None], cwd: str | None) -> tuple[bytes, ...]:
    """Commits of a shallow clone's edge, unless all their parents are known anyway."""
    path = git.checked(["rev-parse", "--git-path", "shallow"], cwd, hook=True)
    file = os.path.join(cwd or "", os.fsdecode(path).rstrip("\n"))
    try:
        with open(file, "rb") as stream:
            edge = [oid for oid in stream.read().split() if oid in commits]
    except OSError:  # no such file: the clone is whole
        return ()
    known = {word.encode() for span in spans for word in span.known}
    return tuple(
        one.oid
        for one in git.objects(edge, cwd, hook=True)
        if not set(_parents(one.read(one.size))) <= known
    )


def _parents(commit: bytes) -> list[bytes]:
    header = commit.partition(b"\n\n")[0]
    return [line[7:] for line in header.split(b"\n") if line.startswith(b"parent ")]


def contents(found: Listing, cwd: str | None = None) -> Iterator[Blob | Gap]:
    """The content of all blobs and messages of the listing.

    A blob's ``commit`` is the blob's own id until ``origins.brought_in`` puts the commit in its
    place; a message's is the commit or tag that it belongs to.
    """
    yield from _gaps(found)
    asked = (*found.commits, *found.paths)
    for one in git.objects(asked, cwd, hook=True):
        name = one.oid.decode()
        if one.kind == "blob":
            yield from _blob(one, found.paths[one.oid], cwd)
        elif one.kind in ("commit", "tag"):
            yield from message(one.read(one.size), one.kind, name)
        elif one.kind == "missing":
            yield _missing(found.paths.get(one.oid, name), 1, name)


def _blob(one: git.Object, path: str, cwd: str | None) -> Iterator[Blob | Gap]:
    """One that is too large to be held in memory is not opened as an archive."""
    name = one.oid.decode()
    whole = partial(_whole, name, cwd) if one.size <= OPENED_MAX else None
    for blob in blocks(one.read, path, "history", name, whole):
        if whole is None and not blob.offset and suspect(blob):
            detail = msg("too large to be opened inside of git; check it out and scan it")
            yield Gap(path, "archive-size", detail)
        yield blob


def _whole(oid: str, cwd: str | None) -> BinaryIO:
    """In memory: a copy on the disk would be one more place that holds a key."""
    return BytesIO(git.checked(["cat-file", "blob", oid], cwd, hook=True))


def message(raw: bytes, kind: str, oid: str) -> Iterator[Blob]:
    """A commit's or tag's message, its lines counted from 1, and its header: names can be keys."""
    header, _, text = raw.partition(b"\n\n")
    shown = f"{kind} {oid[:12]}"  # what to give to `git cat-file`
    yield Blob(shown, text, "message", oid)
    yield Blob(f"{shown} header", header, "message", oid)


def _gaps(found: Listing) -> Iterator[Gap]:
    if found.missing:
        yield _missing("", len(found.missing), found.missing[0].decode())
    if found.cut:
        detail = msg(
            "this shallow clone ends at {count} of the commits to scan ({example}), what came"
            " before was not scanned; run `git fetch --unshallow`, in GitHub Actions check out"
            " with `fetch-depth: 0`",
            count=len(found.cut),
            example=found.cut[0].decode()[:12],
        )
        yield Gap("", "shallow", detail)


def _missing(path: str, count: int, example: str) -> Gap:
    detail = plural(
        count,
        "1 object is not in this repository ({example}); fetch it with"
        " `git fetch --refetch` if it is a partial clone, else run `git fsck`",
        "{count} objects are not in this repository ({example}); fetch them with"
        " `git fetch --refetch` if it is a partial clone, else run `git fsck`",
        example=example[:12],
    )
    return Gap(path, "git-object", detail)
