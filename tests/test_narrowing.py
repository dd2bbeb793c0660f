"""What narrows a history: nothing that git would take for the present, or for an option."""

from datetime import datetime, timedelta

import pytest

from keys import openai_key
from keyscan.errors import UsageError
from keyscan.history import Wanted, scan_history
from keyscan.narrowing import since
from repo import Repo


def found(repo: Repo, wanted: Wanted) -> int:
    return len(scan_history(str(repo.path), wanted, lambda _files, _bytes: None).findings)


def leaked(repo: Repo, date: str = "2026-01-02 03:04:05 +0000") -> None:
    """A key that a later commit removed."""
    repo.add("a.env", f"OPENAI_API_KEY={openai_key()}\n")
    for message in ("add", "remove"):
        commit = ("commit", "-q", "--allow-empty", "-m", message)
        repo.git(*commit, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
        repo.git("rm", "-q", "--ignore-unmatch", "a.env")


@pytest.mark.parametrize(
    "text",
    [
        "garbage",
        "main",
        "",
        "first",
        "v1.0",
        "2o25-01-01",
        "2025-13-45",
        "2999-01-01",
        "3 moons ago",
    ],
)
def test_what_is_no_past_date_is_refused(repo: Repo, text: str) -> None:
    leaked(repo)
    repo.git("tag", "first")
    with pytest.raises(UsageError, match="--since"):
        since(text)
    if text:
        with pytest.raises(UsageError, match="--since"):
            found(repo, Wanted(since=text))


def test_a_day_begins_at_midnight(repo: Repo) -> None:
    today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    date = (today + timedelta(seconds=1)).isoformat()
    leaked(repo, date)
    assert found(repo, Wanted(since=today.date().isoformat())) == 1
    assert found(repo, Wanted(since=(today + timedelta(seconds=2)).isoformat())) == 0
    assert found(repo, Wanted(since="2 days ago")) == 1


@pytest.mark.parametrize(
    "name", ["nope", "", "^first", "first..main", "--max-count=0", "--not", "ma*", "main first"]
)
def test_what_names_no_branch_is_refused(repo: Repo, name: str) -> None:
    leaked(repo)
    repo.git("tag", "first")
    with pytest.raises(UsageError, match="--branch"):
        found(repo, Wanted(branches=(name,)))


@pytest.mark.parametrize("name", ["main", "first", "HEAD~1", "refs/heads/main"])
def test_what_names_a_commit_is_scanned(repo: Repo, name: str) -> None:
    leaked(repo)
    repo.git("tag", "-a", "-m", "first", "first")
    assert found(repo, Wanted(branches=(name,))) == 1
