"""What keeps a commit: the refs that reach it, or else a HEAD or a reflog of this repository."""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from keyscan import git
from keyscan.touched import Trace

REFS = (
    "for-each-ref",
    "--format=%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(refname)%00",
)
FILES = ("ls-tree", "-r", "-z", "--full-tree")
_PIECE = 1 << 18
_HEADER = 1 << 16  # bytes of a tag in which its name stands
_LOG = "reflog "
_LOGS = (
    "log", "-g", "--all", "--ignore-missing", "--no-show-signature", "--no-notes", "--no-mailmap",
    "--no-color", "--no-decorate", "-s", "-z", "--format=%H%x00%gD",
)  # fmt: skip


def add_refs(found: Mapping[str, Trace], tips: Mapping[str, list[str]], graph: IO[bytes]) -> None:
    """The refs (and HEAD) that reach each object, in order."""
    for oid, names in _reaching(found, tips, graph):
        found[oid].refs = tuple(sorted({*names, *tips[oid]})) if oid in tips else names


def add_keepers(found: Mapping[str, Trace], graph: IO[bytes], cwd: str | None) -> None:
    """What else reaches the objects that no ref does: HEADs on no branch, and reflogs."""
    lost = {oid: one for oid, one in found.items() if one.adders and not one.refs}
    for oid, names in _reaching(lost, _keepers(cwd), graph) if lost else ():
        # Where a HEAD is now, its log says so as well.
        lost[oid].kept = tuple(one for one in names if one not in {_LOG + other for other in names})


def _reaching(
    found: Mapping[str, Trace], tips: Mapping[str, list[str]], graph: IO[bytes]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names in order, by object."""
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
        yield oid, known[masks]


def _keepers(cwd: str | None) -> dict[str, list[str]]:
    """HEADs of all worktrees, and the logs of all refs, by the commits that they name."""
    named: dict[str, dict[str, None]] = {}
    answer = git.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"], cwd)
    if answer.code == 0:
        named.setdefault(answer.out.decode().strip(), {})["HEAD"] = None
    for name, oid in _other_heads(cwd):
        named.setdefault(oid, {})[name] = None
    fields = iter(git.run(_LOGS, cwd).out.split(b"\0"))
    for commit, entry in zip(fields, fields, strict=False):
        name = os.fsdecode(entry).rpartition("@{")[0]
        named.setdefault(commit.decode(), {})[_LOG + name] = None
    return {oid: list(names) for oid, names in named.items()}


def _other_heads(cwd: str | None) -> Iterator[tuple[str, str]]:
    """Of the other worktrees, as git names them; those that are on no branch."""
    answer = git.run(["rev-parse", "--absolute-git-dir", "--git-common-dir"], cwd)
    own, _, common = os.fsdecode(answer.out).rstrip("\n").rpartition("\n")
    if answer.code or not own:
        return
    root = Path(cwd or ".", common)
    heads = [("main-worktree/HEAD", root / "HEAD")]
    with suppress(OSError):
        worktrees = sorted((root / "worktrees").iterdir())
        heads += [(f"worktrees/{one.name}/HEAD", one / "HEAD") for one in worktrees]
    for name, path in heads:
        with suppress(OSError):
            oid = path.read_text("ascii", "replace").strip()
            if not path.parent.samefile(own) and not oid.startswith("ref:"):
                yield name, oid


def named_itself(tags: Collection[str], cwd: str | None) -> Iterator[tuple[str, str]]:
    """The names that annotated tags give themselves: a ref may call one otherwise, or none."""
    for one in git.objects([oid.encode() for oid in tags], cwd) if tags else ():
        for line in one.read(_HEADER).partition(b"\n\n")[0].split(b"\n"):
            if line.startswith(b"tag "):
                yield one.oid.decode(), os.fsdecode(line[len(b"tag ") :])


def _adders(found: Mapping[str, Trace]) -> dict[str, None]:
    return dict.fromkeys(oid for one in found.values() for oid in one.adders)


def tips(
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


def add_trees(
    found: Mapping[str, Trace], trees: list[str], tips: dict[str, list[str]], cwd: str | None
) -> None:
    """Paths in trees that refs name themselves, and these refs: no commit tells of them."""
    for tree in trees:
        for oid, path in entries(git.run([*FILES, tree], cwd)):
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


def entries(answer: git.Answer) -> Iterator[tuple[str, str]]:
    """Object and path of each file of a tree."""
    for entry in answer.out.split(b"\0")[:-1]:
        head, _, path = entry.partition(b"\t")
        yield head.rpartition(b" ")[2].decode(), os.fsdecode(path)
