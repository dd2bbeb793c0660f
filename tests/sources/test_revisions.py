"""Ranges: all that commits bring in, where it came from, and what is not here."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from keys import openai_key
from keyscan.errors import IncompleteError, UsageError
from keyscan.model import Blob, Finding, Gap
from keyscan.pipeline import scan
from keyscan.sources.origins import brought_in, origins
from keyscan.sources.revisions import Listing, contents, listing, since, span_of
from repo import ISOLATED, Repo


def listed(*ranges: str) -> Listing:
    return listing(map(span_of, ranges))


def found(*ranges: str) -> list[Finding]:
    """The findings of ranges that are wholly here."""
    what = listed(*ranges)
    report = scan(contents(what))
    assert report.gaps == ()
    where = origins(report.findings, what)
    return [brought_in(one, where) for one in report.findings]


def places(*ranges: str) -> list[tuple[str, int, str]]:
    return sorted(
        (place.path, place.line, place.commit) for one in found(*ranges) for place in one.locations
    )


def line(key: str) -> str:
    return f'client = OpenAI(api_key="{key}")\n'


@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_a_key_that_a_later_commit_removes_is_found_with_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hash_name: str
) -> None:
    repo = Repo(tmp_path / "repo", f"--object-format={hash_name}")
    monkeypatch.chdir(repo.path)
    base = repo.commit(a="one\n")
    repo.add("src/app.py", "import os\n" + line(openai_key()))
    leak = repo.commit()
    repo.add("src/app.py", "import os\n")
    repo.commit()
    assert [("src/app.py", 2, leak)] == places(f"{base}..HEAD")
    assert [("src/app.py", 2, leak)] == places(f"{base}..")
    assert [("src/app.py", 2, leak)] == places(f"{leak}^!")
    assert places(f"{leak}..HEAD") == []


def test_a_key_in_many_versions_of_a_file_is_shown_where_it_came_in(repo: Repo) -> None:
    base = repo.commit(a="one\n")
    text = line(openai_key())
    repo.add("app.py", text)
    leak = repo.commit()
    for count in range(3):
        repo.add("app.py", "import os\n" * count + "\n" + text)
        repo.commit()
    assert [("app.py", 1, leak)] == places(f"{base}..HEAD")


def test_messages_and_names_are_scanned(repo: Repo) -> None:
    base = repo.commit(a="one\n")
    repo.git("commit", "-q", "--allow-empty", "-m", f"Title\n\nUse {openai_key()} here")
    first = repo.git("rev-parse", "HEAD")
    repo.git("commit", "-q", "--allow-empty", "-m", "Two", GIT_AUTHOR_NAME=openai_key())
    second = repo.git("rev-parse", "HEAD")
    repo.git("tag", "-a", "v1", "-m", f"Release\n{openai_key()}")
    tag = repo.git("rev-parse", "v1")
    expected = [
        (f"commit {first[:12]}", 3, first),
        (f"commit {second[:12]} header", 3, second),
        (f"tag {tag[:12]}", 2, tag),
    ]
    assert sorted(expected) == places(f"{base}..v1")


def test_a_key_of_a_merge_resolution_is_found(repo: Repo) -> None:
    base = repo.commit(a="one\n")
    repo.git("checkout", "-q", "-b", "other")
    repo.commit(a="two\n")
    repo.git("checkout", "-q", "main")
    repo.commit(a="three\n")
    repo.git("merge", "-q", "other", check=False)
    repo.add("a", line(openai_key()))
    repo.git("commit", "-q", "-m", "Merge")
    merge = repo.git("rev-parse", "HEAD")
    assert [("a", 1, merge)] == places(f"{base}..HEAD")


def test_both_sides_of_three_dots_and_the_union_of_ranges(repo: Repo) -> None:
    base = repo.commit(a="one\n")
    repo.git("checkout", "-q", "-b", "left")
    left = repo.commit(b=line(openai_key()))
    repo.git("checkout", "-q", "-b", "right", base)
    right = repo.commit(c=line(openai_key()))
    assert [("b", 1, left), ("c", 1, right)] == places("left...right")
    assert [("c", 1, right)] == places("left..right")
    assert [("b", 1, left), ("c", 1, right)] == places(f"{base}..left", f"{base}..right")
    assert (span_of(f"{base}..HEAD"),) == listing([since(base)]).spans


def test_what_was_there_before_is_not_brought_in(repo: Repo) -> None:
    repo.add("app.py", line(openai_key()))
    base = repo.commit()
    repo.git("mv", "app.py", "moved.py")
    repo.commit(a="one\n")
    assert places(f"{base}..HEAD") == []


@pytest.mark.parametrize("words", ["--all..HEAD", "-n1", "main", "", "--output=x..y"])
def test_what_is_no_range_is_a_wrong_call(repo: Repo, words: str) -> None:
    repo.commit(a="one\n")
    with pytest.raises(UsageError):
        span_of(words)
    with pytest.raises(UsageError):
        since(f"-{words}")


@pytest.mark.parametrize("words", ["nope..HEAD", "HEAD..nope", f"{'1' * 40}..HEAD"])
def test_a_revision_that_is_not_here_is_incomplete(repo: Repo, words: str) -> None:
    repo.commit(a="one\n")
    with pytest.raises(IncompleteError, match="git fetch"):
        listed(words)


def test_a_shallow_clone_is_never_clean(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(a="one\n")
    repo.commit(a=line(openai_key()))
    repo.commit(a="three\n")
    shallow = Repo(tmp_path / "shallow")
    shallow.git("fetch", "-q", "--depth=1", repo.path.as_uri(), "main:new")
    shallow.git("fetch", "-q", "--depth=1", repo.path.as_uri(), f"{base}:old")
    os.chdir(shallow.path)
    gaps = [one for one in contents(listed("old..new")) if isinstance(one, Gap)]
    assert [one.reason for one in gaps] == ["shallow"]
    assert "fetch-depth: 0" in str(gaps[0].detail)
    with pytest.raises(IncompleteError, match="fetch-depth: 0"):
        listed(f"{base[::-1]}..new")
    shallow.git("fetch", "-q", "--unshallow", repo.path.as_uri(), "main:new")
    assert [place.path for one in found("old..new") for place in one.locations] == ["a"]


def test_an_edge_whose_parents_are_known_is_whole(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="one\n")
    base = repo.commit(a="two\n")
    head = repo.commit(a=line(openai_key()))
    shallow = Repo(tmp_path / "shallow")
    shallow.git("fetch", "-q", "--depth=1", repo.path.as_uri(), "main:new")
    shallow.git("fetch", "-q", "--depth=1", repo.path.as_uri(), f"{base}:old")
    os.chdir(shallow.path)
    assert [("a", 1, head)] == places("old..new")


def test_a_missing_object_is_a_gap_and_the_rest_is_scanned(repo: Repo) -> None:
    base = repo.commit(a="one\n")
    repo.add("lost", "this blob goes away\n")
    leak = repo.commit(b=line(openai_key()))
    oid = repo.git("rev-parse", "HEAD:lost")
    (repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    report = scan(contents(listed(f"{base}..HEAD")))
    assert [one.reason for one in report.gaps] == ["git-object"]
    assert oid[:12] in str(report.gaps[0].detail)
    where = origins(report.findings, listed(f"{base}..HEAD"))
    assert [leak] == [
        place.commit for one in report.findings for place in brought_in(one, where).locations
    ]


def test_a_partial_clone_is_never_clean_and_fetches_nothing(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    base = repo.commit(a="one\n")
    repo.commit(b=line(openai_key()))
    where = tmp_path / "partial"
    url = repo.path.as_uri()
    repo.git("clone", "-q", "--filter=blob:none", "--no-checkout", url, str(where))
    report = scan(contents(listing([span_of(f"{base}..HEAD", str(where))], str(where)), str(where)))
    assert [one.reason for one in report.gaps] == ["git-object"]
    assert report.findings == ()


def test_names_with_line_breaks_and_bytes_that_are_no_text(repo: Repo) -> None:
    base = repo.commit(a="one\n")
    names = [b"two\nlines", b"\xff\xfe", b"sp ace", "中文".encode()]
    for count, name in enumerate(names):
        repo.add(os.fsdecode(name), f"{count}\n")
    repo.commit()
    blobs = [one for one in contents(listed(f"{base}..HEAD")) if isinstance(one, Blob)]
    shown = {one.path for one in blobs if one.source == "history"}
    assert {"two", os.fsdecode(b"\xff\xfe"), "sp ace", "中文"} == shown


def test_no_configuration_of_the_repository_is_executed(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(a="one\n")
    repo.add(".gitattributes", "* diff=evil\n")
    repo.commit(b=line(openai_key()))
    trap = tmp_path / "trap"
    for name in ("diff.external", "diff.evil.textconv", "diff.evil.command", "gpg.program"):
        repo.git("config", name, f"touch {trap}; true")
    repo.git("config", "log.showSignature", "true")
    assert len(found(f"{base}..HEAD")) == 1
    assert not trap.exists()


def keyscan(*args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "keyscan", "scan", *args],
        env={**os.environ, **ISOLATED, "KEYSCAN_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command(repo: Repo) -> None:
    base = repo.commit(a="one\n")
    leak = repo.commit(b=line(openai_key()))
    done = keyscan("--range", f"{base}..HEAD", "--format", "json")
    assert done.returncode == 1
    [finding] = json.loads(done.stdout)["findings"]
    [place] = finding["locations"]
    assert ("b", 1, "history", leak) == (
        place["path"], place["line"], place["source"], place["commit"],
    )  # fmt: skip
    assert keyscan("--since-ref", "HEAD").returncode == 0
    assert "no commits" in keyscan("--since-ref", "HEAD").stdout
    assert keyscan("--since-ref", "nope").returncode == 3
    assert keyscan("--range", "main").returncode == 2
    assert keyscan("--range", f"{base}..HEAD", "a").returncode == 2
    assert keyscan("--range", f"{base}..HEAD", "--staged").returncode == 2


def test_a_name_with_a_carriage_return_is_a_name(repo: Repo) -> None:
    first = repo.commit()
    key = openai_key()
    repo.add("carriage\rreturn.py", line(key))
    repo.commit()
    report = scan(contents(listing([span_of(f"{first}..HEAD")])))
    assert report.gaps == ()
    assert [one.path for one in report.findings[0].locations] == ["carriage\rreturn.py"]


def test_a_finding_has_its_whole_name_with_line_breaks(repo: Repo) -> None:
    """``git rev-list`` tells a name to its first line break only."""
    first = repo.commit()
    repo.add("two\nlines\n.py", line(openai_key()))
    with zipfile.ZipFile(repo.path / "an\narchive.zip", "w") as archive:
        archive.writestr("inner.py", line(openai_key()))
    repo.git("add", ".")
    repo.commit()
    found = listing([span_of(f"{first}..HEAD")])
    report = scan(contents(found))
    where = origins(report.findings, found)
    places = [place for one in report.findings for place in brought_in(one, where).locations]
    assert sorted(one.path for one in places) == ["an\narchive.zip!inner.py", "two\nlines\n.py"]


def test_a_file_under_several_names_is_told_with_each(repo: Repo) -> None:
    first = repo.commit()
    key = openai_key()
    repo.add("a.py", line(key))
    one = repo.commit()
    repo.add("b.py", line(key))
    two = repo.commit()
    found = listing([span_of(f"{first}..HEAD")])
    report = scan(contents(found))
    (finding,) = report.findings
    places = brought_in(finding, origins(report.findings, found)).locations
    assert [(place.path, place.commit) for place in places] == [("a.py", one), ("b.py", two)]
