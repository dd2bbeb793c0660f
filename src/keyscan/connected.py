"""What commits and trees name and the store does not have: git walks them while the store is read.

A list of what a store holds cannot tell what is missing from it. The walk takes a tenth to a fifth
of the time of a scan, in a process beside it (``bench/README.md``); a later scan walks only what
came since.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile

from keyscan import git
from keyscan.model import Gap, msg, plural
from keyscan.repository import Repository

# A commit graph would vouch for commits that are gone.
_WALK = (
    "-c", "core.commitGraph=false",
    "rev-list", "--objects", "--in-commit-order", "--no-object-names", "--quiet",
    "--missing=print", "--all", "--reflog", "--stdin",
)  # fmt: skip


@dataclass(slots=True)
class Walk:
    """Known once the block of ``walked`` is left; ``said`` are git's complaints.

    ``ended``: git came to the end of the history, and but for ``missing`` all of it is there.
    """

    gaps: tuple[Gap, ...] = ()
    said: bytes = b""
    missing: tuple[str, ...] = ()
    ended: bool = False


def tips(where: Repository) -> tuple[str, ...]:
    """What refs and reflogs name, as far as it can be read; the walk says what cannot."""
    refs = git.run(["for-each-ref", "--format=%(objectname)"], where.folder)
    # ``--stdin`` (of nothing): without a reflog it would be a wrong call
    named = ("--no-walk=unsorted", "--ignore-missing", "--reflog", "--stdin")
    logs = git.run(["rev-list", *named], where.folder)
    if refs.code or logs.code:
        return ()
    head = git.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"], where.folder)
    return tuple(dict.fromkeys((head.out + refs.out + logs.out).decode().split()))


def still_named(where: Repository, known: Iterable[str], tips: Iterable[str]) -> bool:
    """Whether all commits that ``known`` reaches are reached from ``tips``, too."""
    known, tips = set(known), set(tips)
    gone, new = known - tips, tips - known
    if not gone or (new and _behind(where, gone, new)):  # mostly: a branch went on
        return True
    return _behind(where, gone, tips)


def _behind(where: Repository, some: Iterable[str], tips: Iterable[str]) -> bool:
    """Whether ``tips`` reach all of them."""
    with TemporaryFile() as stdin:
        stdin.writelines(f"{oid}\n".encode() for oid in (*some, *(f"^{oid}" for oid in tips)))
        stdin.seek(0)
        asked = ["rev-list", "--max-count=1", "--stdin"]
        with git.reading(asked, where.folder, stdin=stdin.fileno()) as output:
            said = os.read(output.fd, 1)
    return not said and output.code == 0


@contextmanager
def walked(
    where: Repository,
    tips: Iterable[str] = (),
    known: Iterable[str] = (),
    missing: Iterable[str] = (),
) -> Iterator[Walk]:
    """A walk from all refs, reflogs and ``tips``, less what ``known`` reaches, beside the block.

    ``missing`` is what is known to lack behind the latter.
    """
    walk = Walk()
    with TemporaryFile() as stdin:
        stdin.writelines(f"{oid}\n".encode() for oid in tips)
        stdin.writelines(f"^{oid}\n".encode() for oid in known)
        stdin.seek(0)
        with git.reading(_WALK, where.folder, stdin=stdin.fileno()) as output:
            yield walk
            lacking = dict.fromkeys(missing)
            with os.fdopen(os.dup(output.fd), "rb") as lines:
                found = (line[1:].decode().strip() for line in lines if line.startswith(b"?"))
                lacking.update(dict.fromkeys(found))
    walk.ended = output.code == 0
    walk.said = output.err if walk.ended else b""
    walk.missing = tuple(lacking)
    walk.gaps = tuple(_gaps(where, walk.missing, output))


def _gaps(where: Repository, missing: tuple[str, ...], output: git.Output) -> Iterator[Gap]:
    if output.code:
        why = git.why(git.Answer(output.code, b"", output.err))
        detail = msg(
            "git cannot follow the history to its end ({why});"
            " run `git fsck` to see what is broken",
            why=why,
        )
        yield Gap(where.folder, "git-object", detail)
    count, example = len(missing), missing[0][:12] if missing else ""
    if count and is_partial(where):
        detail = plural(
            count,
            "a partial clone: 1 object is only with its remote ({example});"
            " run `git fetch --refetch --no-filter`, or clone it anew without --filter",
            "a partial clone: {count} objects are only with its remote (such as {example});"
            " run `git fetch --refetch --no-filter`, or clone it anew without --filter",
            example=example,
        )
        yield Gap(where.folder, "partial-clone", detail)
    elif count:
        detail = plural(
            count,
            "1 object that the history names is not in this store ({example});"
            " run `git fetch --refetch`, or fetch from a clone that has it",
            "{count} objects that the history names are not in this store (such as {example});"
            " run `git fetch --refetch`, or fetch from a clone that has them",
            example=example,
        )
        yield Gap(where.folder, "git-object", detail)


def is_partial(where: Repository) -> bool:
    """Whether a remote has promised the objects that are not here."""
    args = ["config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$"]
    return git.run(args, where.folder).code == 0
