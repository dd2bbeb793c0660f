"""An event's commits, wherever they are: in the checkout, or to be fetched from where it came from.

CI systems check out the last commit alone. What the event brings in is then fetched into a
temporary repository (``borrowed``), with the address and the credentials of the checkout and
nothing else of its configuration, deeper and deeper until the commits are known to be whole.
"""

import base64
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from keyscan import git
from keyscan.connected import is_partial
from keyscan.errors import IncompleteError
from keyscan.model import Message, msg
from keyscan.repository import Repository
from keyscan.sources import events
from keyscan.sources.borrowed import ENDLESS, address, borrowing
from keyscan.sources.events import Event
from keyscan.sources.revisions import Span

_FIRST = 50  # commits to fetch at first; ten times as many each time that this is not enough
_USER_INFO = re.compile(r"(?<=://)[^/@\s]*@")


class NotHere(IncompleteError):
    """Commits to scan are neither in the checkout nor to be fetched; ``why`` is git's reason."""

    def __init__(self, why: str) -> None:
        super().__init__(
            msg(
                "commits to scan are not in this checkout and could not be fetched ({why})", why=why
            )
        )
        self.why = why


class Arrival(NamedTuple):
    """Where to scan and what. Without spans: all that ``folder`` holds. ``range`` is for people."""

    folder: str
    spans: tuple[Span, ...]
    range: Message
    commits: int = 0
    notices: tuple[Message, ...] = ()


@contextmanager
def arrived(where: Repository, event: Event) -> Iterator[Arrival]:
    """What the event brings in; the folder may be gone when the block is left.

    Raises NotHere where commits are missing and cannot be had.
    """
    with ExitStack() as stack:
        store = _Store(where, event.commits, stack)
        found = _all(store) if event.everything else _range(store, event)
        if found is None:
            raise NotHere(store.why or f"no commit {event.head}")
        yield found


def _all(store: "_Store") -> Arrival | None:
    """All branches and tags of where the checkout came from; without it, what is here."""
    fetched = store.fetch(("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"), ENDLESS)
    if not fetched and store.shallow:
        return None
    notices: tuple[Message, ...] = ()
    if not fetched and store.remote:
        told = msg(
            "{remote} could not be asked for branches that are not checked out here ({why})",
            remote=store.remote,
            why=store.why,
        )
        notices = (told,)
    folder = store.folder if fetched else store.where.folder
    return Arrival(folder, (), msg("all that the repository holds"), notices=notices)


def _range(store: "_Store", event: Event) -> Arrival | None:
    head = store.oid(event.head)
    if head and event.tag:
        head = store.tagged(event.tag, head)
    if not head:
        return None
    wanted = [store.target_of(event.merge, head) or event.base, event.branch]
    candidates = list(dict.fromkeys(filter(None, wanted)))
    notices: list[Message] = []
    for base in candidates:
        known = store.oid(base)
        if known and store.whole(head, known):
            # in the second place, a branch that holds head by now would leave nothing to scan
            if notices and store.reaches(known, head):
                break
            return _arrival(store, event, head, known, notices)
        told = msg(
            "what was there before ({base}) is not to be had ({why}), so more was scanned",
            base=base,
            why=store.why or "no such commit",
        )
        notices.append(told)
    return _arrival(store, event, head, "", notices) if store.whole(head) else None


def _arrival(
    store: "_Store", event: Event, head: str, known: str, notices: list[Message]
) -> Arrival:
    """The commits, and the files of ``head`` where the event says so or brings no commit at all."""
    span = Span((head,), (known,) if known else ())
    words = [head, "--not", known] if known else [head]
    commits = int(git.checked(["rev-list", "--count", *words, "--"], store.folder))
    spans: tuple[Span, ...] = (span,)
    # a tag can be on a single file, which the first span has
    tree = store.tree(head) if event.files or not commits else ""
    if tree:
        spans = (span, Span((tree,)))
    if not commits:
        notices.append(
            msg("no new commits: the files of {head} were scanned instead", head=head[:12])
        )
    shown = msg("all that {head} reaches", head=head[:12])
    if known:
        shown = Message(f"{known[:12]}..{head[:12]}")
    return Arrival(store.folder, spans, shown, commits, tuple(notices))


class _Store:
    """The checkout; from the first fetch on, a temporary repository that borrows from it.

    ``why`` is the reason why the last fetch failed.
    """

    def __init__(self, where: Repository, commits: int, stack: ExitStack) -> None:
        self.where = where
        self.folder = where.folder
        # a partial clone lends nothing: the server would believe that it is whole
        partial = is_partial(where)
        self.shallow = where.shallow or partial
        self.remote = _remote(where)
        self.why = "there is no remote" if not self.remote else ""
        self._first = max(_FIRST, commits + 1)
        self._stack = stack
        self._access: dict[str, str] = {}
        self._lends = not partial
        if partial and self.remote:
            self._borrow()

    def oid(self, revision: str) -> str:
        """The id of an object that is here now, fetched if need be; "" for one not to be had."""
        if oid := events.oid(revision):
            known = self._has(oid) or (self.fetch([f"+{oid}:{_kept(oid)}"]) and self._has(oid))
            return oid if known else ""
        # as the checkout understands it: its HEAD is not that of the temporary repository
        there = revision
        if revision.startswith("refs/heads/") and self.remote:
            there = f"refs/remotes/{self.remote}/{revision.removeprefix('refs/heads/')}"
        if found := self._parsed(there, self.where.folder):
            return self.oid(found)
        full = events.branch(revision)
        kept = full.replace("refs/", "refs/keyscan/", 1)
        return self._parsed(kept) if full and self.fetch([f"+{full}:{kept}"]) else ""

    def tagged(self, tag: str, commit: str) -> str:
        """The tag's own object, which holds its message; "" where it is not to be had.

        The commit itself where the tag has moved on: that is another event's.
        """
        found = self.oid(tag)
        moved = found and self._parsed(f"{found}^{{commit}}", self.folder) != commit
        return commit if moved else found

    def tree(self, revision: str) -> str:
        """The id of its files; "" for a tag on a single one."""
        if self._parsed(f"{revision}^{{blob}}", self.folder):
            return ""
        found = git.checked(["rev-parse", "--verify", f"{revision}^{{tree}}"], self.folder)
        return found.decode().strip()

    def whole(self, head: str, known: str = "") -> bool:
        """Whether all commits between the two are here, fetched deeper and deeper if need be.

        They are if a shallow clone's edge is not among them, on either side.
        """
        specs = [f"+{oid}:{_kept(oid)}" for oid in (head, known) if oid]
        for depth in (self._first, self._first * 20, ENDLESS):
            if not self._cut(head, known):
                return True
            if not self.fetch(specs, depth):
                return False
        return not self._cut(head, known)

    def target_of(self, merge: str, head: str) -> str:
        """The first parent of a commit that merges ``head`` into it; "" where it does not.

        A pull request's base can be older than what its branch has been merged with.
        """
        if merge in ("", head) or not self.oid(merge):
            return ""
        answer = git.run(["cat-file", "commit", merge], self.folder)
        header = answer.out.partition(b"\n\n")[0].decode(errors="replace")
        # not splitlines: an author's name can hold a \r or U+2028, and a forged parent behind it
        parents = [line[7:] for line in header.split("\n") if line.startswith("parent ")]
        return parents[0] if len(parents) == 2 and parents[1] == head else ""

    def reaches(self, descendant: str, commit: str) -> bool:
        """Whether one is the other or comes after it."""
        args = ["merge-base", "--is-ancestor", commit, descendant]
        return git.run(args, self.folder).code == 0

    def fetch(self, specs: list[str] | tuple[str, ...], depth: int = 0) -> bool:
        """Whether the refs were fetched. A whole clone stays whole."""
        if not self.remote:
            return False
        if self.folder == self.where.folder:
            self._borrow()
        args = ["fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]
        if self.shallow:
            args.append(f"--depth={depth or self._first}")
        answer = git.run([*args, "origin", *specs], self.folder, fetch=True, more=self._access)
        self.why = _USER_INFO.sub("", git.why(answer)) if answer.code else self.why
        return answer.code == 0

    def _borrow(self) -> None:
        self.folder = self._stack.enter_context(borrowing(self.where, lends=self._lends))
        head = self._parsed("HEAD", self.where.folder)
        if self._lends and head:  # what is here, for the server to know
            git.checked(["update-ref", "--no-deref", "HEAD", head], self.folder)
        self._access = _access(self.where, self.remote)

    def _has(self, oid: str) -> bool:
        return git.run(["cat-file", "-e", oid], self.folder).code == 0

    def _parsed(self, revision: str, folder: str = "") -> str:
        args = ["rev-parse", "--verify", "-q", "--end-of-options", revision]
        words = git.run(args, folder or self.folder).out.decode(errors="replace").split()
        return events.oid(words[-1]) if words else ""

    def _cut(self, head: str, known: str) -> bool:
        path = git.checked(["rev-parse", "--git-path", "shallow"], self.folder)
        try:
            with open(os.path.join(self.folder, os.fsdecode(path).rstrip("\n")), "rb") as file:
                edge = set(file.read().split())
        except FileNotFoundError:
            return False
        commits = [self._parsed(f"{one}^{{commit}}", self.folder) for one in (head, known)]
        if not commits[0]:  # a tag on something else, which has no history
            return False
        between = "...".join(filter(None, commits))
        return not edge.isdisjoint(git.checked(["rev-list", between, "--"], self.folder).split())


def _kept(oid: str) -> str:
    return f"refs/keyscan/{oid}"


def _remote(where: Repository) -> str:
    """``origin``, else the only remote there is; "" where none or several are."""
    names = os.fsdecode(git.run(["remote"], where.folder).out).split()
    return "origin" if "origin" in names else names[0] if len(names) == 1 else ""


def _access(where: Repository, remote: str) -> dict[str, str]:
    """The environment in which ``origin`` is the checkout's remote, with its credentials.

    Not as arguments: an address can hold a token, and other users see arguments.
    """
    source = address(where, remote)
    settings = [("remote.origin.url", source)]
    # actions/checkout leaves its token as a header for one server
    args = ["config", "--null", "--get-regexp", r"^http\.https?://.*\.extraheader$"]
    for entry in os.fsdecode(git.run(args, where.folder).out).split("\0"):
        name, _, value = entry.partition("\n")
        if name:
            settings.append((name, value))
    settings += _job_token(source, os.environ)
    count = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    env = {"GIT_CONFIG_COUNT": str(count + len(settings))}
    for at, (name, value) in enumerate(settings, count):
        env |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": value}
    if source.startswith("http://"):  # as the checkout did
        env["GIT_ALLOW_PROTOCOL"] = "http:https:ssh:file"
    return env


def _job_token(source: str, environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """GitLab's, where the runner has not put it into the address; for GitLab's own host alone."""
    server, token = environ.get("CI_SERVER_URL", ""), environ.get("CI_JOB_TOKEN", "")
    if not (server and token and source.startswith(server.rstrip("/") + "/")):
        return []
    both = base64.b64encode(f"gitlab-ci-token:{token}".encode()).decode()
    return [(f"http.{server.rstrip('/')}/.extraheader", f"Authorization: Basic {both}")]
