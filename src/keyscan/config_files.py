"""Where configuration files are, found with a few looks at the disk and nothing imported.

The fast hook and every clean scan ask this; only where there is a file is ``config`` loaded.
"""

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "keyscan.toml"
PYPROJECT = "pyproject.toml"
LARGEST = 256 << 10  # bytes of a file
# Variables of other parts of keyscan, and where to find a file: no settings.
NO_SETTINGS = ("KEYSCAN_LANG", "KEYSCAN_CONFIG", "KEYSCAN_NO_CONFIG")
OTHERS = ("KEYSCAN_CI_", "KEYSCAN_PRE_RECEIVE_")


def root_of(path: str = "") -> str:
    """The folder whose files count for a scan of ``path``, absolute.

    The top level of the repository that it is in. Outside of any: the nearest folder with such a
    file, from the scanned one up to the current one; or else the scanned one.
    """
    start = os.path.abspath(path or ".")
    start = start if os.path.isdir(start) else os.path.dirname(start)
    top = _top(start)
    if top:
        return top
    here, folder = os.getcwd(), start
    while not any(os.path.lexists(os.path.join(folder, name)) for name in (NAME, PYPROJECT)):
        # The current one may be the root, which is above itself.
        if folder == here or not folder.startswith(here.rstrip(os.sep) + os.sep):
            return start
        folder = os.path.dirname(folder)
    return folder


def _top(folder: str) -> str:
    """The top level of the repository that the folder is in, or ``""``."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return ""
    return folder


def user_file(environ: "Mapping[str, str]") -> str:
    """The user's own file, whether it is there or not; ``""`` where nobody is at home."""
    base = environ.get("XDG_CONFIG_HOME") or (environ.get("APPDATA") if os.name == "nt" else "")
    if not base:
        home = os.path.expanduser("~")
        base = os.path.join(home, ".config") if os.path.isabs(home) else ""
    return os.path.join(base, "keyscan", "config.toml") if base and os.path.isabs(base) else ""


def present(root: str, environ: "Mapping[str, str]") -> "list[str]":
    """The files that count and are there; a pyproject that does not speak of us does not."""
    found = [one for one in (user_file(environ), os.path.join(root, NAME)) if _is_there(one)]
    project = os.path.join(root, PYPROJECT)
    return [*found, project] if _is_there(project) and mentions(project, b"keyscan") else found


def _is_there(path: str) -> bool:
    return bool(path) and os.path.lexists(path)


def mentions(path: str, word: bytes) -> bool:
    """Whether a file holds the word; one that cannot be read, or is too long, may."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return True
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            data = os.read(fd, LARGEST + 1)
        finally:
            os.close(fd)
    except OSError:
        return True
    return len(data) > LARGEST or word in data


def variables(environ: "Mapping[str, str]") -> bool:
    """Whether a variable sets something, or looks as if it were meant to."""
    return any(
        name.startswith("KEYSCAN_") and name not in NO_SETTINGS and not name.startswith(OTHERS)
        for name in environ
    )


def own_rules_possible() -> bool:
    """Whether a configuration may have rules of its own, for a hook that runs here.

    The rest of it hides keys or says how they are shown, which concerns nothing clean.
    """
    if "KEYSCAN_CONFIG" in os.environ:
        return True
    return any(mentions(one, b"rules") for one in present(root_of(), os.environ))
