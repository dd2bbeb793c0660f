"""Proves that hooks fire: a key of our own making, in a clone that is thrown away.

The key is random and stands for nothing. The clone uses the very hook files of the repository.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from shutil import copy2
from tempfile import TemporaryDirectory
from typing import NamedTuple

from keyscan.detect import detect_in
from keyscan.ending import told_to_end
from keyscan.integrations import programs
from keyscan.integrations.setting import CONFIG, Setting
from keyscan.model import Blob, View

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


def tried(here: Setting) -> Iterator[Tried]:
    """Try a commit, a message and a push. Nothing is left of it."""
    temporary = TemporaryDirectory(prefix="keyscan-doctor-", ignore_cleanup_errors=True)
    with told_to_end(), temporary as name:
        folder = Path(name)
        clone, failure = _clone(here, folder)
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


def _git(clone: Path, *args: str) -> programs.Done:
    own = ("-c", "commit.gpgSign=false", "-c", "push.gpgSign=false", "-c", "core.fsmonitor=")
    env = programs.outside(**_ME, GIT_LFS_SKIP_SMUDGE="1", GIT_TERMINAL_PROMPT="0")
    return programs.git_with_hooks([*own, *args], clone, env)


def _clone(here: Setting, folder: Path) -> tuple[Path, str]:
    """A clone on a branch of its own, its ``origin`` another clone; or why there is none."""
    clone, origin = folder / "clone", folder / "origin.git"
    no_hooks = ("-c", f"core.hooksPath={os.devnull}")
    branch = f"keyscan-doctor-{os.urandom(4).hex()}"
    steps = [
        (folder, [*no_hooks, "clone", "-q", "--shared", str(here.top), str(clone)]),
        (folder, [*no_hooks, "clone", "-q", "--shared", "--bare", str(here.top), str(origin)]),
        (clone, ["remote", "set-url", "origin", str(origin)]),
        (clone, [*no_hooks, "checkout", "-q", "-b", branch]),
    ]
    if here.scope in ("", "local", "worktree"):
        steps.append((clone, ["config", "core.hooksPath", str(here.hooks)]))
    for where, words in steps:
        done = _git(where, *words)
        if done.code:
            return clone, (done.out.strip().splitlines() or ["?"])[-1]
    for config in (here.top / CONFIG, here.lefthook):
        if config and config.is_file():
            copy2(config, clone / config.name)
            _git(clone, "add", "-f", "--", config.name)
    _git(clone, *no_hooks, "commit", "-q", "--allow-empty", "-m", "Configuration")
    return clone, ""


def _commit(clone: Path) -> tuple[str, programs.Done]:
    key = _key()
    _write(clone, f'client = OpenAI(api_key="{key}")\n')
    done = _git(clone, "commit", "-m", "Try")
    if not done.code:
        _git(clone, "reset", "-q", "--soft", "HEAD~1")
    _git(clone, "rm", "-q", "-f", "--cached", "--", _FILE)
    return key, done


def _message(clone: Path) -> tuple[str, programs.Done]:
    key = _key()
    _write(clone, "import os\n")
    (clone / ".git" / "keyscan-doctor").write_text(f"Try\n\nOPENAI_API_KEY={key}\n", "utf-8")
    return key, _git(clone, "commit", "-F", ".git/keyscan-doctor")


def _push(clone: Path) -> tuple[str, programs.Done]:
    """A key that a second commit removes: only its commit holds it."""
    key = _key()
    for text in (f'client = OpenAI(api_key="{key}")\n', "import sys\n"):
        _write(clone, text)
        _git(clone, "-c", f"core.hooksPath={os.devnull}", "commit", "-q", "-m", "Try")
    return key, _git(clone, "push", "origin", "HEAD")


def _write(clone: Path, text: str) -> None:
    (clone / _FILE).write_text(text, "utf-8")
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
