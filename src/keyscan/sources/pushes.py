"""What a push brings to the other side: the spans of ``revisions`` that a hook is told about."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from keyscan import git
from keyscan.errors import IncompleteError
from keyscan.model import Blob, Finding, Gap, Message, Report, msg
from keyscan.names import in_names
from keyscan.secret import Secret
from keyscan.sources.origins import Origins, brought_in, origins
from keyscan.sources.revisions import HEX, Listing, Span, contents, listing

Scan = Callable[[Iterable[Blob | Gap]], Report]


def pushed(lines: bytes, remote: str, url: str, cwd: str | None = None) -> tuple[Span, ...]:
    """Spans of git's own pre-push lines: ``local-ref local-oid remote-ref remote-oid``.

    What the remote has is what its remote-tracking branches and the refs to be replaced reach.
    A deletion brings nothing.
    """
    tips, replaced, new = [], [], []
    for _, local, name, there in _lines(lines, "pre-push"):
        if local.strip("0"):
            tips.append(local)
            replaced += [there.encode()] if there.strip("0") else []
            new += [] if there.strip("0") else [name]
    if not tips:
        return ()
    here = git.objects(replaced, cwd, hook=True) if replaced else ()
    known = [one.oid.decode() for one in here if one.kind != "missing"]
    return (Span(_distinct(tips), (*_tracked(remote, url, cwd, new), *_distinct(known))),)


def received(lines: bytes) -> tuple[Span, ...]:
    """Spans of a server's pre-receive lines: ``old-oid new-oid ref``. No ref has moved yet."""
    tips = [words[1] for words in _lines(lines, "pre-receive") if words[1].strip("0")]
    return (Span(_distinct(tips), ("--all",)),) if tips else ()


def new_names(lines: bytes, hook: str) -> Iterator[Blob]:
    """The names of branches and tags that the push makes on the other side."""
    for words in _lines(lines, hook):
        new, name, old = words[1:] if hook == "pre-push" else (*words[1:], words[0])
        if new.strip("0") and not old.strip("0"):
            yield from in_names([name])


def _lines(lines: bytes, hook: str) -> Iterator[list[str]]:
    """The words of each line. Only the first of git's pre-push may hold spaces."""
    for line in _split(lines):
        words = line.rsplit(" ", 3) if hook == "pre-push" else line.split(" ", 2)
        oids = words[1::2] if hook == "pre-push" else words[:2]
        if len(oids) != 2 or not all(_is_oid(one) for one in oids):
            raise IncompleteError(_unreadable(hook))
        yield words


def _split(lines: bytes) -> list[str]:
    """Not ``splitlines``: a ref's name may hold what Unicode calls a line's end."""
    return [one for one in lines.decode(errors="surrogateescape").split("\n") if one]


def _is_oid(word: str) -> bool:
    return len(word) in (40, 64) and set(word) <= HEX


def _distinct(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _unreadable(hook: str) -> Message:
    return msg(
        "standard input is not what git gives to a {hook} hook, so nothing was scanned", hook=hook
    )


def handed_over(environ: Mapping[str, str], cwd: str | None = None) -> tuple[Span, ...]:
    """Spans of what the pre-commit framework or prek tells a pre-push hook.

    A branch without a common ancestor comes without revisions, a run by hand without any
    variable: then it is the branch, or HEAD.
    """
    remote = environ.get("PRE_COMMIT_REMOTE_NAME", "")
    tip = environ.get("PRE_COMMIT_TO_REF") or environ.get("PRE_COMMIT_LOCAL_BRANCH") or "HEAD"
    start = _oid(environ.get("PRE_COMMIT_FROM_REF", ""), cwd)
    oid = _oid(tip, cwd)
    if not oid:
        raise IncompleteError(
            msg("{revision} is not in this repository, so nothing was scanned", revision=tip)
        )
    known = [start] if start else []
    if remote:
        known += _tracked(remote, environ.get("PRE_COMMIT_REMOTE_URL", ""), cwd)
    elif not start:
        known.append("--remotes")
    return (Span((oid,), tuple(known)),)


def handed_over_refs(environ: Mapping[str, str]) -> str:
    """The names of what the framework says is pushed."""
    return " ".join(environ.get(f"PRE_COMMIT_{side}_BRANCH", "") for side in ("LOCAL", "REMOTE"))


def handed_over_notice(environ: Mapping[str, str]) -> Message:
    """What the framework did not hand over."""
    if environ.get("PRE_COMMIT_REMOTE_NAME"):
        return msg(
            "the pre-commit framework hands over only the first ref of a push ({ref}); others of"
            " this push were not scanned: `keyscan install --git` sets up a hook that sees all",
            ref=environ.get("PRE_COMMIT_LOCAL_BRANCH") or environ.get("PRE_COMMIT_TO_REF", ""),
        )
    return msg("this is no push: what was scanned is the given range, or what no remote has")


def _oid(revision: str, cwd: str | None) -> str:
    """Its object id, or nothing where it names no object. A tag stays a tag."""
    if not revision.strip("0") or revision.startswith("-"):
        return ""
    args = ["rev-parse", "--verify", "-q", "--end-of-options", revision]
    words = git.run(args, cwd, hook=True).out.decode().split()
    if not words or git.run(["cat-file", "-e", words[-1]], cwd, hook=True).code:
        return ""
    return words[-1]


def _tracked(remote: str, url: str, cwd: str | None, new: Sequence[str] = ()) -> tuple[str, ...]:
    """The options that name what is known of the remote; nothing where that says nothing.

    A push to a bare URL has no remote-tracking branches, and those of a remote that is pushed
    elsewhere are about another repository. So are they where ``new``, refs that the remote has
    not, were there when it was last asked: it was made anew, or is another one. Unless its main
    branch is still there: then these were deleted.
    """
    names = _split(git.run(["remote"], cwd, hook=True).out)
    if remote not in names or any(sign in remote for sign in "*?[\\"):
        return ()
    there = [url] if url else _urls(["--push", remote], cwd)
    known = {_address(one) for one in _urls([remote], cwd)}
    if not known.issuperset(map(_address, there)):
        return ()
    folder = f"refs/remotes/{remote}/"
    tracked = [f"{folder}{one.removeprefix('refs/heads/')}" for one in new]
    gone = [one for one in tracked if _oid(one, cwd)]
    main = git.run(["symbolic-ref", "-q", f"{folder}HEAD"], cwd, hook=True).out.decode().strip()
    if gone and (main in gone or not _oid(main, cwd)):
        return ()
    # The branches of a remote ``origin/fork`` look like some of ``origin``.
    others = [f"{one}/*" for one in names if one.startswith(f"{remote}/")]
    gone = [one.removeprefix("refs/remotes/") for one in gone]
    return (*(f"--exclude={one}" for one in (*others, *gone)), f"--remotes={remote}")


def _urls(words: list[str], cwd: str | None) -> list[str]:
    """Where a remote is, as git rewrites it (``insteadOf``)."""
    return _split(git.run(["remote", "get-url", "--all", *words], cwd, hook=True).out)


def _address(url: str) -> str:
    """Host and path: one repository may be read by https and written to by ssh."""
    _, mark, rest = url.partition("://")
    host, sign, path = rest.partition("/") if mark else url.partition(":")
    if not mark and (not sign or "/" in host):
        return url  # a folder
    return f"{host.rpartition('@')[2].lower()}/{path.strip('/').removesuffix('.git')}"


def not_blocked(keys: str) -> Message:
    """What is said of keys that a push changes nothing about."""
    return msg(
        "already on the other side, so this push is not blocked for it; rotate it: {keys}",
        keys=keys,
    )


def judged(
    spans: Iterable[Span],
    scan: Scan,
    cwd: str | None = None,
    through: Callable[[Iterator[Blob | Gap]], Iterable[Blob | Gap]] = iter,
    told: Callable[[str], Message] = not_blocked,
    names: Iterable[Blob] = (),
) -> Report:
    """The report on what the spans bring in; keys that the other side has already are a notice.

    A key that stands in the version before, on the other side, leaks no further by this push:
    blocking it would not take it back; ``told`` makes the notice. ``through`` sees the content
    first (a time limit). ``names`` are those of refs.
    """
    found = listing(spans, cwd)
    report = scan(through(chain(names, contents(found, cwd))))
    if not report.findings:
        return report
    where = origins(report.findings, found, cwd)
    known = _known(found, where, scan, cwd) if where.before else frozenset()
    new = tuple(brought_in(one, where) for one in report.findings if one.secret not in known)
    old = [one.secret.redacted for one in report.findings if one.secret in known]
    notices = report.notices
    if old:
        notices = (*notices, told(", ".join(old)))
    return replace(report, findings=new, notices=notices)


def _known(found: Listing, where: Origins, scan: Scan, cwd: str | None) -> frozenset[Secret]:
    """The keys in what the found blobs were changed from, as far as that is not new itself."""
    before = [oid for oid in where.before if oid.encode() not in found.paths]
    paths = {oid.encode(): where.before[oid] for oid in before}
    report = scan(contents(Listing((), (), paths, (), ()), cwd))
    return frozenset(one.secret for one in report.findings)


def remedies(findings: Iterable[Finding], refs: str) -> Iterator[Message]:
    """What whoever is blocked has to know: what is pushed is made already.

    ``refs`` holds the names of what is pushed.
    """
    places = [place for one in findings for place in one.locations]
    tags = [one for one in places if one.source == "message" and one.path.startswith("tag ")]
    notes = [one for one in places if "refs/notes/" in refs and _is_oid(one.path.replace("/", ""))]
    names = [one for one in places if one.source == "name"]
    if len(tags) + len(notes) + len(names) < len(places):
        yield msg(
            "a key stays in the commits when a later one removes it: rewrite them (`git commit"
            " --amend`, `git rebase -i`), then push again; rotate the key if anyone else has seen"
            " it"
        )
    if tags:
        yield msg(
            "a key in the message of a tag goes with the tag: write it anew without the key (`git"
            " tag -f -a TAG 'TAG^{}'`), then push again; rotate the key if anyone else has seen it"
        )
    if names:
        yield msg(
            "a key in the name of a branch or tag goes with it: push it under another name (`git"
            " push REMOTE OLD:NEW`); rotate the key if anyone else has seen it"
        )
    if notes:
        yield msg(
            "notes have a history, where a key stays when its note is removed: go back to the notes"
            " before it (`git update-ref REF 'REF@{1}'`, or `git update-ref -d REF` if there were"
            " none; REF is refs/notes/commits unless you chose another), write the note anew, then"
            " push again; rotate the key if anyone else has seen it"
        )


def is_framework(environ: Mapping[str, str]) -> bool:
    """Whether the pre-commit framework or prek runs us: they read standard input themselves."""
    return any(environ.get(f"PRE_COMMIT{name}") for name in ("", "_TO_REF", "_REMOTE_NAME"))
