"""``--baseline`` and ``--no-baseline``: which file of accepted keys a run uses.

Commands that scan a checkout use the file on the disk, at the root of the repository. Hooks use
what git has, as CI will: the index's before a commit, that of the pushed commits before a push,
that of a server's HEAD before it takes a push, so that no push can accept its own keys.
"""

import errno
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from keyscan.model import Report, msg

if TYPE_CHECKING:
    from keyscan.baseline import Known

F = TypeVar("F", bound=Callable[..., Any])
NAME = ".keyscan-baseline.json"
Named = tuple[str, ...] | None  # None: the one at the root, if it is there; (): none at all
_LEFT_OUT = "keyscan.no_baseline"


def baseline_options(function: F) -> F:
    """``--baseline FILE`` and ``--no-baseline``. Passes ``baseline``: see ``Named``."""
    function = click.option(
        "--no-baseline",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_left_out,
        help="Accept nothing: leave the baseline out.",
    )(function)
    return click.option(
        "--baseline",
        metavar="FILE",
        multiple=True,
        callback=_named,
        help="The accepted keys (else .keyscan-baseline.json at the repository's root).",
    )(function)


def _left_out(context: click.Context, _option: click.Parameter, value: bool) -> None:
    context.meta[_LEFT_OUT] = value


def _named(context: click.Context, _option: click.Parameter, value: tuple[str, ...]) -> Named:
    return () if context.meta.get(_LEFT_OUT) else value or None


def on_disk(baseline: Named, folder: str = ".") -> "Known | None":
    """The named files, or the one at the root of the repository that ``folder`` is in.

    Raises UsageError where the file is broken, or where the named one is not there.
    """
    if baseline is None:
        path = default_path(folder)
        baseline = (path,) if os.path.lexists(path) else ()
    found = tuple(opened(one) for one in baseline)
    if len(found) < 2:
        return found[0] if found else None
    from keyscan.baseline import Several

    return Several(found)


def default_path(folder: str = ".") -> str:
    """The file at the repository's root; outside of any repository, in the folder itself.

    ``folder`` may be a file in one.
    """
    here = start = os.path.abspath(folder)
    while not _is_root(here):
        here, below = os.path.dirname(here), here
        if here == below:
            here = start if os.path.isdir(start) else os.path.dirname(start)
            break
    path = os.path.join(here, NAME)
    try:
        return os.path.relpath(path)
    except ValueError:  # Windows: on another drive
        return path


def _is_root(folder: str) -> bool:
    if os.path.lexists(os.path.join(folder, ".git")):
        return True
    bare = [os.path.join(folder, one) for one in ("HEAD", "objects", "refs")]
    return all(map(os.path.lexists, bare))


def opened(path: str) -> "Known":
    """The baseline in a file, in keyscan's format or in that of detect-secrets."""
    from keyscan.errors import UsageError

    try:
        # A repository may hold a link to a device that never ends.
        if os.path.exists(path) and not os.path.isfile(path):
            raise OSError(errno.EINVAL, "not a file")
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        from keyscan.columns import safe

        raise UsageError(
            msg(
                "the baseline {path} cannot be read: {why}; `keyscan baseline create` makes one",
                path=safe(path),
                why=error.strerror,
            )
        ) from None
    return parsed(data, path)


def parsed(data: bytes, path: str, origin: str = "") -> "Known":
    """The baseline in these bytes of ``path``. ``origin`` names them where no file holds them."""
    # Late: a run without a baseline needs none of it.
    from keyscan import baseline
    from keyscan.integrations import secrets_baseline

    if secrets_baseline.is_one(data):
        return secrets_baseline.read(data, origin or path, os.path.dirname(os.path.abspath(path)))
    return baseline.read(data, origin or path)


def in_git(baseline: Named, revisions: Iterable[str], cwd: str | None = None) -> "Known | None":
    """What git holds at these revisions, all of it; an empty one is the index.

    A named file is read from the disk. Only called with findings, so that a clean commit pays
    nothing.
    """
    if baseline is not None:
        return on_disk(baseline)
    from keyscan import baseline as files
    from keyscan import git

    asked = [f"{one}:{NAME}".encode() for one in revisions]
    found = [
        files.read(one.read(one.size), one.oid.decode().removeprefix(":"))
        for one in git.objects(asked, cwd, hook=True)
        if one.kind == "blob"
    ]
    if len(found) < 2:
        return found[0] if found else None
    return files.baseline((row for one in found for row in one.entries.values()), NAME)


def judged(
    report: Report,
    known: "Known | None",
    *,
    whole: bool = False,
    bases: Iterable[str] = (),
    cwd: str | None = None,
) -> Report:
    """The report after the baseline; see ``acceptance.applied``.

    ``bases``: the commits before a scanned range, in the repository of ``cwd``. What only the
    range's own version of the baseline accepts is told: who wrote the commits wrote that, too.
    """
    if known is None:
        return report
    from datetime import UTC, datetime

    from keyscan.acceptance import applied, self_accepted

    report = applied(report, known, datetime.now(UTC).date(), whole=whole)
    revisions = tuple(one for one in bases if not one.startswith("-"))
    if not revisions or not report.accepted:
        return report
    return self_accepted(report, in_git(None, revisions, cwd))
