"""Jenkins, with its git plugin and multibranch pipelines: their variables, from their help pages.

A build without an earlier one that succeeded means everything.
"""

from collections.abc import Mapping
from typing import Any

from keyscan.model import msg
from keyscan.sources.events import Event, branch, oid

PAYLOAD = ""
WHOLE = msg(
    "let Jenkins clone the whole history: in the branch source's behaviours remove Advanced"
    " clone behaviours > Shallow clone"
)


def runs(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("JENKINS_URL"))


def event(environ: Mapping[str, str], _payload: Mapping[str, Any]) -> Event:
    get = environ.get
    if into := branch(get("CHANGE_TARGET")):
        return Event("change", branch=into, fork=bool(get("CHANGE_FORK")))
    before = oid(get("GIT_PREVIOUS_SUCCESSFUL_COMMIT"))
    return Event("build", base=before, everything=not before)
