"""Every path of a found object is told, each with the commit that brought it in there."""

from dataclasses import replace
from pathlib import Path

import pytest

from keys import SHARED_FORMS, openai_key
from keyscan import places
from keyscan.allowlist import Entry
from keyscan.history import Wanted, scan_history
from keyscan.model import Finding, Report
from keyscan.policy import Policy
from repo import Repo


def scanned(folder: Path, policy: Policy | None = None, **wanted: object) -> Report:
    asked = replace(Wanted(processes=1, cache=False, policy=policy), **wanted)  # type: ignore[arg-type]
    return scan_history(str(folder), asked, lambda _files, _bytes: None)


def line(key: str) -> str:
    return f"key = '{key}'\n"


def only(report: Report) -> Finding:
    (one,) = report.findings
    return one


def told(report: Report) -> dict[str, str]:
    """The commit at each path of the only key; who made it is known of each."""
    one = only(report)
    assert one.exposure
    assert {place.commit for place in one.locations} == {oid for oid, *_ in one.exposure.commits}
    return {place.path: place.commit for place in one.locations}


def assert_first(report: Report, first: str) -> None:
    """The only key came to its only path with this commit, and was nowhere before."""
    assert told(report) == {"a.py": first}
    exposure = only(report).exposure
    assert exposure
    assert exposure.first
    assert exposure.first.oid == first


def test_a_renamed_file_a_copy_and_one_that_comes_back(repo: Repo) -> None:
    content = line(openai_key())
    repo.add("a.py", content)
    first = repo.commit()
    repo.git("mv", "a.py", "b.py")
    moved = repo.commit()
    repo.add("deep/copy.py", content)
    copied = repo.commit()
    repo.git("rm", "-q", "b.py", "deep/copy.py")
    repo.commit()
    repo.add("c.py", content)
    back = repo.commit()
    repo.add("b.py", content)  # there before
    repo.commit()
    report = scanned(repo.path)
    expected = {"a.py": first, "b.py": moved, "deep/copy.py": copied, "c.py": back}
    assert told(report) == expected
    exposure = only(report).exposure
    assert exposure
    assert exposure.first
    assert (exposure.first.oid, exposure.more, exposure.whole) == (first, 0, True)


def test_branches_that_are_merged(repo: Repo) -> None:
    """A merge brings in what none of its parents has there."""
    content = line(openai_key())
    repo.commit(base="1\n")
    repo.git("checkout", "-q", "-b", "side")
    repo.add("side.py", content)
    side = repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("main.py", content)
    main = repo.commit()
    repo.git("merge", "-q", "--no-commit", "side")
    repo.add("merged.py", content)
    merge = repo.commit()
    assert told(scanned(repo.path)) == {"side.py": side, "main.py": main, "merged.py": merge}


def test_of_two_branches_the_older_commit_brought_it_in(repo: Repo) -> None:
    """Although the branch that it is on went on for longer."""
    content = line(openai_key())

    def made(name: str, content: str, year: int) -> str:
        repo.add(name, content)
        date = f"{year}-01-01T00:00:00Z"
        dated = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        repo.git("commit", "-q", "-m", "x", check=True, **dated)
        return repo.git("rev-parse", "HEAD")

    made("base.py", "1\n", 2000)
    repo.git("branch", "release")
    first = made("a.py", content, 2001)
    made("base.py", "2\n", 2010)
    repo.git("checkout", "-q", "release")
    made("a.py", content, 2005)
    made("base.py", "3\n", 2006)
    assert_first(scanned(repo.path), first)
    # Nothing changes where no ref and no reflog reaches them.
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("branch", "-q", "-D", "main", "release")
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert told(scanned(repo.path)) == {"a.py": first}


def test_a_key_in_two_blobs_has_the_paths_of_both(repo: Repo) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    repo.git("commit", "-q", "-m", "x", GIT_AUTHOR_DATE="2001-01-01T00:00:00Z")
    first = repo.git("rev-parse", "HEAD")
    repo.add("a.py", line(key) + "more\n")  # the same place in another blob
    repo.add("b.py", line(key) + "more\n")
    second = repo.commit()
    assert told(scanned(repo.path)) == {"a.py": first, "b.py": second}


@pytest.mark.parametrize("date", ["99999999999999 +0000", "nonsense"])
def test_a_date_that_no_clock_shows_is_not_the_oldest(repo: Repo, date: str) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    first = repo.commit()
    repo.add("a.py", line(key) + "more\n")
    repo.commit()
    commit = repo.git("cat-file", "commit", "HEAD").split("\n")
    commit[2] = f"author A <a@example.invalid> {date}"
    raw = repo.write("commit", "\n".join(commit))
    odd = repo.git("hash-object", "-t", "commit", "-w", "--literally", str(raw))
    repo.git("update-ref", "refs/heads/main", odd)
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert_first(scanned(repo.path), first)


def test_what_a_second_scan_remembers_has_all_its_paths(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    repo.add("a.py", line(openai_key()))
    repo.commit()
    repo.git("mv", "a.py", "b.py")
    repo.commit()
    before = told(scanned(repo.path, cache=True))
    repo.git("mv", "b.py", "c.py")
    moved = repo.commit()
    assert told(scanned(repo.path, cache=True)) == {**before, "c.py": moved}
    assert list(before) == ["b.py", "a.py"]


def allowing(*lines: str, **more: str) -> Policy:
    return Policy(allow=(Entry("ours", path=lines, **more),))


def test_a_path_that_is_allowed_hides_no_other(repo: Repo) -> None:
    content = line(openai_key())
    repo.add("src/a.py", content)
    first = repo.commit()
    repo.git("mv", "src", "fixtures")
    repo.commit()
    report = scanned(repo.path, allowing("fixtures/"))
    assert told(report) == {"src/a.py": first}
    assert [one.candidate.location.path for one in report.suppressed] == ["fixtures/a.py"]
    report = scanned(repo.path, allowing("src/"))
    assert list(told(report)) == ["fixtures/a.py"]
    report = scanned(repo.path, allowing("src/", "fixtures/"))
    assert (report.findings, len(report.suppressed)) == ((), 2)


def test_an_old_name_tells_whose_key_it_is(repo: Repo) -> None:
    repo.add("deepseek.txt", SHARED_FORMS["deepseek"]() + "\n")
    repo.commit()
    repo.git("mv", "deepseek.txt", "x.txt")
    repo.commit()
    assert only(scanned(repo.path)).provider == "deepseek"


def test_hostile_names_are_data(repo: Repo) -> None:
    content = line(openai_key())
    names = ["a\nb.py", "%s\x1b[31m.py", "a!b.zip!x", "x header", "tag 0123"]
    for name in names:
        repo.add(name, content)
    commit = repo.commit()
    assert told(scanned(repo.path)) == dict.fromkeys(names, commit)


def _many(repo: Repo, content: str, count: int) -> None:
    for number in range(count):
        repo.write(f"many/{number}.py", content)
    repo.git("add", ".")
    repo.commit()


@pytest.mark.parametrize("room", [places.ROOM, 7])
def test_of_many_paths_some_are_told_and_the_others_counted(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(places, "MOST", 20)
    monkeypatch.setattr(places, "ROOM", room)
    _many(repo, line(openai_key()) + line(openai_key()), 50)
    report = scanned(repo.path)
    listed = [len(one.locations) for one in report.findings]
    assert listed == ([20, 20] if room > 20 else [8, 1])
    assert [one.exposure and one.exposure.more for one in report.findings] == [
        50 - count for count in listed
    ]


def test_among_many_paths_the_one_that_is_not_allowed_is_told(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the one that is no test's, so that the key does not seem less urgent."""
    monkeypatch.setattr(places, "MOST", 5)
    content = line(openai_key())
    repo.add("old/lib.py", content)
    first = repo.commit()
    repo.git("mv", "old", "tests")
    _many(repo, content, 30)
    report = scanned(repo.path, allowing("many/", "tests/"))
    assert told(report) == {"old/lib.py": first}
    report = scanned(repo.path, allowing("many/", "old/", rule="openai-project-key"))
    assert list(told(report)) == ["tests/lib.py"]
    assert only(report).exposure == replace(only(report).exposure, more=27)  # type: ignore[type-var]


def test_only_a_scan_of_all_says_since_when(repo: Repo, tmp_path: Path) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    repo.git("commit", "-q", "-m", "x", GIT_COMMITTER_DATE="2001-01-01T00:00:00Z")
    repo.add("a.py", line(key) + "more\n")
    second = repo.commit()
    one = only(scanned(repo.path, since="2002-01-01")).exposure
    assert one
    assert one.first
    assert (one.first.oid, one.whole) == (second, False)
    for narrowed in ({"reachable": True}, {"branches": ("main",)}):
        one = only(scanned(repo.path, **narrowed)).exposure
        assert one
        assert not one.whole
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    one = only(scanned(tmp_path / "shallow")).exposure
    assert one
    assert not one.whole
