"""Which commits brought objects in or took them out, and under which paths: git's log says it.

However many objects are asked about, the commits are walked once, half of them in each of two
processes; and only those that came since an earlier walk, whose commits are known.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from keyscan import git
from keyscan.model import CommitRef

_PIECE = 1 << 18
_ALONE = 1_000  # commits that one git walks as quickly as two
_AT_ONCE = 500 if os.name == "nt" else 4000  # object names on one command line
# Whatever configuration could turn on is turned off: log.showSignature would run gpg.
_SHOWN = (
    "-c", f"diff.orderFile={os.devnull}",
    "log", "--no-show-signature", "--no-notes", "--no-mailmap", "--no-color", "--no-decorate",
    "-z", "--format=%x01%H%x00%an%x00%aI",
)  # fmt: skip
_LOG = (
    *_SHOWN, "--no-ext-diff", "--no-textconv", "--no-renames", "--no-relative",
    "--root", "--raw", "-c", "--no-abbrev",
)  # fmt: skip

# By date, not line after line: of two branches that brought something in, the older comes last.
_GRAPH = ("rev-list", "--date-order", "--parents", "--all", "--reflog")


@dataclass(slots=True)
class Trace:
    """One object. ``commits`` touched it, newest first; ``adders`` are those that brought it in.

    ``paths``, the newest first, each with the commit that first brought it in there, where that
    is known. ``whole``: these are all. ``kept`` is what reaches it where no ref does; ``tag`` is
    the name that a tag gives itself.
    """

    paths: dict[str, CommitRef | None] = field(default_factory=dict)
    commits: list[CommitRef] = field(default_factory=list)
    adders: list[str] = field(default_factory=list)
    refs: tuple[str, ...] = ()
    in_head: bool = False
    whole: bool = True
    kept: tuple[str, ...] = ()
    tag: str = ""

    @property
    def path(self) -> str:
        """Its newest path, or ""."""
        return next(iter(self.paths), "")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier walk told: of all that ``tips`` reach, ``commits`` are those that touched a
    blob which is asked about now, but for the blobs in ``untold``, which nobody asked about then.
    """

    tips: tuple[str, ...]
    commits: frozenset[str]
    untold: frozenset[str]


def listed(graph: IO[bytes], cwd: str | None) -> git.Answer:
    """Every commit that a ref or a reflog reaches, newest first, with its parents: in a file."""
    with git.reading(_GRAPH, cwd) as output:
        while data := os.read(output.fd, _PIECE):
            graph.write(data)
    return git.Answer(output.code, b"", output.err)


def fill(
    found: Mapping[str, Trace],
    graph: IO[bytes],
    cwd: str | None,
    failed: list[git.Answer],
    earlier: Earlier | None = None,
) -> None:
    """Paths and commits of blobs, as far as the commits of ``graph`` touched them."""
    told = found.keys() - earlier.untold if earlier else set()
    if told and earlier:
        with _shared(_recent(graph, earlier)) as shares:
            _fill({oid: found[oid] for oid in told}, shares, ("--no-walk=unsorted",), cwd, failed)
    if len(told) < len(found):
        graph.seek(0)
        rest = {oid: one for oid, one in found.items() if oid not in told}
        with _shared(line.partition(b" ")[0].rstrip() for line in graph) as shares:
            _fill(rest, shares, ("--no-walk=unsorted",), cwd, failed)


def fill_below(
    found: Mapping[str, Trace],
    commits: Iterable[bytes],
    cwd: str | None,
    failed: list[git.Answer],
) -> None:
    """The same of blobs that are nowhere but below ``commits``, in any order."""
    with TemporaryFile() as every:
        every.writelines(oid + b"\n" for oid in commits)
        _fill(found, [every], ("--date-order",), cwd, failed)


def fill_newest(
    found: Mapping[str, Trace], cwd: str | None, failed: list[git.Answer], earlier: Earlier | None
) -> None:
    """Paths of each blob by the newest change to it, and the commit that made it.

    git is ended as soon as all are found, which is mostly long before the first commit. What
    ``earlier`` tells is believed of what has not changed since: all that its tips reach must
    still be reached.
    """
    if earlier:
        _fill_newest(found, earlier.tips, cwd, failed)
        _fill_from(found, earlier.commits, cwd, failed)
    _fill_newest(found, (), cwd, failed)


def _fill_newest(
    found: Mapping[str, Trace], known: Sequence[str], cwd: str | None, failed: list[git.Answer]
) -> None:
    """Where ``known`` do not reach."""
    commits: dict[str, None] = {}
    lost = {oid: one for oid, one in found.items() if not one.paths}
    for some in _portions(lost):
        args = [*_LOG, *_finding(some), "--all", "--reflog", "--stdin"]
        with TemporaryFile() as stdin:
            stdin.writelines(f"^{oid}\n".encode() for oid in known)
            stdin.seek(0)
            with git.reading(args, cwd, stdin=stdin.fileno()) as output:
                for commit, oids, _ in _changes(_fields(output.fd)):
                    commits[commit.oid] = None
                    for oid in oids:
                        some.pop(oid, None)
                    if not some:
                        break
        if output.code and some:
            failed.append(git.Answer(output.code, b"", output.err))
    _fill_from(lost, commits, cwd, failed)


def _fill_from(
    found: Mapping[str, Trace],
    commits: Collection[str],
    cwd: str | None,
    failed: list[git.Answer],
) -> None:
    """All that some commits changed, the newest first."""
    lost = {oid: one for oid, one in found.items() if not one.paths}
    if not commits or not lost:
        return
    with TemporaryFile() as asked:
        asked.writelines(f"{oid}\n".encode() for oid in commits)
        _fill(lost, [asked], ("--no-walk", "--ignore-missing"), cwd, failed)
    for one in lost.values():
        one.whole = not one.paths


def _recent(graph: IO[bytes], earlier: Earlier) -> Iterator[bytes]:
    """The commits that touched something, as an earlier walk told, and those it has not seen."""
    graph.seek(0)
    behind = set(earlier.tips)
    for line in graph:
        commit, *parents = line.decode().split()
        if commit not in behind or commit in earlier.commits:
            yield commit.encode()
        if commit in behind:
            behind.remove(commit)
            behind.update(parents)


@contextmanager
def _shared(commits: Iterable[bytes]) -> Iterator[Sequence[IO[bytes]]]:
    """Their names in order, in a file for each git that walks them.

    Halves: what a commit changed is told beside its neighbours, whose trees it shares.
    """
    with ExitStack() as files:
        every = files.enter_context(TemporaryFile())
        every.writelines(oid + b"\n" for oid in commits)
        every.seek(0)
        count = sum(1 for _ in every)
        share = count if count < _ALONE or (os.cpu_count() or 1) < 2 else (count + 1) // 2
        every.seek(0)
        shares = []
        for _ in range(0, count, share or 1):
            shares.append(files.enter_context(TemporaryFile()))
            shares[-1].writelines(islice(every, share))
        yield shares


def _fill(
    found: Mapping[str, Trace],
    commits: Sequence[IO[bytes]],
    walk: tuple[str, ...],
    cwd: str | None,
    failed: list[git.Answer],
) -> None:
    """One walk for each few thousand blobs.

    Each of the files of commits is for a git of its own; all of them work at once.
    """
    for some in _portions(found):
        outputs = []
        with ExitStack() as walks:
            for file in commits:
                file.seek(0)
                args = [*_LOG, *_finding(some), *walk, "--stdin"]
                outputs.append(walks.enter_context(git.reading(args, cwd, stdin=file.fileno())))
            left: dict[str, dict[str, None]] = {}
            for output in outputs:
                _touched(some, _fields(output.fd), left)
            for oid, paths in left.items():  # behind those that it came to: it was moved away
                for path in paths:
                    found[oid].paths.setdefault(path)
        failed += [git.Answer(one.code, b"", one.err) for one in outputs if one.code]


def _portions(found: Mapping[str, Trace]) -> Iterator[dict[str, Trace]]:
    """As many as fit on a command line. A change names two blobs: only these have all of theirs."""
    asked = sorted(found)
    for start in range(0, len(asked), _AT_ONCE):
        yield {oid: found[oid] for oid in asked[start : start + _AT_ONCE]}


def _finding(some: Iterable[str]) -> Iterator[str]:
    return (f"--find-object={oid}" for oid in some)


def _touched(
    found: Mapping[str, Trace], fields: Iterator[bytes], left: dict[str, dict[str, None]]
) -> None:
    """Adds each change to the traces of its blobs; to ``left``, the paths they were taken from."""
    for commit, oids, path in _changes(fields):
        for oid in dict.fromkeys(oids):
            trace = found.get(oid)
            if trace is None:
                continue
            if oid == oids[-1]:
                trace.paths[path] = commit  # in the place of a newer one
            else:
                left.setdefault(oid, {})[path] = None
            if not trace.commits or trace.commits[-1] != commit:
                trace.commits.append(commit)
            if oid == oids[-1]:
                trace.adders.append(commit.oid)


def _changes(fields: Iterator[bytes]) -> Iterator[tuple[CommitRef, list[str], str]]:
    """Commit, blobs before and after, and path of each change.

    Read from ``\\1commit``, author, date; then ``:mode mode oid oid status`` and a path for each.
    A merge's change has one colon, mode and oid more for each further parent.
    """
    commit = CommitRef("", "", "")
    for field_ in fields:
        head = field_.lstrip(b"\n")
        if head.startswith(b"\1"):
            author, date = next(fields), next(fields)
            commit = CommitRef(head[1:].decode(), author.decode(errors="replace"), date.decode())
        elif head.startswith(b":"):
            path = os.fsdecode(next(fields))
            parents = len(head) - len(head.lstrip(b":"))
            oids = head.lstrip(b":").decode().split(" ")[parents + 1 : 2 * parents + 2]
            yield commit, oids, path


def _fields(fd: int) -> Iterator[bytes]:
    rest = b""
    while data := os.read(fd, _PIECE):
        parts = (rest + data).split(b"\0")
        rest = parts.pop()
        yield from parts
    if rest:
        yield rest


def described(
    commits: Collection[str], cwd: str | None, failed: list[git.Answer]
) -> Iterator[CommitRef]:
    """Who made these commits, and when; their trees are not needed, which may be missing."""
    asked = sorted(commits)
    for start in range(0, len(asked), _AT_ONCE):
        args = [*_SHOWN, "--no-walk=unsorted", "-s", *asked[start : start + _AT_ONCE], "--"]
        answer = git.run(args, cwd)
        if answer.code:
            failed.append(answer)
        fields = iter(answer.out.split(b"\0"))
        for one in fields:
            if one.lstrip(b"\n").startswith(b"\1"):
                author, date = next(fields), next(fields)
                oid = one.lstrip(b"\n")[1:].decode()
                yield CommitRef(oid, author.decode(errors="replace"), date.decode())
