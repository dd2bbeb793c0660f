"""Fixtures: pre-commit's home is shared by all tests, so that our hook is installed once."""

import pytest

from framework import Project, installed, pre_commit
from repo import Repo


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """This tree, installed by pre-commit."""
    return installed(tmp_path_factory.mktemp("project"))


@pytest.fixture
def hooked(repo: Repo, project: Project, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository of a user: one commit, and our hook installed by pre-commit."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(project.home))
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    repo.add(".pre-commit-config.yaml", project.config())
    repo.commit(a="one\n")
    pre_commit(repo.path, "install", "-t", "pre-commit", "-t", "pre-merge-commit", check=True)
    return repo
