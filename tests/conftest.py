"""Fixtures for every test."""

import os
from pathlib import Path

import pytest
from repo import ISOLATED, Repo


@pytest.fixture(autouse=True)
def _isolated_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the machine's git configuration, or the hook that pytest may run in."""
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name, value in ISOLATED.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """An empty repository; the current folder is its work tree."""
    made = Repo(tmp_path / "repo")
    monkeypatch.chdir(made.path)
    return made
