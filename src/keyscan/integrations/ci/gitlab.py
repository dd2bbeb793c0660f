"""GitLab CI. Source: docs.gitlab.com, "Predefined CI/CD variables reference"."""

from collections.abc import Mapping
from typing import Any

from keyscan.model import msg
from keyscan.sources.events import Event, branch, oid

PAYLOAD = ""
WHOLE = msg('add these two lines to the job:\n  variables:\n    GIT_DEPTH: "0"')


def runs(environ: Mapping[str, str]) -> bool:
    return environ.get("GITLAB_CI") == "true"


def event(environ: Mapping[str, str], _payload: Mapping[str, Any]) -> Event:
    """Schedules, pipelines from the web or the API and whatever else: everything."""
    get = environ.get
    source, sha = get("CI_PIPELINE_SOURCE", ""), oid(get("CI_COMMIT_SHA"))
    if source == "merge_request_event" or get("CI_MERGE_REQUEST_IID"):
        return _request(environ, sha)
    if source == "external_pull_request_event":
        ours = get("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY")
        theirs = get("CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY")
        return Event(
            source,
            oid(get("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA")) or sha or "HEAD",
            oid(get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA")),
            branch(get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME")),
            fork=not theirs or theirs != ours,
        )
    if source != "push":
        return Event(source or "?", everything=True)
    default = branch(get("CI_DEFAULT_BRANCH"))
    tag = get("CI_COMMIT_TAG", "")
    return Event(
        source,
        sha or "HEAD",
        oid(get("CI_COMMIT_BEFORE_SHA")),
        "" if default == branch(get("CI_COMMIT_BRANCH")) else default,
        files=bool(tag),
        tag=branch(tag and f"refs/tags/{tag}"),  # CI_COMMIT_SHA is the commit that it is on
    )


def _request(environ: Mapping[str, str], sha: str) -> Event:
    """In a pipeline for merged results, ``CI_COMMIT_SHA`` is the merge."""
    get = environ.get
    ours, theirs = get("CI_MERGE_REQUEST_PROJECT_ID"), get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
    return Event(
        "merge_request",
        oid(get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")) or sha or "HEAD",
        oid(get("CI_MERGE_REQUEST_DIFF_BASE_SHA")),
        branch(get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")),
        merge=sha,
        fork=not theirs or theirs != ours,
    )
