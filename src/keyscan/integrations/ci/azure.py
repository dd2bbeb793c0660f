"""Azure Pipelines. Source: learn.microsoft.com, "Use predefined variables".

Only pull requests say what they are compared with; every other build means everything.
"""

from collections.abc import Mapping
from typing import Any

from keyscan.model import msg
from keyscan.sources.events import Event, branch, oid

PAYLOAD = ""
WHOLE = msg('put these two lines first in the steps:\n- checkout: self\n  fetchDepth: "0"')


def runs(environ: Mapping[str, str]) -> bool:
    return environ.get("TF_BUILD", "").lower() == "true"


def event(environ: Mapping[str, str], _payload: Mapping[str, Any]) -> Event:
    get = environ.get
    reason = get("BUILD_REASON", "")
    if reason != "PullRequest":
        return Event(reason or "?", everything=True)
    sha = oid(get("BUILD_SOURCEVERSION"))
    return Event(
        "PullRequest",
        oid(get("SYSTEM_PULLREQUEST_SOURCECOMMITID")) or sha or "HEAD",
        branch=branch(get("SYSTEM_PULLREQUEST_TARGETBRANCH")),
        merge=sha,
        fork=get("SYSTEM_PULLREQUEST_ISFORK", "").lower() != "false",
    )
