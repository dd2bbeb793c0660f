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
    queued = _get(payload, "merge_group") or {}
    if name == "merge_group" and oid(queued.get("head_sha")):
        base, into = oid(queued.get("base_sha")), branch(queued.get("base_ref"))
        return Event(name, oid(queued["head_sha"]), base, into)
    return Event(name or "?", everything=True)


def _request(name: str, sha: str, payload: Mapping[str, Any]) -> Event:
    """``pull_request_target`` runs on the base: there ``sha`` merges nothing."""
    asked = payload["pull_request"]
    base, head = _get(asked, "base") or {}, asked["head"]
    ours, theirs = _get(base, "repo", "full_name"), _get(head, "repo", "full_name")
    return Event(
        name,
        oid(head.get("sha")) or sha or "HEAD",
        oid(base.get("sha")),
        branch(base.get("ref")),
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
