"""Which CI system runs us, and what its event brings in: one file for each system.

Each has ``SYSTEM``, the variable that tells it (``runs``), ``event(environ, payload)`` and
``WHOLE``, the lines that make its checkout a whole clone. They read no files and run nothing.
"""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from keyscan.errors import IncompleteError
from keyscan.model import Message, msg
from keyscan.sources.events import Event

SYSTEMS = ("github", "gitlab", "azure", "jenkins")  # asked in this order, then ``generic``


class Call(NamedTuple):
    """Why we run: the system's name, its event, and how its checkout gets the whole history."""

    system: str
    event: Event
    whole: Message


def call(environ: Mapping[str, str], read: Callable[[str], bytes], *, guess: bool = True) -> Call:
    """What the environment tells; ``read`` gives a file's content.

    Raises IncompleteError where a system's description of its event cannot be read: what to scan
    must not be guessed. Without ``guess`` somebody else says that, and it may be a stranger's.
    """
    name = next((one for one in SYSTEMS if _module(one).runs(environ)), "generic")
    module = _module(name)
    path = environ.get(module.PAYLOAD, "") if module.PAYLOAD else ""
    try:
        event: Event = module.event(environ, _payload(path, read) if module.PAYLOAD else {})
    except IncompleteError:
        if guess:
            raise
        event = Event(environ.get("GITHUB_EVENT_NAME") or "?", fork=True)
    return Call(name, event, module.WHOLE)


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name}")


def _payload(path: str, read: Callable[[str], bytes]) -> Mapping[str, Any]:
    try:
        found = json.loads(read(path)) if path else None
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise IncompleteError(
            msg(
                "the description of the event cannot be read ({path}), so nothing was scanned;"
                " give --base and --head, or run this in a job of its own",
                path=path or "GITHUB_EVENT_PATH",
            )
        )
    return found
