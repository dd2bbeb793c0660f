"""``keyscan completion``: in the shells themselves, a real bash, zsh and fish."""

import os
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from hookable import run, shims
from keyscan.__main__ import cli
from keyscan.commands._completing import _VALUES, shells
from keyscan.formats import names
from keyscan.providers import all_providers
from keyscan.rotate import kinds_of
from parts import program
from repo import ISOLATED, Repo

pty = pytest.importorskip("pty", reason="a terminal of its own needs POSIX")

FORMATS = set(names())
PROVIDERS = set(all_providers())
CASES: dict[str, set[str]] = {
    "keyscan scan --staged --for": {"--format"},
    "keyscan --ver": {"--version", "--verify", "--verbose"},
    "keyscan hook pre-": {"pre-commit", "pre-push", "pre-receive"},
    "keyscan scan --format ": FORMATS,
    "keyscan scan --format=j": {one for one in FORMATS if one.startswith("j")},
    "keyscan --fail-on ": {"note", "any", "live"},
    "keyscan rotate o": {"openai", "openrouter"},
    "keyscan rotate openai --kind ": set(kinds_of(all_providers()["openai"])),
    "keyscan verify --provider ": PROVIDERS,
    "keyscan scan --endpoint moon": {"moonshot="},
    "keyscan completion ": set(shells()),
    "keyscan scan sr": {"src/"},
    "keyscan sr": {"src/"},
    "keyscan scan two": {"two words.py"},
    "keyscan s": {"scan", "src/"},
    "keyscan scan --output s": {"src/"},
    "keyscan scan --output=s": {"src/"},
    "keyscan scan --since-ref ma": {"main"},
    "keyscan scan --range main..ot": {"main..other"},
    "keyscan verify --from-env KEYSCAN_COMPLETED": {"KEYSCAN_COMPLETED_NAME"},
    "keyscan verify ": set(),
    "keyscan nonsense --wrong x": set(),
}


@pytest.fixture
def place(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with two branches, and ``keyscan`` on PATH."""
    repo.commit()
    repo.git("branch", "other")
    repo.write("src/a.py", "")
    repo.write("two words.py", "")
    repo.git("config", "core.excludesFile", "")
    monkeypatch.setenv("PATH", f"{shims(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KEYSCAN_COMPLETED_NAME", "never shown")
    monkeypatch.setenv("KEYSCAN_LANG", "en")
    monkeypatch.setenv("HOME", str(tmp_path))
    return repo


def said(repo: Repo, *words: str) -> str:
    """What a shell's program prints."""
    done = run(repo, *words)
    assert done.returncode == 0, done.stdout
    return done.stdout


def bash() -> str:
    """A bash that can: macOS brings 3.2, completion needs 4.4."""
    path = program("bash")
    asked = [path, "-c", "printf %d%02d ${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}"]
    if int(subprocess.run(asked, capture_output=True, check=True).stdout) < 404:
        pytest.skip("bash is older than 4.4")
    return path


@pytest.mark.parametrize("line", CASES)
def test_bash_offers(place: Repo, line: str) -> None:
    """bash's own function is called as readline calls it; the words are split as it splits."""
    words = shlex.split(line.replace("=", " = ")) if "=" in line else shlex.split(line)
    words += [""] * line.endswith(" ")
    code = (
        'eval "$(keyscan completion bash)"; compopt() { :; }; COMP_WORDS=("$@");'
        'COMP_CWORD=$(($#-1)); _keyscan_completion keyscan; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    told = said(place, bash(), "--norc", "-c", code, "-", *words).split("\n")
    assert CASES[line] == {_as_readline(place, one) for one in told if one}


def _as_readline(place: Repo, word: str) -> str:
    """readline itself adds the slash to a folder (``compopt -o filenames``)."""
    return word + "/" * (place.path / word).is_dir()


@pytest.mark.external
@pytest.mark.parametrize("line", CASES)
def test_fish_offers(place: Repo, line: str) -> None:
    code = f"keyscan completion fish | source; complete -C {shlex.quote(line)}"
    told = said(place, program("fish"), "--no-config", "-c", code).split("\n")
    offered = {one.partition("\t")[0] for one in told if one}
    start = line.rpartition(" ")[2]
    joined = f"{start.partition('=')[0]}=" if start.startswith("--") and "=" in start else ""
    assert CASES[line] == {one.removeprefix(joined).replace("\\ ", " ") for one in offered}


@pytest.mark.external
def test_fish_describes_in_the_users_language_commas_included(place: Repo) -> None:
    line = "keyscan completion fish | source; complete -C 'keyscan hook '"
    told = run(place, program("fish"), "--no-config", "-c", line, KEYSCAN_LANG="zh").stdout
    assert "pre-commit\t扫描提交将带入的内容" in told
    told = run(place, program("fish"), "--no-config", "-c", line).stdout
    assert "commit-msg\tScan the commit message in FILE, which git names" in told


@contextmanager
def terminal(place: Repo, *words: str) -> Iterator[int]:
    """A shell on a terminal of its own; the number of the terminal's other end."""
    pid, end = pty.fork()
    if pid == 0:  # the child
        os.chdir(place.path)
        os.execvpe(words[0], words, {**os.environ, **ISOLATED, "TERM": "dumb", "PS1": "> "})
    try:
        yield end
    finally:
        os.close(end)
        os.waitpid(pid, 0)


def told_after(end: int, keys: str, wanted: str, seconds: float = 20.0) -> str:
    """All that the terminal shows once ``wanted`` is among it."""
    os.write(end, keys.encode())
    shown, until = b"", time.monotonic() + seconds
    while wanted not in shown.decode(errors="replace"):
        assert time.monotonic() < until, f"no {wanted!r} in {shown.decode(errors='replace')!r}"
        if select.select([end], [], [], 0.2)[0]:
            shown += os.read(end, 4096)
    return shown.decode(errors="replace")


TYPED = {
    # typed, where ^I is the Tab key → the line that stands there afterwards
    "keyscan prov\t": "keyscan providers ",
    "keyscan scan --sta\t": "keyscan scan --staged ",
    "keyscan rotate anth\t": "keyscan rotate anthropic ",
    "keyscan scan --format te\t": "keyscan scan --format text ",
    "keyscan scan --format=te\t": "keyscan scan --format=text ",
    "keyscan scan sr\ta.py": "keyscan scan src/a.py",
    "keyscan scan tw\t": "keyscan scan two\\ words.py ",
}
FINISH = "\x01printf '<%s>' '\x05'\n"  # to the start of the line, to its end: print it


@pytest.mark.parametrize("keys", TYPED)
def test_bash_completes_what_is_typed(place: Repo, keys: str) -> None:
    with terminal(place, bash(), "--norc", "--noprofile", "-i") as end:
        told_after(end, 'eval "$(keyscan completion bash)"; echo rea""dy\n', "ready")
        told_after(end, keys + FINISH, "<" + TYPED[keys].rstrip())


@pytest.mark.external
@pytest.mark.parametrize("keys", TYPED)
def test_zsh_completes_what_is_typed(place: Repo, keys: str) -> None:
    with terminal(place, program("zsh"), "-f", "-i") as end:
        setup = "autoload -Uz compinit; compinit -u -D; bindkey -e; unsetopt prompt_cr"
        setup += '; eval "$(keyscan completion zsh)"; echo rea""dy\n'
        told_after(end, setup, "ready")
        told_after(end, keys + FINISH, "<" + TYPED[keys].rstrip())


@pytest.mark.external
def test_zsh_completes_again_and_again_from_a_folder_of_fpath(place: Repo, tmp_path: Path) -> None:
    (tmp_path / "_keyscan").write_text(said(place, "keyscan", "completion", "zsh"))
    with terminal(place, program("zsh"), "-f", "-i") as end:
        setup = f"fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -D; bindkey -e"
        told_after(end, f'{setup}; unsetopt prompt_cr; echo rea""dy\n', "ready")
        for keys in list(TYPED)[:4]:
            told_after(end, keys + FINISH, "<" + TYPED[keys].rstrip())


@pytest.mark.external
def test_zsh_lists_commands_with_what_they_do(place: Repo) -> None:
    with terminal(place, program("zsh"), "-f", "-i") as end:
        setup = "autoload -Uz compinit; compinit -u -D; bindkey -e; stty columns 120"
        setup += '; eval "$(keyscan completion zsh)"; echo rea""dy\n'
        told_after(end, setup, "ready")
        shown = told_after(end, "keyscan hook pre-\t\t", "before any ref moves")
        assert "pre-push" in shown


def test_every_plain_parameter_completes_on_purpose() -> None:
    """A new option's metavar must stand in the table, or be one of which nothing is known."""
    unknown_on_purpose = {"DATE", "PULL[=REMOTE"}
    found = set()
    for command in every_command(cli):
        for one in command.params:
            called = (one.metavar or one.name or "").removesuffix("...").strip("[]").upper()
            if (
                type(one.type) is type(click.STRING)
                and isinstance(one, click.Option)
                and not one.is_flag
            ):
                found.add(called)
    assert found - set(_VALUES) - unknown_on_purpose == set()


def every_command(group: click.Group) -> Iterator[click.Command]:
    """All of them, those below a group too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield command
        if isinstance(command, click.Group):
            yield from every_command(command)


def test_a_tab_is_answered_without_the_rules(place: Repo) -> None:
    """What takes long is loading: a Tab may not load what a scan loads."""
    code = (
        "import sys\ntry:\n    from keyscan.__main__ import main; main()\n"
        "except SystemExit: print(*sys.modules)"
    )
    asked = {"_KEYSCAN_COMPLETE": "bash_complete", "COMP_WORDS": "keyscan\n", "COMP_CWORD": "1"}
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "plain,scan\n" in told
    heavy = {"keyscan.providers.openai", "keyscan.decoder", "httpx", "rich", "hyperscan", "json"}
    assert heavy & set(told.split()) == set()


def test_a_shell_without_a_script_is_told_in_one_line(place: Repo) -> None:
    told = run(place, "keyscan", "completion", "tcsh")
    line = "keyscan: bash|zsh|fish must be one of: bash, zsh, fish\n"
    assert (told.returncode, told.stdout) == (2, line)
