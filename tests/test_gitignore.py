"""Lines of a .gitignore mean the files that git says they mean."""

import contextlib
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pathspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyscan.errors import IncompleteError
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
def test_as_pathspec_has_it_without_hyperscan(line: str, path: str) -> None:
    if line.endswith("/**/"):
        return  # pathspec means files, git folders: see below
    spec = pathspec.PathSpec.from_lines("gitignore", [line], backend="simple")

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
    ("a[!b]c", ["a/c", "abc", "axc", "a]c"]),
    ("a[^b]c", ["a/c", "abc", "axc"]),
    ("a[!]b]c", ["a/c", "abc", "a]c", "axc"]),
    ("a[!-b]c", ["a/c", "abc", "a-c", "axc"]),
    ("a[+-9]c", ["a/c", "a.c", "a0c", "a9c", "a-c", "a*c"]),
    ("a[x+-9]c", ["a/c", "axc", "a0c"]),
    ("a[--0]c", ["a/c", "a-c", "a.c", "a0c", "a1c"]),
    (r"a\\[!b]c", ["a\\/c", "a\\bc", "a\\xc"]),
    (r"a\[!b]c", ["a[!b]c", "axc"]),
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


@pytest.mark.parametrize("line", ["", "/", "//", " ", "!", "# a", "a\0b", "a\\", "[[:alpha:]]"])
def test_a_line_that_means_nothing_is_refused(line: str) -> None:
    with pytest.raises(PatternError):
        Paths((line,))


HOSTILE = ["*a*a*a*a*a*a*b", "**/a/**/a/**/a/**/a/**/b", "a**a**a**b", "*a" * 20]
LONG = ["a" * 4000, "a/" * 2000 + "c"]


@pytest.mark.skipif(
    os.name == "nt" and "ARM64" in platform.machine(), reason="no hyperscan: see the next test"
)
@pytest.mark.parametrize("line", HOSTILE)
@pytest.mark.parametrize("path", LONG)
def test_a_hostile_line_takes_no_time(line: str, path: str) -> None:
    started = time.process_time()
    Paths((line,)).match(path)

    assert time.process_time() - started < 1


@contextlib.contextmanager
def without_hyperscan() -> Iterator[None]:
    """As where it is not installed: pathspec looks for it when it is imported."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in sys.modules if one.partition(".")[0] == "pathspec"]:
            patch.delitem(sys.modules, name)
        patch.setitem(sys.modules, "hyperscan", None)
        yield
        for name in [one for one in sys.modules if one.partition(".")[0] == "pathspec"]:
            del sys.modules[name]


@pytest.mark.parametrize("line", HOSTILE)
@pytest.mark.parametrize("path", LONG)
def test_without_hyperscan_a_hostile_line_ends_the_run(line: str, path: str) -> None:
    with without_hyperscan(), pytest.raises(IncompleteError, match="use fewer"):
        Paths(("b", line)).match(path)


@pytest.mark.parametrize(("line", "paths"), CASES)
def test_without_hyperscan_as_with_it(line: str, paths: list[str]) -> None:
    with without_hyperscan():
        without = [Paths((line,)).match(path) for path in paths]

    assert [Paths((line,)).match(path) for path in paths] == without


def test_what_is_too_large_for_hyperscan_is_matched_all_the_same() -> None:
    paths = Paths(("a" * 20_000, "b"))

    assert paths.match("x/b")
    assert paths.match("x/" + "a" * 20_000)


def test_a_name_that_is_no_utf8_can_be_meant() -> None:
    name = os.fsdecode(b"x/\xff.py")

    assert Paths(("*.py",)).match(name)
    assert not Paths(("y.py",)).match(name)


def test_a_line_has_few_wildcards() -> None:
    with pytest.raises(PatternError, match="at most 20 wildcards"):
        Paths(("*a" * 21,))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_line_and_path_are_compared_or_refused(line: str, path: str) -> None:
    with contextlib.suppress(PatternError):
        Paths((line,)).match(path)
