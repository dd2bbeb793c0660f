"""Hooks for all repositories of a user: a folder of ours as the global ``core.hooksPath``.

Git then looks nowhere else, so that each script goes on to the repository's own hook.
"""

import os
from pathlib import Path

from keyscan import git
from keyscan.columns import safe
from keyscan.errors import UsageError
from keyscan.integrations import hook_files, marked, place
from keyscan.integrations.setting import hooks_path
from keyscan.model import msg

# Not reference-transaction and post-index-change, which git calls many times in one command.
PASSED_ON = (
    "applypatch-msg", "commit-msg", "post-applypatch", "post-checkout", "post-commit",
    "post-merge", "post-receive", "post-rewrite", "post-update", "pre-applypatch", "pre-auto-gc",
    "pre-commit", "pre-merge-commit", "pre-push", "pre-rebase", "pre-receive",
    "prepare-commit-msg", "proc-receive", "push-to-checkout", "sendemail-validate", "update",
)  # fmt: skip
_NO_FILE = "git-had-no-global-configuration"
_SHEBANG = b"#!/bin/sh\n"
_NEXT = """\
keyscan_own="$(git rev-parse --git-common-dir)/hooks/{hook}"
if [ -x "$keyscan_own" ]; then
    exec "$keyscan_own" "$@"
fi
"""


def folder() -> Path:
    """Where the scripts are: in the user's own configuration folder."""
    base = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".config") / "keyscan" / "hooks"


def set_up(programs: str) -> bool:
    """Write the scripts and name them to git. Returns whether anything changed.

    Raises UsageError where another folder is named already: it would be switched off.
    """
    where = folder()
    for scope in ("--system", "--global"):
        _, path = hooks_path(None, scope)
        if path and Path(path) != where:
            raise UsageError(
                msg(
                    "core.hooksPath is {path} for all repositories already; add `keyscan-hook` to"
                    " the pre-commit script there and `keyscan hook pre-push` to pre-push, or"
                    " remove it (`git config {scope} --unset core.hooksPath`) and run again",
                    path=safe(path),
                    scope=scope,
                )
            )
    changed = [_put(where / hook, script(hook, programs)) for hook in PASSED_ON]
    if hooks_path(None, "--global")[1]:
        return any(changed)
    if not _configuration_exists():
        place.put(where / _NO_FILE, b"")
    git.checked(["config", "--global", "core.hooksPath", where.as_posix()])
    return True


def script(hook: str, programs: str) -> bytes:
    """One script: ours, where we have something to say, then the repository's own."""
    text = hook_files.lines(hook, programs) if hook in hook_files.HOOKS else ""
    text += _NEXT.format(hook=hook)
    return marked.insert(_SHEBANG, len(_SHEBANG), text, created=True)


def _put(path: Path, data: bytes) -> bool:
    if place.content(path) == data and os.access(path, os.X_OK):
        return False
    place.put(path, data, place.EXECUTABLE)
    return True


def take_out() -> bool:
    """Undo ``set_up``. Returns whether there was anything to undo."""
    where = folder()
    named = Path(hooks_path(None, "--global")[1] or os.curdir) == where
    if named:  # also where the folder is gone: git would go on to run no hook at all
        git.checked(["config", "--global", "--unset-all", "core.hooksPath"])
    if not where.is_dir():
        return named
    for hook in PASSED_ON:
        ours = marked.removed(place.content(where / hook) or b"")
        if ours and ours.data == _SHEBANG:
            place.remove(where / hook)
    file = _configuration()
    if (where / _NO_FILE).exists() and place.content(file) == b"":
        place.remove(file)
    place.remove(where / _NO_FILE)
    place.remove_if_empty(where, *list(where.parents)[:2])
    return True


def _configuration() -> Path:
    """The file that ``git config --global`` writes if there is none yet."""
    return Path(os.environ.get("GIT_CONFIG_GLOBAL") or Path.home() / ".gitconfig")


def _configuration_exists() -> bool:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return _configuration().exists() or (Path(base) / "git" / "config").exists()
