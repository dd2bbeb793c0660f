"""husky and lefthook: whether git calls them in this clone, and what sets that up."""

import re
from pathlib import Path
from shutil import which

from keyscan.integrations import hook_files, marked, place
from keyscan.integrations.setting import Setting

# What a line of lefthook's configuration says when it runs one of ours.
_OURS = {
    "pre-commit": rb"keyscan(-hook| hook pre-commit)",
    "commit-msg": rb"keyscan hook commit-msg",
    "pre-push": rb"keyscan hook pre-push",
}


def husky_command(folder: Path, here: Setting) -> str:
    """What makes git call husky's scripts; empty where it does.

    husky writes what git calls into ``.husky/_``, which is not committed: a new clone lacks it.
    """
    own, old = folder / "_", folder / "_" / "husky.sh"
    if here.hooks == own and all((own / hook).is_file() for hook in hook_files.HOOKS):
        return ""
    if not any(b"husky.sh" in (place.content(folder / one) or b"") for one in hook_files.HOOKS):
        return "npx husky"
    return "" if here.hooks == folder and old.is_file() else "npx husky install"  # before 9


def in_husky(folder: Path, hook: str) -> bool:
    """Whether our lines are in husky's script."""
    return marked.removed(place.content(folder / hook) or b"") is not None


def lefthook_command(here: Setting) -> str:
    """What makes git call lefthook for our hooks; empty where it does."""
    if all(b"lefthook" in (place.content(here.hooks / hook) or b"") for hook in _OURS):
        return ""
    inside = bool(which("lefthook", path=str(own_programs(here)))) and not which("lefthook")
    return "npx lefthook install" if inside else "lefthook install"


def in_lefthook(path: Path, *hooks: str) -> bool:
    """Whether the configuration runs ours for these hooks; for all of them if none is named."""
    data = place.content(path) or b""
    return all(re.search(_OURS[hook], data) for hook in hooks or _OURS)


def own_programs(here: Setting) -> Path:
    """Where npm puts programs that this repository alone uses."""
    return here.top / "node_modules" / ".bin"
