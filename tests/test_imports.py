"""A clean run loads what it needs and nothing else: the allow-lists are complete on purpose.

Measured over a bare interpreter: httpx +120 ms, detect_secrets +130, asyncio +50, rich +45,
importlib.metadata +40, yaml +20. Whoever needs one of them imports it late, in the one place
that needs it, so that a clean commit stays free. A new module on this list is paid for by every
commit of every user.
"""

import os
import subprocess
import sys

import pytest

from repo import Repo

HEAVY = {
    *("asyncio", "concurrent.futures", "detect_secrets", "email", "httpcore", "httpx", "http"),
    *("importlib.metadata", "json", "logging", "multiprocessing", "rich", "socket", "sqlite3"),
    *("ssl", "subprocess", "tarfile", "tempfile", "tomllib", "truststore", "yaml", "zipfile"),
}
# Standard modules beyond those that click brings; each is small, or part of what is.
STANDARD = {
    "_bisect",  # sift: which piece of a joined buffer
    "array",  # sources: which files a second process keeps
    "select",  # git: reads two pipes
    *("struct", "_struct"),  # gettext: reads a catalog
}
# No rules, decoders or containers: ``sift`` sees whether they are needed.
OWN = {
    *("keyscan", "keyscan.__main__", "keyscan.commands", "keyscan.commands._options"),
    # whether there is a configuration: a few looks at the disk
    *("keyscan.commands._configured", "keyscan.config_files"),
    "keyscan.commands._baseline",  # looks whether there is a baseline; reads it elsewhere
    *("keyscan._literals", "keyscan.blocks", "keyscan.errors", "keyscan.git"),
    *("keyscan.git_processes", "keyscan.git_safety", "keyscan.i18n", "keyscan.model"),
    *("keyscan.names", "keyscan.outcome"),
    *("keyscan.literal_search", "keyscan.long_runs", "keyscan.pipeline", "keyscan.secret"),
    *("keyscan.sift", "keyscan.sources"),
    *("keyscan.sources.files", "keyscan.sources._shared", "keyscan.worktree"),
    *("keyscan.sources._parts", "keyscan.sources._tickets"),
}
OF_HOOK = {"keyscan.commands.hook", "keyscan.sources.staged"}
OF_SCAN = {
    *("keyscan.commands.scan", "keyscan.commands._asked", "keyscan.commands._progress"),
    # a scan prints its summary even when it is clean
    *("keyscan.columns", "keyscan.formats", "keyscan.formats._lines", "keyscan.formats.text"),
}
OF_FAST_HOOK = {
    *("_bisect", "keyscan", "keyscan._literals", "keyscan.config_files", "keyscan.git_safety"),
    *("keyscan.hook_entry", "keyscan.literal_search", "keyscan.long_runs", "keyscan.sift"),
    "keyscan.names",
}
BASE = "import click, copy, dataclasses, locale, stringzilla"

_DUMP = """
import sys
before = set(sys.modules)
def run(args):
    from keyscan.__main__ import main
    main(args)
try:
    {statement}
    code = 0
except SystemExit as stop:
    code = stop.code
sys.stderr.write("\\n".join(set(sys.modules) - before))
sys.exit(code)
"""


def _loaded(statement: str) -> set[str]:
    """The modules that a clean run loads, beyond those of a bare interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", _DUMP.format(statement=statement)],
        capture_output=True,
        text=True,
        check=False,
        # a variable of the tests' own would be looked up among the settings
        env={name: value for name, value in os.environ.items() if not name.startswith("KEYSCAN_")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stderr.split())


def _split(loaded: set[str]) -> tuple[set[str], set[str]]:
    """Our own modules, and foreign ones."""
    own = {one for one in loaded if one.partition(".")[0] == "keyscan"}
    return own, loaded - own


@pytest.fixture
def clean(repo: Repo) -> Repo:
    """A repository with a clean staged change."""
    repo.commit(a="one\n")
    repo.add("b.py", "print('hello')\n")
    return repo


@pytest.mark.parametrize(
    ("arguments", "own", "base"),
    [
        (["hook", "pre-commit"], OWN | OF_HOOK, BASE),
        (["scan"], OWN | OF_SCAN, f"{BASE}, unicodedata"),
        ([], OWN | OF_SCAN, f"{BASE}, unicodedata"),
    ],
)
def test_a_clean_run_loads_only_what_is_listed(
    clean: Repo, arguments: list[str], own: set[str], base: str
) -> None:
    ours, foreign = _split(_loaded(f"run({arguments!r})"))
    assert set() == ours - own
    assert set() == foreign - _loaded(base) - STANDARD


@pytest.mark.parametrize("arguments", [["hook", "pre-commit"], ["scan"]])
def test_a_clean_run_loads_nothing_heavy(clean: Repo, arguments: list[str]) -> None:
    assert set() == HEAVY & _loaded(f"run({arguments!r})")


def test_the_fast_hook_loads_the_literal_search_alone(clean: Repo) -> None:
    statement = (
        "import os, keyscan.hook_entry as entry;"
        "os._exit = sys.exit;"  # the real one leaves no chance to look
        "sys.argv = ['keyscan-hook'];"
        "entry.main()"
    )
    assert OF_FAST_HOOK | _loaded("import stringzilla") == _loaded(statement)


def test_a_key_is_what_loads_the_rest(clean: Repo) -> None:
    from keys import openai_key

    clean.add("c.py", f"key = '{openai_key()}'\n")
    with pytest.raises(AssertionError, match=r"keyscan\.formats\.text"):
        _loaded("run(['hook', 'pre-commit'])")
