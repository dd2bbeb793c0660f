"""The pre-commit framework, with this very tree as its hook repository."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from repo import ISOLATED, Repo

ROOT = Path(__file__).parents[1]
# As pytest was started: installing may need the proxy that single tests must not see.
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

CONFIG = """\
repos:
  - repo: {url}
    rev: {rev}
    hooks:
      - id: {hook}
        verbose: {verbose}
"""


@dataclass(frozen=True)
class Project:
    """This tree as a git repository of its own, and pre-commit's home with it installed."""

    repo: Repo
    rev: str
    home: Path

    def config(self, hook: str = "keyscan", *, verbose: bool = False) -> str:
        """A ``.pre-commit-config.yaml`` that uses one of our hooks."""
        return CONFIG.format(
            url=self.repo.path.as_posix(), rev=self.rev, hook=hook, verbose=str(verbose).lower()
        )

    @property
    def bin(self) -> Path:
        """Where pre-commit installed our console scripts."""
        return next(one.parent for one in self.home.glob("repo*/py_env-*/*/keyscan-hook*"))


def tree() -> Iterator[str]:
    """What belongs to the project: by git, or all of an unpacked sdist."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        env=OUTSIDE,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = os.fsdecode(listing.stdout).split("\0")
        yield from (name for name in names if name and (ROOT / name).is_file())
        return
    parts = ["src", "hooks", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"]
    parts += ["action.yml", ".github"]
    for part in parts:
        found = (ROOT / part).rglob("*") if (ROOT / part).is_dir() else [ROOT / part]
        yield from (one.relative_to(ROOT).as_posix() for one in found if one.is_file())


def pre_commit(
    folder: Path, *args: str, check: bool = False, env: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run the framework; its standard output and error are one.

    ``env`` is all of the environment.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *args],
        cwd=folder,
        env={**env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0 or not check, done.stdout
    return done


def installed(folder: Path) -> Project:
    """The tree as it is now, committed or not, so that tests test what is being written."""
    repo = Repo(folder / "keyscan")
    for name in tree():
        target = repo.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    repo.git("add", "-f", ".")
    made = Project(repo, repo.commit(), folder / "home")
    user = Repo(folder / "user")
    user.add(".pre-commit-config.yaml", made.config())
    pre_commit(
        user.path,
        "install-hooks",
        check=True,
        env={**OUTSIDE, **ISOLATED, "PRE_COMMIT_HOME": str(made.home)},
    )
    return made
