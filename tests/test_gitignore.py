"""Lines of a .gitignore mean the files that git says they mean."""

import contextlib
import subprocess
import time
from pathlib import Path

import pathspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyscan.gitignore import Paths
from keyscan.pattern_syntax import PatternError
from repo import Repo

NAMES = st.sampled_from(["a", "b", "*", "a*", "*b", "?", "[ab]", "[!a]", "**", "a?", "*a*", "\\a"])
LINES = st.tuples(
    st.sampled_from(["", "/"]),
    st.lists(NAMES, min_size=1, max_size=4).map("/".join),
    st.sampled_from(["", "/"]),
).map("".join)
PATHS = st.lists(st.text("ab", min_size=1, max_size=2), min_size=1, max_size=4).map("/".join)


@given(LINES, PATHS)
@settings(max_examples=300)
def test_as_pathspec_has_it(line: str, path: str) -> None:
    if line.endswith("/**/"):
        return  # pathspec means files, git folders: see below
    spec = pathspec.GitIgnoreSpec.from_lines([line], backend="simple")

    assert Paths((line,)).match(path) == spec.match_file(path)


CASES = [
    ("tests/", ["tests/a.py", "b/tests/a.py", "tests", "testsuite/a.py"]),
    ("/tests/", ["tests/a.py", "b/tests/a.py"]),
    ("tests/*.py", ["tests/a.py", "tests/b/a.py", "b/tests/a.py"]),
    ("*.min.js", ["a.min.js", "b/a.min.js", "a.js", ".min.js"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c", "ab"]),
    ("a/**", ["a/x", "a/x/y", "a"]),
    ("**/a", ["a", "x/a", "x/y/a/b"]),
    ("a/**/", ["a/x", "a/x/y"]),
    ("[a-c]x", ["ax", "cx", "dx", "-x"]),
    ("[!a-c]x", ["ax", "dx", "/x"]),
    ("[]]x", ["]x", "x"]),
    (r"\*x", ["*x", "ax"]),
    (r"\#x", ["#x"]),
    (r"\!x", ["!x"]),
    ("x ", ["x", "x "]),
    (r"x\ ", ["x ", "x"]),
    ("中文*", ["中文件", "中文/a", "文"]),
    ("a?c", ["abc", "a/c", "ac"]),
]


@pytest.mark.parametrize(("line", "paths"), CASES)
def test_as_git_has_it(repo: Repo, line: str, paths: list[str]) -> None:
    Path(".gitignore").write_text(line + "\n", encoding="utf-8")
    meant = []
    for path in paths:
        done = subprocess.run(
            ["git", "check-ignore", "-q", "--no-index", path], check=False, capture_output=True
        )
        meant.append(done.returncode == 0)

    assert [Paths((line,)).match(path) for path in paths] == meant


def test_the_last_line_that_means_a_file_decides() -> None:
    paths = Paths(("tests/", "!tests/real/"))

    assert paths.match("tests/a.py")
    assert not paths.match("tests/real/a.py")
    assert not Paths(("!tests/real/", "a")).match("tests/real/b")


@pytest.mark.parametrize(
    "line", ["", "/", "//", " ", "!", "# a", "a\0b", "a\\", "[a", "[[:alpha:]]"]
)
def test_a_line_that_means_nothing_is_refused(line: str) -> None:
    with pytest.raises(PatternError):
        Paths((line,))


@pytest.mark.parametrize("line", ["*a*a*a*a*a*a*b", "**/a/**/a/**/a/**/a/**/b", "a**a**a**b"])
@pytest.mark.parametrize("path", ["a" * 4000, "a/" * 2000 + "c"])
def test_a_hostile_line_takes_no_time(line: str, path: str) -> None:
    started = time.process_time()
    Paths((line,)).match(path)

    assert time.process_time() - started < 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_line_and_path_are_compared_or_refused(line: str, path: str) -> None:
    with contextlib.suppress(PatternError):
        Paths((line,)).match(path)
