"""Proves that hooks fire: a key of our own making, in a clone that is thrown away.

The key is random and stands for nothing. The clone uses the very hook files of the repository.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from shutil import copy2
from typing import NamedTuple

from keyscan.detect import detect_in
from keyscan.integrations import programs, runners
from keyscan.integrations.setting import CONFIG, Setting
from keyscan.model import Blob, View
from keyscan.temporary import temporary_folder

_FILE = "keyscan-doctor.py"
_ME = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "keyscan doctor"), ("EMAIL", "doctor@keyscan.invalid"))
}


class Tried(NamedTuple):
    """What became of the key. ``stopped`` None: git was stopped, but not by keyscan's word.

    ``what`` is ``commit``, ``message`` or ``push``, ``said`` the last line of what was printed.
    """

    what: str
    stopped: bool | None
    said: str


class _Clone(NamedTuple):
    folder: Path
    env: dict[str, str]


def tried(here: Setting) -> Iterator[Tried]:
    """Try a commit, a message and a push. Nothing is left of it."""
    with temporary_folder() as name:
        clone = _Clone(Path(name) / "clone", _environment(here))
        failure = _made(clone, here, Path(name) / "origin.git")
        if failure:
            yield Tried("clone", None, failure)
            return
        yield _judged("commit", *_commit(clone))
        yield _judged("message", *_message(clone))
        yield _judged("push", *_push(clone))


def _judged(what: str, key: str, done: programs.Done) -> Tried:
    shown = _redacted(key) in done.out
    lines = [line for line in done.out.splitlines() if line.strip()] or [""]
    stopped = (True if shown else None) if done.code else False
    return Tried(what, stopped, lines[-1].replace(key, _redacted(key)))


def _environment(here: Setting) -> dict[str, str]:
    """A clone has no node_modules: what hooks look for there is found by PATH."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), str(runners.own_programs(here))))
    return programs.outside(**_ME, GIT_LFS_SKIP_SMUDGE="1", GIT_TERMINAL_PROMPT="0", PATH=path)


def _git(clone: _Clone, *args: str, cwd: Path | None = None) -> programs.Done:
    own = ("-c", "commit.gpgSign=false", "-c", "push.gpgSign=false", "-c", "core.fsmonitor=")
    return programs.git_with_hooks([*own, *args], cwd or clone.folder, clone.env)


def _made(clone: _Clone, here: Setting, origin: Path) -> str:
    """A clone on a branch of its own, its ``origin`` another clone; or why there is none."""
    no_hooks = ("-c", f"core.hooksPath={os.devnull}")
    branch = f"keyscan-doctor-{os.urandom(4).hex()}"
    folder, shared = clone.folder, (*no_hooks, "clone", "-q", "--shared")
    steps = [
        (folder.parent, [*shared, str(here.top), str(folder)]),
        (folder.parent, [*shared, "--bare", str(here.top), str(origin)]),
        (folder, ["remote", "set-url", "origin", str(origin)]),
        (folder, [*no_hooks, "checkout", "-q", "-b", branch]),
    ]
    if here.scope in ("", "local", "worktree"):
        steps.append((folder, ["config", "core.hooksPath", str(here.hooks)]))
    for where, words in steps:
        done = _git(clone, *words, cwd=where)
        if done.code:
            return (done.out.strip().splitlines() or ["?"])[-1]
    for config in (here.top / CONFIG, here.lefthook):
        if config and config.is_file():
            copy2(config, folder / config.name)
            _git(clone, "add", "-f", "--", config.name)
    _git(clone, *no_hooks, "commit", "-q", "--allow-empty", "-m", "Configuration")
    return ""


def _commit(clone: _Clone) -> tuple[str, programs.Done]:
    key = _key()
    _write(clone, f'client = OpenAI(api_key="{key}")\n')
    done = _git(clone, "commit", "-m", "Try")
    if not done.code:
        _git(clone, "reset", "-q", "--soft", "HEAD~1")
    _git(clone, "rm", "-q", "-f", "--cached", "--", _FILE)
    return key, done


def _message(clone: _Clone) -> tuple[str, programs.Done]:
    key = _key()
    _write(clone, "import os\n")
    (clone.folder / ".git" / "keyscan-doctor").write_text(f"Try\n\nOPENAI_API_KEY={key}\n", "utf-8")
    return key, _git(clone, "commit", "-F", ".git/keyscan-doctor")


def _push(clone: _Clone) -> tuple[str, programs.Done]:
    """A key that a second commit removes: only its commit holds it."""
    key = _key()
    for text in (f'client = OpenAI(api_key="{key}")\n', "import sys\n"):
        _write(clone, text)
        _git(clone, "-c", f"core.hooksPath={os.devnull}", "commit", "-q", "-m", "Try")
    return key, _git(clone, "push", "origin", "HEAD")


def _write(clone: _Clone, text: str) -> None:
    (clone.folder / _FILE).write_text(text, "utf-8")
    _git(clone, "add", "-f", "--", _FILE)


def _key() -> str:
    """A random key of the form of OpenAI's project keys; a new one each time."""
    while True:
        text = urlsafe_b64encode(os.urandom(110) + b"\0").decode()
        key = "sk-" + "proj-" + text[:74] + "T3Blbk" + "FJ" + text[74:148]
        if "..." in _redacted(key):
            return key


def _redacted(key: str) -> str:
    """As our reports show it."""
    raw = f'client = OpenAI(api_key="{key}")'.encode()
    return next((one.secret.redacted for one in detect_in(View(Blob("", raw), raw))), "")
