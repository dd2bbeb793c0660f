"""Real git repositories in temporary folders, cut off from the machine's own configuration."""

import os
import subprocess
from pathlib import Path

import pytest

ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A U Thor",
    "GIT_AUTHOR_EMAIL": "author@example.invalid",
    "GIT_COMMITTER_NAME": "C O Mitter",
    "GIT_COMMITTER_EMAIL": "committer@example.invalid",
}


class Repo:
    """A repository with a work tree at ``path``."""

    def __init__(self, path: Path, *init: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *init)

    def git(self, *args: str, check: bool = True, **env: str) -> str:
        """Run git here; its output without the last line break."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *args],
            cwd=self.path,
            env={**inherited, **ISOLATED, **env},
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout.rstrip("\n")

    def write(self, name: str, content: str | bytes) -> Path:
        """A file in the work tree, with the folders above it."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def add(self, name: str, content: str | bytes) -> Path:
        """The same, staged."""
        path = self.write(name, content)
        self.git("add", "-f", "--", name)
        return path

    def commit(self, **files: str) -> str:
        """Commit what is staged (and ``files``, whose names have no dots); its object id."""
        for name, content in files.items():
            self.add(name, content)
        self.git("commit", "-q", "--allow-empty", "-m", "A commit")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def isolated_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the machine's git configuration, or the hook that pytest may run in."""
    for name in tuple(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name, value in ISOLATED.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of this test's own, whose key signs what is remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """An empty repository; the current folder is its work tree."""
    made = Repo(tmp_path / "repo")
    monkeypatch.chdir(made.path)
    return made
