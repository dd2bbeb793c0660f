"""Reports of every kind, for the tests that all formats share."""

from dataclasses import replace

from keys import openai_key
from keyscan.model import (
    Acceptance,
    CommitRef,
    Confidence,
    Exposure,
    Finding,
    Gap,
    Liveness,
    Location,
    Report,
    Stats,
    msg,
)
from reports import finding, gap, note, report, suppressed

KEY = openai_key()
KEPT = ("HEAD", "reflog refs/stash", "worktrees/one/HEAD")
OID = "0123456789abcdef" * 2 + "01234567"
HOSTILE = (
    *('=HYPERLINK("http://x","y")', "@SUM(1+1)|cmd", "a;=1+1", "-2+3", "＝1+1"),
    *("see https://evil.example/x or www.evil.example", "![x](http://evil/p.png)"),
    *("[a](javascript:alert(1))", "<img src=x onerror=alert(1)>"),
    *("`|`.py", "a|b", "</script><script>alert(1)</script>", "a\nb\r\n::error::x", "x]]>y"),
    *("a\x1b[2Jb", "\u202egnp.exe", "nul\x00byte", "\ufeffbom", "tab\there", "@octocat", "#1"),
    *("密钥 文件.py", "caf\udce9.py", "lone\ud800", "\"quoted\",'x'", "%41 b?c#d.py", "C:/x/y.py"),
    *("dir!name.py", "a.zip!in/ne r.py", "/etc/passwd", "../up.py", "wow!.py", "&amp;&lt;"),
)


def acceptance(reason: str = "a key of the sandbox") -> Acceptance:
    """An entry of a baseline that holds for years."""
    return Acceptance(reason, "Ann", "2026-01-02", "2036-01-01", ".keyscan-baseline.json")


def exposed(**more: object) -> Exposure:
    """Two commits by two people."""
    first = CommitRef(OID, "Ann", "2026-01-02T03:04:05+08:00")
    last = CommitRef(OID[::-1], "Bob", "2026-03-02T03:04:05Z")
    refs = ("refs/heads/main", "refs/tags/v1")
    return Exposure(first, last, refs, in_head=True, commits=(first, last), more=7, whole=False)


def _each(verdict: Liveness, tail: str) -> Finding:
    return finding(Location(f"src/{tail}.py", 3, 7), tail=tail, liveness=verdict)


def _everything() -> Report:
    alive = finding(Location("live.py", 1, 1), tail="LIVE", liveness=Liveness.LIVE)
    places = [Location(f"many/{at}.py", at, 2, "history", OID) for at in range(1, 60)]
    return replace(
        report(
            *(_each(one, f"aaa{at}") for at, one in enumerate(Liveness)),
            *(
                finding(Location(f"c{at}.py", 1, 1), tail=f"bbb{at}", confidence=one)
                for at, one in enumerate(Confidence)
                if one is not Confidence.NOTE
            ),
            replace(alive, acceptance=acceptance()),
            replace(finding(*places, tail="many"), exposure=exposed()),
            replace(finding(tail="lost"), exposure=Exposure()),
            replace(finding(tail="kept"), exposure=Exposure(kept=KEPT, tags=("a", "b"))),
            finding(Location("commit 0123", 1, 1, "message", OID), tail="mess"),
            finding(rule="unknown-sk-48", provider="unknown", tail="whos"),
            note(),
            gaps=(gap(), gap(""), Gap("a.zip!x", "archive-size", msg("too large"))),
        ),
        accepted=(replace(finding(Location("ok.md", 2, 2), tail="okok"), acceptance=acceptance()),),
        suppressed=tuple(
            replace(suppressed(), reason=reason, detail=detail)
            for reason, detail in (
                *(("placeholder", "masked"), ("placeholder", ""), ("pragma", "a test")),
                *(("pragma", ""), ("allowlist", "docs/"), ("something-new", "else")),
            )
        ),
        notices=(msg("asked through the proxy {url}", url="http://127.0.0.1:3128"),),
    )


def _of_hostile(commit: CommitRef, name: str) -> Exposure:
    return Exposure(commit, None, (name,), False, commits=(commit,), tags=(name,))


def _hostile() -> Report:
    found = [
        replace(
            finding(Location(name, at + 1, 1, "history", OID), tail=f"h{at:03}", names=(name,)),
            exposure=_of_hostile(CommitRef(OID, name, "not a date"), name),
        )
        for at, name in enumerate(HOSTILE)
    ]
    accepted = [
        replace(finding(Location(name, 1, 1), tail=f"k{at:03}"), acceptance=acceptance(name))
        for at, name in enumerate(HOSTILE)
    ]
    dropped = [replace(suppressed(), reason="pragma", detail=name) for name in HOSTILE]
    gaps = [Gap(name, "unreadable", msg("cannot be read: {why}", why=name)) for name in HOSTILE]
    return Report(
        tuple(found),
        tuple(dropped),
        tuple(gaps),
        Stats(1, 2, 0.3),
        tuple(msg("{name}", name=name) for name in HOSTILE),
        tuple(accepted),
    )


def _leaking() -> Report:
    """A key wherever words from outside come in."""
    one = finding(Location(f"a/{KEY}.txt", 1, 1, "history", OID, (KEY,)), names=(KEY,))
    one = replace(one, evidence=(msg("{x}", x=KEY),), acceptance=acceptance(KEY))
    commit = CommitRef(OID, KEY, "2026-01-02T03:04:05Z")
    refs = (f"refs/heads/{KEY}",)
    one = replace(one, exposure=Exposure(commit, commit, refs, True, (commit,), tags=refs))
    one = replace(one, verdict=replace(one.verdict, detail=msg("it said {x}", x=KEY)))
    kept = replace(finding(tail="kept"), exposure=Exposure(kept=(f"reflog refs/heads/{KEY}",)))
    dropped = suppressed()
    place = Location(f"{KEY}/x", 1, 1)
    dropped = replace(dropped, candidate=replace(dropped.candidate, location=place), detail=KEY)
    return Report(
        (one, replace(note(f"{KEY}.py"), names=(KEY,)), kept),
        (dropped, replace(dropped, reason="pragma")),
        (Gap(f"b/{KEY}", "unreadable", msg("{x}", x=KEY)),),
        Stats(1, 2, 0.3),
        (msg("{x}", x=KEY),),
        (one,),
    )


REPORTS = {
    "empty": Report(()),
    "clean": Report((), stats=Stats(340, 12_300_000, 0.84)),
    "findings": report(finding(liveness=Liveness.LIVE), finding(Location("b.py", 1, 1), tail="b")),
    "again": Report((), stats=Stats(0, 0, 0.1, again=True)),
    "gaps": Report((), gaps=(gap(), gap("other"))),
    "suppressed": report(),
    "accepted": Report((), accepted=(replace(finding(), acceptance=acceptance()),)),
    "everything": _everything(),
    "hostile": _hostile(),
    "leaking": _leaking(),
}
