"""Where found objects have been: paths, first and last commit, and the refs that reach them.

Two passes over the commits, however many objects are asked about: ``git rev-list`` lists them,
which tells what each ref reaches; ``touched`` says which of them brought the objects in or took
them out.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from tempfile import TemporaryFile

from keyscan import git, objects
from keyscan.model import CommitRef, Exposure, Finding
from keyscan.reach import FILES, REFS, add_keepers, add_refs, add_trees, entries, named_itself, tips
from keyscan.touched import Earlier, Trace, described, fill, fill_below, fill_newest, listed

_TREE = (*FILES, "HEAD")


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
        git.started(REFS, cwd) as named,
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
        for tag, name in named_itself(tags, cwd):
            found[tag].tag = name
        named_by, trees = tips(named(), cwd, failed)
        add_trees(found, trees, named_by, cwd)
        add_refs(found, named_by, graph)
        head = {oid for oid, _ in entries(tree())} if blobs else set()
        for oid, one in found.items():
            one.in_head = oid in head if oid in blobs else "HEAD" in one.refs and oid in commits
            if one.refs[:1] == ("HEAD",):  # before all that begin with ``refs/``
                one.refs = one.refs[1:]
        add_keepers(found, graph, cwd)
    if said.code:
        failed.append(said)
    return found


def _every_commit(cwd: str | None) -> Iterator[bytes]:
    with objects.every(cwd, wanted=lambda _oid, kind: objects.KINDS[kind] == b"commit") as listed:
        yield from listed.oids()


def in_head(blobs: Collection[str], cwd: str | None = None) -> dict[str, Trace]:
    """Paths alone, of those that HEAD's tree holds: a hundredth of the time of ``traces``."""
    found: dict[str, Trace] = {}
    for oid, path in entries(git.run(_TREE, cwd)) if blobs else ():
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
        named_by, trees = tips(git.run(REFS, cwd), cwd, failures)
        add_trees(lost, trees, named_by, cwd)
        lost = {oid: one for oid, one in lost.items() if not one.paths}
    if lost:
        fill_below(lost, _every_commit(cwd), cwd, failures)
    return found


def exposed(finding: Finding, where: Iterable[Trace]) -> Finding:
    """The finding with the exposure of all objects that hold its key."""
    every = []
    for one in where:
        first, last = (one.commits[-1], one.commits[0]) if one.commits else (None, None)
        tags = (one.tag,) if one.tag else ()
        every.append(Exposure(first, last, one.refs, one.in_head, kept=one.kept, tags=tags))
    return replace(finding, exposure=widest(every))


def widest(every: Collection[Exposure]) -> Exposure:
    """All of them as one: the oldest first commit, the newest last one, all refs."""
    first = min((one.first for one in every if one.first), key=when, default=None)
    last = max((one.last for one in every if one.last), key=when, default=None)
    # Thousands of objects share a few tuples of thousands of names (``_add_refs``).
    named = {id(one.refs): one.refs for one in every}
    refs = dict.fromkeys(name for names in named.values() for name in names)
    kept = {} if refs else dict.fromkeys(name for one in every for name in one.kept)
    return Exposure(
        first,
        last,
        tuple(refs),
        any(one.in_head for one in every),
        commits=tuple(dict.fromkeys(known for one in every for known in one.commits)),
        kept=tuple(kept),
        tags=tuple(dict.fromkeys(name for one in every for name in one.tags)),
        more=sum(one.more for one in every),
        whole=all(one.whole for one in every),
    )


def when(commit: CommitRef) -> float:
    """Its author's date as seconds since 1970; one that no clock shows is older than none."""
    from datetime import datetime  # late: only where a key was found

    try:
        return datetime.fromisoformat(commit.date).timestamp()
    except (ValueError, OverflowError):
        return float("inf")
