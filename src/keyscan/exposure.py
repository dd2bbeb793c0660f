"""Where found objects have been: paths, first and last commit, and the refs that reach them.

Two passes over the commits, however many objects are asked about: ``git rev-list`` lists them,
which tells what each ref reaches; ``touched`` says which of them brought the objects in or took
them out.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO

from keyscan import git, objects
from keyscan.model import CommitRef, Exposure, Finding
from keyscan.touched import Earlier, Trace, described, fill, fill_below, fill_newest, listed

_REFS = (
    "for-each-ref",
    "--format=%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(refname)%00",
)
_PIECE = 1 << 18
_FILES = ("ls-tree", "-r", "-z", "--full-tree")
_TREE = (*_FILES, "HEAD")


def traces(
    blobs: Collection[str],
    commits: Collection[str] = (),
    tags: Collection[str] = (),
    cwd: str | None = None,
    failures: list[git.Answer] | None = None,
    earlier: Earlier | None = None,
) -> dict[str, Trace]:
    """A trace for each of the objects. ``commits`` and ``tags`` are those with found messages.

    What no ref and no reflog reaches is looked for below all commits that the store has. Where
    git does not come to its end, what it said is added to ``failures``: traces may lack something.
    ``earlier`` is what was walked before.
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
        said = listed(graph, cwd)
        fill({oid: found[oid] for oid in blobs}, graph, cwd, failed, earlier)
        lost = {oid: found[oid] for oid in blobs if not found[oid].commits}
        if lost:
            fill_below(lost, _every_commit(cwd), cwd, failed)
        for commit in described(commits, cwd, failed):
            found[commit.oid].commits.append(commit)
            found[commit.oid].adders.append(commit.oid)
        tips, trees = _tips(named(), cwd, failed)
        _add_trees(found, trees, tips, cwd)
        _add_refs(found, tips, graph)
        head = {oid for oid, _ in _entries(tree())} if blobs else set()
    if said.code:
        failed.append(said)
    for oid, one in found.items():
        one.in_head = oid in head if oid in blobs else "HEAD" in one.refs and oid in commits
        if one.refs[:1] == ("HEAD",):  # before all that begin with ``refs/``
            one.refs = one.refs[1:]
    return found


def _every_commit(cwd: str | None) -> Iterator[bytes]:
    with objects.every(cwd, wanted=lambda _oid, kind: objects.KINDS[kind] == b"commit") as listed:
        yield from listed.oids()


def _add_refs(found: Mapping[str, Trace], tips: Mapping[str, list[str]], graph: IO[bytes]) -> None:
    """The refs (and HEAD) that reach each object, in order."""
    bits = {oid: 1 << at for at, oid in enumerate(_adders(found))}
    reached = _reached(bits, tips, graph)
    known: dict[tuple[int, ...], tuple[str, ...]] = {}  # thousands of objects, a few lists of refs
    for oid, one in found.items():
        wanted = 0
        for adder in one.adders:
            wanted |= bits[adder]
        masks = tuple(mask for mask in reached if mask & wanted)
        if masks not in known:
            known[masks] = tuple(sorted({name for mask in masks for name in reached[mask]}))
        one.refs = known[masks]
        if oid in tips:
            one.refs = tuple(sorted({*one.refs, *tips[oid]}))


def _adders(found: Mapping[str, Trace]) -> dict[str, None]:
    return dict.fromkeys(oid for one in found.values() for oid in one.adders)


def _tips(
    answer: git.Answer, cwd: str | None, failed: list[git.Answer]
) -> tuple[dict[str, list[str]], list[str]]:
    """Refs (and HEAD) by the object that they name, and by what is behind a tag; also the trees."""
    if answer.code:  # at a ref whose object is missing; those before it were listed
        failed.append(answer)
    fields = iter(answer.out.split(b"\0"))
    tips: dict[str, list[str]] = {}
    trees: list[str] = []
    for kind, oid, inner, peeled, name in zip(*[fields] * 5, strict=False):
        named = {oid.decode(): kind.strip().decode(), peeled.decode(): inner.decode()}
        if inner == b"tag":
            named.update(_tagged(peeled.decode(), cwd))
        for one in named.keys() - {""}:
            tips.setdefault(one, []).append(os.fsdecode(name))
        trees += [one for one, what in named.items() if what == "tree"]
    head = git.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"], cwd)
    if head.code == 0:
        tips.setdefault(head.out.decode().strip(), []).append("HEAD")
    return tips, trees


def _tagged(tag: str, cwd: str | None) -> Iterator[tuple[str, str]]:
    """What is behind a tag that is itself tagged, with its kind: some gits peel only one."""
    kind = "tag"
    while kind == "tag":
        head = git.run(["cat-file", "tag", tag], cwd).out.split(b"\n")[:2]
        if len(head) < 2:
            return
        tag, kind = (line.partition(b" ")[2].decode() for line in head)
        yield tag, kind


def _add_trees(
    found: Mapping[str, Trace], trees: list[str], tips: dict[str, list[str]], cwd: str | None
) -> None:
    """Paths in trees that refs name themselves, and these refs: no commit tells of them."""
    for tree in trees:
        for oid, path in _entries(git.run([*_FILES, tree], cwd)):
            if oid in found:
                found[oid].paths.setdefault(path)
                tips[oid] = list(dict.fromkeys((*tips.get(oid, ()), *tips[tree])))


def _reached(
    bits: Mapping[str, int], tips: Mapping[str, list[str]], graph: IO[bytes]
) -> dict[int, list[str]]:
    """Names of refs by the commits that they reach, a bit for each of these.

    From the oldest commit on, so that a number has as many bits as commits are asked about: there
    may be a hundred thousand refs.
    """
    masks: dict[str, int] = {}
    shared: dict[int, int] = {}
    for line in _backwards(graph) if bits else ():
        commit, *parents = line.decode().split()
        mask = bits.get(commit, 0)
        for parent in parents:
            mask |= masks.get(parent, 0)
        if mask:
            masks[commit] = shared.setdefault(mask, mask)
    found: dict[int, list[str]] = {}
    for oid, names in tips.items():
        if oid in masks:
            found.setdefault(masks[oid], []).extend(names)
    return found


def _backwards(file: IO[bytes]) -> Iterator[bytes]:
    """Its lines, the last one first."""
    end, rest = file.seek(0, os.SEEK_END), b""
    while end > 0:
        start = max(0, end - _PIECE)
        file.seek(start)
        lines = (file.read(end - start) + rest).splitlines()
        rest = lines.pop(0) if start else b""
        yield from reversed(lines)
        end = start


def in_head(blobs: Collection[str], cwd: str | None = None) -> dict[str, Trace]:
    """Paths alone, of those that HEAD's tree holds: a hundredth of the time of ``traces``."""
    found: dict[str, Trace] = {}
    for oid, path in _entries(git.run(_TREE, cwd)) if blobs else ():
        if oid in blobs:
            found.setdefault(oid, Trace(in_head=True)).paths[path] = None
    return found


def somewhere(
    blobs: Collection[str],
    cwd: str | None,
    failures: list[git.Answer],
    earlier: Earlier | None = None,
) -> dict[str, Trace]:
    """Paths of each, where HEAD's tree does not hold it: a quarter of the time of ``traces``.

    All that the tips of ``earlier`` reach must still be reached.
    """
    found = {oid: Trace() for oid in blobs}
    fill_newest(found, cwd, failures, earlier)
    lost = {oid: one for oid, one in found.items() if not one.paths}
    if lost:
        tips, trees = _tips(git.run(_REFS, cwd), cwd, failures)
        _add_trees(lost, trees, tips, cwd)
        lost = {oid: one for oid, one in lost.items() if not one.paths}
    if lost:
        fill_below(lost, _every_commit(cwd), cwd, failures)
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
    # Thousands of objects share a few tuples of thousands of names (``_add_refs``).
    named = {id(one.refs): one.refs for one in every}
    refs = dict.fromkeys(name for names in named.values() for name in names)
    return Exposure(
        first,
        last,
        tuple(refs),
        any(one.in_head for one in every),
        commits=tuple(dict.fromkeys(known for one in every for known in one.commits)),
        more=sum(one.more for one in every),
        whole=all(one.whole for one in every),
    )


def when(commit: CommitRef) -> float:
    """Its author's date as seconds since 1970; 0 for one that no clock shows."""
    from datetime import datetime  # late: only where a key was found

    try:
        return datetime.fromisoformat(commit.date).timestamp()
    except (ValueError, OverflowError):
        return 0.0
