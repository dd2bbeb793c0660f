"""What the environment of a CI system says to scan: no git, no files, only words in and out."""

import json
from typing import Any

import pytest

from keyscan.errors import IncompleteError
from keyscan.integrations.ci import SYSTEMS, Call, call
from keyscan.sources.events import Event, branch, oid

A, B, C = "a" * 40, "b" * 40, "c" * 40
NONE = "0" * 40
MAIN = "refs/heads/main"


def no_file(path: str) -> bytes:
    raise FileNotFoundError(path)


def on_github(name: str, payload: Any, **more: str) -> Call:
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": "event.json",
        "GITHUB_SHA": C,
        **more,
    }
    return call(environ, lambda path: {"event.json": json.dumps(payload).encode()}[path])


def request(theirs: str | None = "o/r", **more: Any) -> dict[str, Any]:
    """GitHub's description of a pull request from B onto A."""
    repository = {"full_name": theirs} if theirs else None
    return {
        "pull_request": {
            "base": {"sha": A, "ref": "main", "repo": {"full_name": "o/r"}},
            "head": {"sha": B, "ref": "topic", "repo": repository},
            "commits": 3,
            **more,
        }
    }


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target", "pull_request_review"])
def test_a_pull_request_is_its_own_commits_and_not_the_checked_out_merge(name: str) -> None:
    expected = Event(name, B, A, MAIN, merge=C, commits=3)
    assert expected == on_github(name, request()).event


@pytest.mark.parametrize("theirs", ["stranger/r", None])
def test_a_fork_is_known_by_its_repository_and_a_deleted_one_is_a_fork(theirs: str | None) -> None:
    assert on_github("pull_request", request(theirs)).event.fork


def push(ref: str = MAIN, before: str = A, **more: Any) -> dict[str, Any]:
    home = {"default_branch": "main", "full_name": "o/r"}
    return {"ref": ref, "before": before, "after": B, "repository": home, **more}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (push(), Event("push", B, A)),
        (push(commits=[{}, {}]), Event("push", B, A, commits=2)),
        (push(before=NONE), Event("push", B)),
        (push("refs/heads/topic"), Event("push", B, A, MAIN)),
        (push("refs/heads/topic", NONE), Event("push", B, "", MAIN)),
        (push("refs/tags/v1", NONE), Event("push", B, "", MAIN, files=True)),
        (push(after=NONE, deleted=True), Event("push", everything=True)),
        ({}, Event("push", C)),
        ({"before": "-x", "after": 7, "repository": []}, Event("push", C)),
    ],
)
def test_a_push_is_what_came_after_what_was_there(payload: Any, expected: Event) -> None:
    assert expected == on_github("push", payload).event


def test_a_merge_queue_is_what_the_group_adds() -> None:
    group = {"base_sha": A, "head_sha": B, "base_ref": "refs/heads/main"}
    expected = Event("merge_group", B, A, MAIN)
    assert expected == on_github("merge_group", {"merge_group": group}).event


@pytest.mark.parametrize(
    "name", ["schedule", "workflow_dispatch", "release", "issue_comment", "pull_request", ""]
)
def test_what_names_no_commits_means_everything(name: str) -> None:
    assert Event(name or "?", everything=True) == on_github(name, {}).event


@pytest.mark.parametrize(
    ("name", "payload", "fork"),
    [
        ("workflow_run", {"workflow_run": {"head_repository": {"full_name": "o/r"}}}, False),
        ("workflow_run", {"workflow_run": {"head_repository": {"full_name": "stranger/r"}}}, True),
        ("workflow_run", {"workflow_run": {"head_repository": None}}, True),
        ("workflow_run", {}, True),
        ("issue_comment", {"issue": {"number": 1}}, False),
        ("issue_comment", {"issue": {"number": 1, "pull_request": {"url": "u"}}}, True),
    ],
)
def test_a_job_that_answers_to_a_fork_may_have_its_content(
    name: str, payload: Any, fork: bool
) -> None:
    """It has the repository's secrets, and often checks out what the fork brought."""
    home = {"repository": {"full_name": "o/r"}}
    assert Event(name, everything=True, fork=fork) == on_github(name, {**home, **payload}).event


@pytest.mark.parametrize(
    "asked",
    [
        {"head": {"sha": 5}, "base": 7},
        {"head": ["x"], "base": {"sha": [A], "ref": {}, "repo": "o/r"}},
        {"head": "x"},
    ],
)
def test_a_request_that_is_told_in_an_odd_way_means_all_of_its_head(asked: Any) -> None:
    expected = Event("pull_request", C, merge=C, fork=True)
    assert expected == on_github("pull_request", {"pull_request": asked}).event


@pytest.mark.parametrize("group", [7, ["x"], {"head_sha": 7}])
def test_a_group_that_is_told_in_an_odd_way_means_everything(group: Any) -> None:
    expected = Event("merge_group", everything=True)
    assert expected == on_github("merge_group", {"merge_group": group}).event


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_an_event_that_cannot_be_read_is_not_guessed(content: bytes) -> None:
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "e"}
    with pytest.raises(IncompleteError, match="nothing was scanned"):
        call(environ, lambda path: content)
    with pytest.raises(IncompleteError, match="nothing was scanned"):
        call(environ, no_file)
    with pytest.raises(IncompleteError, match="GITHUB_EVENT_PATH"):
        call({"GITHUB_ACTIONS": "true"}, no_file)
    assert call(environ, no_file, guess=False).event == Event("?", fork=True)


def test_gitea_and_forgejo_speak_githubs_language() -> None:
    assert on_github("push", push(), GITEA_ACTIONS="true").system == "github"


def on_gitlab(**more: str) -> Event:
    environ = {"GITLAB_CI": "true", "CI_COMMIT_SHA": C, "CI_DEFAULT_BRANCH": "main", **more}
    found = call(environ, no_file)
    assert found.system == "gitlab"
    return found.event


MERGE = {
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_MERGE_REQUEST_IID": "7",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": A,
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_PROJECT_ID": "1",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
}
EXTERNAL = {
    "CI_PIPELINE_SOURCE": "external_pull_request_event",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA": B,
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA": A,
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY": "o/r",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY": "o/r",
}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": A, "CI_COMMIT_BRANCH": "main"},
            Event("push", C, A),
        ),
        (
            {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": NONE, "CI_COMMIT_BRANCH": "t"},
            Event("push", C, "", MAIN),
        ),
        (
            {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": NONE, "CI_COMMIT_TAG": "v1"},
            Event("push", C, "", MAIN, files=True, tag="refs/tags/v1"),
        ),
        (MERGE, Event("merge_request", C, A, MAIN, merge=C)),
        (
            {**MERGE, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": B},  # merged results
            Event("merge_request", B, A, MAIN, merge=C),
        ),
        (
            {**MERGE, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"},
            Event("merge_request", C, A, MAIN, merge=C, fork=True),
        ),
        (EXTERNAL, Event("external_pull_request_event", B, A, MAIN)),
        (
            {**EXTERNAL, "CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY": "stranger/r"},
            Event("external_pull_request_event", B, A, MAIN, fork=True),
        ),
        (
            {"CI_PIPELINE_SOURCE": "external_pull_request_event"},
            Event("external_pull_request_event", C, fork=True),
        ),
        ({"CI_PIPELINE_SOURCE": "schedule"}, Event("schedule", everything=True)),
        ({"CI_PIPELINE_SOURCE": "web"}, Event("web", everything=True)),
        ({}, Event("?", everything=True)),
    ],
)
def test_gitlab(variables: dict[str, str], expected: Event) -> None:
    assert expected == on_gitlab(**variables)


AZURE = {
    "TF_BUILD": "True",
    "BUILD_REASON": "PullRequest",
    "BUILD_SOURCEVERSION": C,
    "SYSTEM_PULLREQUEST_SOURCECOMMITID": B,
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
    "SYSTEM_PULLREQUEST_ISFORK": "False",
}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (AZURE, Event("PullRequest", B, "", MAIN, merge=C)),
        (
            {**AZURE, "SYSTEM_PULLREQUEST_ISFORK": "True"},
            Event("PullRequest", B, "", MAIN, merge=C, fork=True),
        ),
        ({"TF_BUILD": "True", "BUILD_REASON": "Schedule"}, Event("Schedule", everything=True)),
        ({"JENKINS_URL": "http://j/"}, Event("build", everything=True)),
        (
            {"JENKINS_URL": "http://j/", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": A},
            Event("build", base=A),
        ),
        ({"JENKINS_URL": "http://j/", "CHANGE_TARGET": "main"}, Event("change", branch=MAIN)),
        (
            {"JENKINS_URL": "http://j/", "CHANGE_TARGET": "main", "CHANGE_FORK": "stranger"},
            Event("change", branch=MAIN, fork=True),
        ),
        ({"CI": "true"}, Event("run", everything=True)),
    ],
)
def test_azure_jenkins_and_what_nobody_knows(variables: dict[str, str], expected: Event) -> None:
    assert expected == call(variables, no_file).event


def test_every_system_says_how_to_clone_the_whole_history() -> None:
    told = {
        "github": {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "e"},
        "gitlab": {"GITLAB_CI": "true"},
        "azure": {"TF_BUILD": "True"},
        "jenkins": {"JENKINS_URL": "http://j/"},
        "generic": {},
    }
    assert {*SYSTEMS, "generic"} == set(told)
    whole = {name: str(call(environ, lambda path: b"{}").whole) for name, environ in told.items()}
    assert whole["github"].endswith("\n        with:\n          fetch-depth: 0")
    assert whole["gitlab"].endswith('\n  variables:\n    GIT_DEPTH: "0"')
    assert whole["azure"].endswith('\n- checkout: self\n  fetchDepth: "0"')
    assert len(set(whole.values())) == len(told)


@pytest.mark.parametrize("word", ["", NONE, "abc", "A" * 40, f"{A}\n", "-" * 40, 7, None, A + "a"])
def test_what_is_no_object_id_is_none(word: object) -> None:
    assert oid(word) == ""


@pytest.mark.parametrize("word", [A, "f" * 64])
def test_an_object_id_is_taken_as_it_is(word: str) -> None:
    assert word == oid(word)


@pytest.mark.parametrize(
    "name", ["", None, 5, "a b", "a..b", "a:b", "*", "a\nb", "x.lock", "a//b", "a/", "@{u}", "a\\b"]
)
def test_what_cannot_be_a_branch_is_none(name: object) -> None:
    assert branch(name) == ""


def test_a_branch_is_named_in_full() -> None:
    assert branch("fix/a-b") == "refs/heads/fix/a-b"
    assert branch(MAIN) == "refs/heads/main"
    assert branch("-upload-pack=x") == "refs/heads/-upload-pack=x"  # an option no more
