"""Keys in the names of files and refs: found, shown where they are, and never shown whole."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from keys import OPENAI_FORMS, PROVIDER_FORMS, hexes, openai_key
from keyscan.formats import Show, names, render
from keyscan.history import Wanted, scan_history
from keyscan.model import Blob, Report
from keyscan.names import in_names, suspicious
from keyscan.pipeline import scan
from keyscan.sources import pushes
from keyscan.sources.files import files
from keyscan.sources.staged import already_committed, staged, tracked
from repo import Repo

FORMS: dict[str, Callable[[], str]] = {
    **{one: partial(openai_key, one) for one in OPENAI_FORMS},
    **PROVIDER_FORMS,
}
ZERO = "0" * 40


def places(report: Report) -> list[tuple[str, int, str]]:
    """Path, column and source of every place; nothing of the report holds a whole key."""
    assert report.gaps == ()
    found = [place for one in report.findings for place in one.locations]
    for secret in (one.secret for one in report.findings):
        for name in names():
            assert secret.body not in render(name, report, Show(1))
    return sorted((one.path, one.column, one.source) for one in found)


@pytest.mark.parametrize("form", FORMS)
def test_a_key_that_rules_know_by_its_form_is_seen_in_a_name(form: str) -> None:
    for _ in range(20):
        key = FORMS[form]()
        if "/" not in key and scan([Blob("a", key.encode())]).findings:
            path = f"logs/{key}.txt"
            (blob,) = in_names(["a", path, "b"], "x/")
            assert blob == Blob(f"x/{path}", path.encode(), "name", column=3)


@pytest.mark.parametrize(
    "name",
    ["task-management-and-more-words.md", "mask_2_of_a_long_thing_here", "sk-learn-2", "", "a"],
)
def test_ordinary_names_cost_nothing(name: str) -> None:
    assert suspicious(name.encode()) == []


@pytest.mark.parametrize("size", [32, 40, 64])
@pytest.mark.parametrize("before", ["fw_", "messages.sk_", "hf_", "r8_"])
def test_a_hash_in_a_name_is_no_key(before: str, size: int) -> None:
    assert suspicious(f"a/{before}{hexes(size)}.bin".encode()) == []


def test_a_key_that_has_as_many_letters_as_a_hash_is_seen_in_a_name() -> None:
    for before in ("ek_", "sk-"):
        assert len(scan(in_names([f"a/{before}{hexes(32)}"])).findings) == 1


@pytest.mark.parametrize("no_ignore", [False, True])
@pytest.mark.parametrize("kind", ["tracked", "untracked", "folder", "sparse"])
def test_in_a_work_tree(repo: Repo, kind: str, no_ignore: bool) -> None:
    key = openai_key()
    path = f"d/{key}/a" if kind == "folder" else f"d/a-{key}.txt"
    repo.commit(in_="1")
    repo.write(path, "nothing")
    if kind in ("tracked", "sparse"):
        repo.git("add", ".")
    if kind == "sparse":
        repo.git("commit", "-q", "-m", "x")
        repo.git("sparse-checkout", "set", "elsewhere")
    shown = f"d/{key}" if kind == "folder" and no_ignore else path
    report = scan(files([], no_ignore=no_ignore))
    assert places(report) == [(shown, path.index(key) + 1, "name")]
    assert report.stats.blobs == 2


def test_outside_of_a_repository_and_of_named_files(repo: Repo) -> None:
    key = openai_key()
    path = repo.write(f"d/{key}", "nothing")
    shutil.rmtree(repo.path / ".git")
    assert places(scan(files(["."]))) == [(f"d/{key}", 3, "name")]
    assert places(scan(files([f"d/{key}"]))) == [(f"d/{key}", 3, "name")]
    os.chdir(path.parent)
    assert places(scan(files([".."]))) == [(f"../d/{key}", 6, "name")]


def test_of_a_named_folder_itself(repo: Repo) -> None:
    key = openai_key()
    repo.commit(**{f"d/{key}/a": "nothing"})
    assert places(scan(files([f"d/{key}"]))) == [(f"d/{key}", 3, "name")]
    assert places(scan(files([f"./d/{key}/"], no_ignore=True))) == [(f"d/{key}", 3, "name")]


def test_a_key_in_a_name_and_in_the_content_is_one_finding(repo: Repo) -> None:
    key = openai_key()
    repo.add(key, key)
    assert places(scan(files([]))) == [(key, 1, "file"), (key, 1, "name")]


def test_in_the_index_while_the_path_is_new(repo: Repo) -> None:
    key = openai_key()
    repo.add(key, "nothing")
    assert places(scan(staged())) == [(key, 1, "name")]
    report = scan(staged())
    assert already_committed(report.findings, scan) == report.findings
    assert places(scan(tracked())) == [(key, 1, "name")]
    repo.git("commit", "-q", "-m", "x")
    repo.add(key, "something else")
    assert scan(staged()).findings == ()


def test_in_the_history_refs_and_what_head_calls_its_files(repo: Repo) -> None:
    key, branch, tag, other = openai_key(), openai_key(), openai_key(), openai_key()
    repo.add(f"d/{key}", key)
    repo.add(f"d/{other}", "nothing")
    repo.commit()
    repo.git("branch", f"a/{branch}")
    repo.git("tag", tag)
    report = scan_history(str(repo.path), Wanted(processes=1, cache=False), lambda _a, _b: None)
    assert places(report) == sorted(
        [
            (f"d/{key}", 1, "history"),
            (f"d/{key}", 3, "name"),
            (f"d/{other}", 3, "name"),
            (f"refs/heads/a/{branch}", 14, "name"),
            (f"refs/tags/{tag}", 11, "name"),
        ]
    )
    (both,) = (one for one in report.findings if len(one.locations) == 2)
    assert both.exposure is not None
    assert both.exposure.in_head
    narrowed = Wanted(processes=1, cache=False, branches=("main",))
    assert places(scan_history(str(repo.path), narrowed, lambda _a, _b: None)) == [
        (f"d/{key}", 1, "history")
    ]


def test_new_refs_of_a_push(repo: Repo, tmp_path: Path) -> None:
    key, old, gone = openai_key(), openai_key(), openai_key()
    head = repo.commit(a="1")
    lines = [
        f"HEAD {head} refs/heads/{key} {ZERO}",
        f"HEAD {head} refs/heads/{old} {head}",
        f"(delete) {ZERO} refs/heads/{gone} {head}",
    ]
    given = "".join(f"{one}\n" for one in lines).encode()
    found = list(pushes.new_names(given, "pre-push"))
    assert [one.path for one in found] == [f"refs/heads/{key}"]
    report = pushes.judged(pushes.pushed(given, "origin", ""), scan, names=found)
    assert places(report) == [(f"refs/heads/{key}", 12, "name")]
    server = "".join(
        f"{there} {here} {name}\n" for here, name, there in (one.split(" ")[-3:] for one in lines)
    ).encode()
    assert list(pushes.new_names(server, "pre-receive")) == found


def test_hostile_names_are_shown_escaped(repo: Repo) -> None:
    key = openai_key()
    repo.write(f"\x1b[31m\n{key}\n::error::x", "nothing")
    (place,) = places(scan(files([])))
    assert place[0].startswith("\x1b[31m\n")
    text = render("text", scan(files([])), Show())
    assert "\x1b" not in text
    assert "\\x1b[31m\\n" in text
