"""Git's own hooks: our lines at the top of each script, whatever else it does.

A script that no shell reads, or that is switched off (not executable), is set aside under a
second name and called from ours, as git would have called it.
"""

import os
import re
import shlex
from pathlib import Path

from keyscan.errors import UsageError
from keyscan.integrations import marked, place
from keyscan.model import msg

HOOKS = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")
ASIDE = ".before-keyscan"
_SHELL = re.compile(
    rb"#!\s*(?:\S*/)?(?:env\s+(?:-S\s+)?)?(?:\S*/)?(?:ba|da|z|k|a)?sh(?:\s[^\n]*)?\n"
)
_HUSKY = re.compile(rb"^\. .*husky\.sh.*\n", re.M)
_SHEBANG = b"#!/bin/sh\n"

_FIND = """\
keyscan=$(command -v {program}) || keyscan={fallback}
if [ ! -x "$keyscan" ]; then
    echo 'keyscan: not found, so nothing was scanned and git is stopped.' >&2
    echo '  Install it:           pipx install keyscan-cli' >&2
    echo '  Or go without once:   git {verb} --no-verify' >&2
    exit 3
fi
"""
_CALL = {
    "pre-commit": '"$keyscan" || exit $?\n',
    "pre-merge-commit": '"$keyscan" || exit $?\n',
    "commit-msg": '"$keyscan" hook commit-msg "$1" || exit $?\n',
    # What follows reads the same lines again.
    "pre-push": """\
keyscan_lines=$(cat)
printf '%s\\n' "$keyscan_lines" | "$keyscan" hook pre-push "$@" || exit $?
exec <<KEYSCAN_LINES
$keyscan_lines
KEYSCAN_LINES
[ -n "$keyscan_lines" ] || exec </dev/null
""",
}
_CHAIN = """\
if [ -x "$0{aside}" ]; then
    exec "$0{aside}" "$@"
fi
"""


def lines(hook: str, programs: str = "") -> str:
    """Shell lines that call keyscan and stop git if it says so, then go on.

    ``programs`` is a folder where keyscan is if it is not on PATH, as in a virtual environment.
    """
    program = "keyscan-hook" if hook in ("pre-commit", "pre-merge-commit") else "keyscan"
    fallback = shlex.quote(f"{programs}/{program}") if programs else program
    verb = {"pre-push": "push", "pre-merge-commit": "merge"}.get(hook, "commit")
    return _FIND.format(program=program, fallback=fallback, verb=verb) + _CALL[hook]


def set_up(folder: Path, hook: str, programs: str = "") -> bool:
    """Put our lines into ``folder/hook``. Returns whether anything changed."""
    path, wanted = folder / hook, lines(hook, programs)
    data = place.content(path)
    if data is None and not os.path.lexists(path):
        place.put(path, _new(wanted), place.EXECUTABLE)
        return True
    if data is None:
        raise UsageError(msg("{path} is a link to nothing: remove it first", path=path))
    ours = marked.removed(data)
    before = data if ours is None else ours.data
    after = _new(wanted, before) if ours and ours.created else _inserted(before, wanted)
    if after == data:
        return _made_executable(path)
    if ours is None and (path.is_symlink() or not _is_running_shell(path, data)):
        place.move(path, folder / (hook + ASIDE))
        place.put(path, _new(wanted), place.EXECUTABLE)
        return True
    place.put(path, after)
    return True


def _made_executable(path: Path) -> bool:
    if os.access(path, os.X_OK):
        return False
    place.put(path, path.read_bytes(), place.EXECUTABLE)
    return True


def _is_running_shell(path: Path, data: bytes) -> bool:
    return bool(_SHELL.match(data)) and os.access(path, os.X_OK)


def _new(wanted: str, around: bytes = _SHEBANG) -> bytes:
    """A script of our own, with what was written into it since."""
    text = wanted + _CHAIN.format(aside=ASIDE)
    return marked.insert(around, around.find(b"\n") + 1, text, created=True)


def _inserted(data: bytes, wanted: str) -> bytes:
    """Below the first line; below husky's own start, which runs the script a second time."""
    at = len(data.split(b"\n", 1)[0]) + 1 if data.startswith(b"#!") else 0
    husky = _HUSKY.search(data)
    return marked.insert(data, min(husky.end() if husky else at, len(data)), wanted)


def take_out(folder: Path, hook: str) -> bool:
    """Take our lines out of ``folder/hook``; a script set aside gets its name back."""
    path, aside = folder / hook, folder / (hook + ASIDE)
    data = place.content(path)
    ours = marked.removed(data) if data is not None else None
    if ours is None:
        return False
    if ours.created and ours.data in (_SHEBANG, b""):
        place.remove(path)
        if os.path.lexists(aside):
            place.move(aside, path)
        place.remove_if_empty(folder)
    else:
        place.put(path, ours.data)
    return True


def set_up_husky(folder: Path, hook: str) -> bool:
    """The same for husky, whose scripts are text for ``sh`` without mode or first line."""
    path, wanted = folder / hook, lines(hook)
    data = place.content(path)
    ours = marked.removed(data) if data is not None else None
    before = ours.data if ours else data or b""
    if data is None or (ours and ours.created):
        after = marked.insert(before, 0, wanted, created=True)
    else:
        after = _inserted(before, wanted)
    if after == data:
        return False
    place.put(path, after, place.EXECUTABLE if data is None else None)
    return True
