"""GitHub Actions, and what speaks its language (Gitea, Forgejo).

Source: docs.github.com, "Variables" and "Webhook events and payloads".
"""

from collections.abc import Mapping
from typing import Any

from keyscan.model import msg
from keyscan.sources.events import Event, branch, oid

PAYLOAD = "GITHUB_EVENT_PATH"
WHOLE = msg(
    "add these two lines to the step that uses actions/checkout:\n"
    "        with:\n"
    "          fetch-depth: 0"
)
_REQUESTS = ("pull_request", "pull_request_target", "pull_request_review")


def runs(environ: Mapping[str, str]) -> bool:
    return environ.get("GITHUB_ACTIONS") == "true"


def event(environ: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """What is not known to bring commits (schedule, workflow_dispatch, ...) means everything."""
    name, sha = environ.get("GITHUB_EVENT_NAME", ""), oid(environ.get("GITHUB_SHA"))
    if name.startswith(_REQUESTS) and _get(payload, "pull_request", "head"):
        return _request(name, sha, payload)
    if name == "push":
        return _push(sha, payload, environ)
    queued = [_get(payload, "merge_group", one) for one in ("head_sha", "base_sha", "base_ref")]
    if name == "merge_group" and oid(queued[0]):
        return Event(name, oid(queued[0]), oid(queued[1]), branch(queued[2]))
    return Event(name or "?", everything=True, fork=_is_strangers(name, payload))


def _is_strangers(name: str, payload: Mapping[str, Any]) -> bool:
    """Whether a job that answers to a fork's content may have checked that out.

    Such jobs have the repository's secrets. A comment does not say whose request it is on.
    """
    if _get(payload, "issue", "pull_request"):
        return True
    if name != "workflow_run":
        return False
    theirs = _get(payload, "workflow_run", "head_repository", "full_name")
    return not theirs or theirs != _get(payload, "repository", "full_name")


def _request(name: str, sha: str, payload: Mapping[str, Any]) -> Event:
    """``pull_request_target`` runs on the base: there ``sha`` merges nothing."""
    asked = payload["pull_request"]
    ours, theirs = (_get(asked, side, "repo", "full_name") for side in ("base", "head"))
    return Event(
        name,
        oid(_get(asked, "head", "sha")) or sha or "HEAD",
        oid(_get(asked, "base", "sha")),
        branch(_get(asked, "base", "ref")),
        merge=sha,
        fork=not theirs or theirs != ours,  # the repository of a deleted fork is null
        commits=count if isinstance(count := asked.get("commits"), int) else 0,
    )


def _push(sha: str, payload: Mapping[str, Any], environ: Mapping[str, str]) -> Event:
    """A deletion brings nothing: what is left is scanned instead."""
    if payload.get("deleted") is True:
        return Event("push", everything=True)
    ref = payload.get("ref") or environ.get("GITHUB_REF") or ""
    default = branch(_get(payload, "repository", "default_branch"))
    commits = payload.get("commits")
    return Event(
        "push",
        oid(payload.get("after")) or sha or "HEAD",
        oid(payload.get("before")),
        "" if default == ref else default,
        files=str(ref).startswith("refs/tags/"),
        commits=len(commits) if isinstance(commits, list) else 0,
    )


def _get(value: Any, *names: str) -> Any:
    """The value below these names, None where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
