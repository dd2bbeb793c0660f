"""How a report is shown: one file per format, each ``render(report, show) -> str``.

The file's name is the choice on the command line; a file that starts with ``_`` is no format.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TextIO

from keyscan.columns import safe as _safe
from keyscan.model import Report


@dataclass(frozen=True, slots=True)
class Show:
    """How much to show, and on what.

    ``verbosity`` is -1 for ``-q``, 0, or the number of ``-v``. ``width`` is in columns, None for
    no wrapping. ``links`` turns places into OSC 8 links to files below ``root``.
    """

    verbosity: int = 0
    color: bool = False
    width: int | None = None
    links: bool = False
    root: str = ""


def names() -> tuple[str, ...]:
    """The formats, by listing this folder; none of them is imported."""
    files = os.listdir(os.path.dirname(__file__))
    return tuple(sorted(one[:-3] for one in files if one.endswith(".py") and one[0] != "_"))


def render(name: str, report: Report, show: Show) -> str:
    """The report in one of ``names()``."""
    rendered: str = import_module(f"{__name__}.{name}").render(report, show)
    return rendered


def show_on(stream: TextIO, verbosity: int = 0, root: str = "") -> Show:
    """What fits this stream: colour, width and links on a terminal, plain text elsewhere.

    ``NO_COLOR`` and ``FORCE_COLOR`` decide about colour alone; the former wins.
    """
    terminal = stream.isatty()
    width = None
    if terminal:
        import shutil  # late: it brings in every compression library

        width = shutil.get_terminal_size().columns
    smart = terminal and os.environ.get("TERM") != "dumb"
    return Show(verbosity, colored(terminal, os.environ), width, smart and bool(root), root)


def colored(terminal: bool, environ: Mapping[str, str]) -> bool:
    """Whether to use colour. Sources: no-color.org, force-color.org; empty counts as unset."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return terminal and environ.get("TERM") != "dumb"


def safe(text: str) -> str:
    """Text from scanned content, fit to be shown: control characters escaped, keys redacted.

    File names and variable names can hold a key, too.
    """
    from keyscan.redact import redact  # late: pulls in the rules, which a bare list does not need

    return redact(_safe(text))


def megabytes(count: int) -> str:
    """``12.3 MB``; bytes and kilobytes for less. Powers of ten, as disks are sold."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
