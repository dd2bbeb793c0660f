"""Where found objects have been: paths, first and last commit, and the refs that reach them.

Two passes over the commits, however many objects are asked about: ``git rev-list`` lists them, and
carries each ref from its tip down to those that matter; ``git log --find-object`` names the commits
that brought the objects in or took them out, half of them in each of two processes.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from keyscan import git, objects
from keyscan.model import CommitRef, Exposure, Finding

_PIECE = 1 << 18
_ALONE = 1_000  # commits that one git walks as quickly as two
_AT_ONCE = 500 if os.name == "nt" else 4000  # object names on one command line
# Whatever configuration could turn on is turned off: log.showSignature would run gpg.
_LOG = (
    "-c", f"diff.orderFile={os.devnull}",
    "log", "--no-show-signature", "--no-notes", "--no-mailmap", "--no-ext-diff", "--no-textconv",
    "--no-color", "--no-decorate", "--no-renames", "--topo-order", "--root",
    "--raw", "-z", "-c", "--no-abbrev",
    "--format=%x01%H%x00%an%x00%aI",
)  # fmt: skip

_GRAPH = ("rev-list", "--topo-order", "--parents", "--all", "--reflog")
_REFS = ("for-each-ref", "--format=%(objectname)%00%(*objectname)%00%(refname)%00")
_TREE = ("ls-tree", "-r", "-z", "HEAD")


@dataclass(slots=True)
class Trace:
    """One object. ``commits`` touched it, newest first; ``adders`` are those that brought it in."""

    paths: dict[str, None] = field(default_factory=dict)
    commits: list[CommitRef] = field(default_factory=list)
    adders: list[str] = field(default_factory=list)
    refs: tuple[str, ...] = ()
    in_head: bool = False

    @property
    def path(self) -> str:
        """Its newest path, or ""."""
        return next(iter(self.paths), "")


def traces(
    blobs: Collection[str],
    commits: Collection[str] = (),
    tags: Collection[str] = (),
    cwd: str | None = None,
    failures: list[git.Answer] | None = None,
) -> dict[str, Trace]:
    """A trace for each of the objects. ``commits`` and ``tags`` are those with found messages.

    What no ref and no reflog reaches is looked for below all commits that the store has. Where
    git does not come to its end, what it said is added to ``failures``: traces may lack something.
    """
    failed = [] if failures is None else failures
    if not (blobs or commits or tags):
        return {}
    found = {oid: Trace() for oid in (*blobs, *commits, *tags)}
    with (
        git.started(_REFS, cwd) as named,
        git.started(_TREE, cwd) as tree,
        TemporaryFile() as graph,
    ):
        said = _listed(graph, cwd)
        with _shared(graph) as shares:
            _fill(found, blobs, shares, ("--no-walk=unsorted",), cwd, failed)
        lost = [oid for oid in blobs if not found[oid].commits]
        if lost:
            with TemporaryFile() as every:
                every.writelines(oid + b"\n" for oid in _every_commit(cwd))
                _fill(found, lost, [every], (), cwd, failed)
        for commit in _described(commits, cwd):
            found[commit.oid].commits.append(commit)
            found[commit.oid].adders.append(commit.oid)
        tips = _tips(named(), cwd, failed)
        adders = {oid for one in found.values() for oid in one.adders}
        reach = _reach(adders, tips, graph)
        head = {oid for oid, _ in _entries(tree())} if blobs else set()
    if said.code:
        failed.append(said)
    _add_refs(found, tips, reach)
    for oid, one in found.items():
        one.in_head = oid in head if oid in blobs else "HEAD" in one.refs and oid in commits
        if one.refs[:1] == ("HEAD",):  # before all that begin with ``refs/``
            one.refs = one.refs[1:]
    return found


def _add_refs(
    found: Mapping[str, Trace], tips: Mapping[str, list[str]], reach: Mapping[str, int]
) -> None:
    """The refs (and HEAD) that reach each object, in order."""
    names = _names(tips)
    known: dict[int, tuple[str, ...]] = {}  # thousands of objects, a few lists of as many refs
    for oid, one in found.items():
        mask = 0
        for adder in one.adders:
            mask |= reach.get(adder, 0)
        if mask not in known:
            known[mask] = tuple(name for at, name in enumerate(names) if mask >> at & 1)
        one.refs = known[mask]
        if oid in tips:
            one.refs = tuple(sorted({*one.refs, *tips[oid]}))


def _listed(graph: IO[bytes], cwd: str | None) -> git.Answer:
    """Every commit that a ref or a reflog reaches, newest first, with its parents: in a file."""
    with git.reading(_GRAPH, cwd) as output:
        while data := os.read(output.fd, _PIECE):
            graph.write(data)
    return git.Answer(output.code, b"", output.err)


@contextmanager
def _shared(graph: IO[bytes]) -> Iterator[Sequence[IO[bytes]]]:
    """The names of the commits in order, in a file for each git that walks them.

    Halves: what a commit changed is told beside its neighbours, whose trees it shares.
    """
    graph.seek(0)
    count = sum(1 for _ in graph)
    share = count if count < _ALONE or (os.cpu_count() or 1) < 2 else (count + 1) // 2
    graph.seek(0)
    with ExitStack() as files:
        shares = []
        names = (line.partition(b" ")[0].rstrip() + b"\n" for line in graph)
        for _ in range(0, count, share or 1):
            shares.append(files.enter_context(TemporaryFile()))
            shares[-1].writelines(islice(names, share))
        yield shares


def _fill(
    found: Mapping[str, Trace],
    blobs: Collection[str],
    commits: Sequence[IO[bytes]],
    walk: tuple[str, ...],
    cwd: str | None,
    failed: list[git.Answer],
) -> None:
    """Paths and commits of blobs, of one walk for each few thousand of them.

    Each of the files of commits is for a git of its own; all of them work at once.
    """
    asked = sorted(blobs)
    for start in range(0, len(asked), _AT_ONCE):
        some = [f"--find-object={oid}" for oid in asked[start : start + _AT_ONCE]]
        outputs = []
        with ExitStack() as walks:
            for file in commits:
                file.seek(0)
                args = [*_LOG, *some, *walk, "--stdin"]
                outputs.append(walks.enter_context(git.reading(args, cwd, stdin=file.fileno())))
            left: dict[str, dict[str, None]] = {}
            for output in outputs:
                _touched(found, _fields(output.fd), left)
            for oid, paths in left.items():  # behind those that it came to: it was moved away
                found[oid].paths = {**found[oid].paths, **paths}
        failed += [git.Answer(one.code, b"", one.err) for one in outputs if one.code]


def _every_commit(cwd: str | None) -> Iterator[bytes]:
    with objects.every(cwd, wanted=lambda _oid, kind: objects.KINDS[kind] == b"commit") as listed:
        yield from listed.oids()


def _touched(
    found: Mapping[str, Trace], fields: Iterator[bytes], left: dict[str, dict[str, None]]
) -> None:
    """``\\1commit``, author, date; then ``:mode mode oid oid status`` and a path for each change.

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
            for oid in dict.fromkeys(oids):
                trace = found.get(oid)
                if trace is None:
                    continue
                if oid == oids[-1]:
                    trace.paths[path] = None
                else:
                    left.setdefault(oid, {})[path] = None
                if not trace.commits or trace.commits[-1] != commit:
                    trace.commits.append(commit)
                if oid == oids[-1]:
                    trace.adders.append(commit.oid)


def _fields(fd: int) -> Iterator[bytes]:
    rest = b""
    while data := os.read(fd, _PIECE):
        parts = (rest + data).split(b"\0")
        rest = parts.pop()
        yield from parts
    if rest:
        yield rest


def _described(commits: Collection[str], cwd: str | None) -> Iterator[CommitRef]:
    asked = sorted(commits)
    for start in range(0, len(asked), _AT_ONCE):
        args = [*_LOG, "--no-walk=unsorted", "-s", *asked[start : start + _AT_ONCE], "--"]
        fields = iter(git.checked(args, cwd).split(b"\0"))
        for one in fields:
            if one.lstrip(b"\n").startswith(b"\1"):
                author, date = next(fields), next(fields)
                oid = one.lstrip(b"\n")[1:].decode()
                yield CommitRef(oid, author.decode(errors="replace"), date.decode())


def _tips(answer: git.Answer, cwd: str | None, failed: list[git.Answer]) -> dict[str, list[str]]:
    """Refs (and HEAD) by the object that they name, and by the commit behind a tag."""
    if answer.code:  # at a ref whose object is missing; those before it were listed
        failed.append(answer)
    fields = iter(answer.out.split(b"\0"))
    tips: dict[str, list[str]] = {}
    for oid, peeled, name in zip(fields, fields, fields, strict=False):
        for one in {oid.strip().decode(), peeled.decode()} - {""}:
            tips.setdefault(one, []).append(os.fsdecode(name))
    head = git.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"], cwd)
    if head.code == 0:
        tips.setdefault(head.out.decode().strip(), []).append("HEAD")
    return tips


def _names(tips: Mapping[str, list[str]]) -> list[str]:
    return sorted({name for every in tips.values() for name in every})


def _reach(
    targets: Collection[str], tips: Mapping[str, list[str]], graph: IO[bytes]
) -> dict[str, int]:
    """For each target commit, which refs reach it: bit n is the n-th name in order."""
    bits = {name: 1 << at for at, name in enumerate(_names(tips))}
    masks = {oid: sum(bits[name] for name in every) for oid, every in tips.items()}
    found: dict[str, int] = {}
    graph.seek(0)
    for line in graph if targets else ():
        commit, *parents = line.decode().split()
        mask = masks.pop(commit, 0)
        if commit in targets:
            found[commit] = mask
            if len(found) == len(targets):
                break
        for parent in parents:
            masks[parent] = masks.get(parent, 0) | mask
    return found


def in_head(blobs: Collection[str], cwd: str | None = None) -> dict[str, Trace]:
    """Paths alone, of those that HEAD's tree holds: a hundredth of the time of ``traces``."""
    found: dict[str, Trace] = {}
    for oid, path in _entries(git.run(_TREE, cwd)) if blobs else ():
        if oid in blobs:
            found.setdefault(oid, Trace(in_head=True)).paths[path] = None
    return found


def _entries(answer: git.Answer) -> Iterator[tuple[str, str]]:
    """Object and path of each file of a tree."""
    for entry in answer.out.split(b"\0")[:-1]:
        head, _, path = entry.partition(b"\t")
        yield head.rpartition(b" ")[2].decode(), os.fsdecode(path)


def exposed(finding: Finding, where: Iterable[Trace]) -> Finding:
    """The finding with the exposure of all objects that hold its key."""
    every = []
    for one in where:
        first, last = (one.commits[-1], one.commits[0]) if one.commits else (None, None)
        every.append(Exposure(first, last, one.refs, one.in_head))
    return replace(finding, exposure=widest(every))


def widest(every: Collection[Exposure]) -> Exposure:
    """All of them as one: the oldest first commit, the newest last one, all refs."""
    first = min((one.first for one in every if one.first), key=when, default=None)
    last = max((one.last for one in every if one.last), key=when, default=None)
    refs = dict.fromkeys(name for one in every for name in one.refs)
    return Exposure(first, last, tuple(refs), any(one.in_head for one in every))


def when(commit: CommitRef) -> float:
    """Its author's date as seconds since 1970; 0 for one that no clock shows."""
    from datetime import datetime  # late: only where a key was found

    try:
        return datetime.fromisoformat(commit.date).timestamp()
    except (ValueError, OverflowError):
        return 0.0
