"""Git's merge driver for the baseline: what git could not put together, ``baseline.merge`` can.

``.gitattributes``, which is committed, says which file it is for; what it runs is in each clone's
own configuration, where git takes it from. Without it git merges the file as any text.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path

from keyscan import baseline, git
from keyscan.errors import UsageError
from keyscan.integrations import marked, place, programs
from keyscan.integrations.setting import Setting
from keyscan.model import Message, msg

_NAME = "keyscan-baseline"
_SECTION = f"merge.{_NAME}"
_ATTRIBUTES = ".gitattributes"
_LINE = f"{baseline.NAME} merge={_NAME}"


def set_up(here: Setting) -> Iterator[Message]:
    """Name the driver to git; says what was done, nothing where all was there already."""
    driver = _driver(programs.own_folder())
    if _configured(here) != driver:
        git.checked(["config", f"{_SECTION}.name", "keyscan: accepted keys"], str(here.top))
        git.checked(["config", f"{_SECTION}.driver", driver], str(here.top))
        yield msg("git merges {path} with keyscan in this clone", path=baseline.NAME)
    path = here.top / _ATTRIBUTES
    data = place.content(path)
    if _LINE.encode() not in (data or b"").splitlines():
        place.put(path, marked.insert(data or b"", len(data or b""), _LINE, created=data is None))
        yield msg("{path}: the merge driver was named; commit this file", path=_ATTRIBUTES)


def take_out(here: Setting) -> Iterator[Message]:
    """Undo ``set_up``."""
    if _configured(here):
        git.checked(["config", "--remove-section", _SECTION], str(here.top))
        yield msg("git merges {path} as any text again", path=baseline.NAME)
    path = here.top / _ATTRIBUTES
    data = place.content(path) or b""
    ours = marked.removed(data)
    if ours and _LINE.encode() in data:
        if ours.created and not ours.data:
            place.remove(path)
        else:
            place.put(path, ours.data)
        yield msg("{path}: keyscan was taken out", path=_ATTRIBUTES)


def merge_files(base: Path, ours: Path, theirs: Path) -> None:
    """What git asks of a driver: the result of the merge in ``ours``.

    Raises UsageError where a side is broken: git then reports a conflict, ``ours`` as it was.
    """
    before, mine, other = (_read(one) for one in (base, ours, theirs))
    place.put(ours, baseline.write(baseline.merge(before, mine, other)))


def _read(path: Path) -> baseline.Baseline:
    data = place.content(path)
    if data is None:
        raise UsageError(msg("no such file or folder: {path}; check the spelling", path=path))
    # Both sides may have made the file: git then gives an empty one as their ancestor.
    return baseline.read(data) if data.strip() else baseline.baseline(())


def _driver(folder: str) -> str:
    """The command line in git's configuration, which a shell reads; %-words are git's."""
    program = shlex.quote(f"{folder}/keyscan") if folder else "keyscan"
    return f"{program} baseline merge %O %A %B"


def _configured(here: Setting) -> str:
    answer = git.run(["config", "--local", "--get", f"{_SECTION}.driver"], str(here.top))
    return answer.out.decode(errors="replace").strip() if not answer.code else ""
