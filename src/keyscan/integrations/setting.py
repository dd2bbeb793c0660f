"""Where a repository's hooks come from: git's own folder, another one, or a tool's."""

import os
from dataclasses import dataclass
from pathlib import Path

from keyscan import git

CONFIG = ".pre-commit-config.yaml"
_LEFTHOOK = tuple(
    f"{dot}lefthook.{end}" for dot in ("", ".") for end in ("yml", "yaml", "toml", "json")
)


@dataclass(frozen=True, slots=True)
class Setting:
    """``common`` is the git directory that worktrees share, ``hooks`` where git takes hooks from.

    ``scope`` says who set ``core.hooksPath``: ``local``, ``worktree``, ``global``, ``system``,
    ``command``; empty where nobody did.
    """

    top: Path
    common: Path
    hooks: Path
    scope: str

    @property
    def husky(self) -> Path | None:
        """The folder of husky's hooks, if it is in use."""
        folder = self.top / ".husky"
        return folder if folder.is_dir() else None

    @property
    def lefthook(self) -> Path | None:
        """Lefthook's configuration, if there is one."""
        return next((self.top / one for one in _LEFTHOOK if (self.top / one).is_file()), None)

    @property
    def framework(self) -> Path | None:
        """The pre-commit framework's configuration, if there is one."""
        path = self.top / CONFIG
        return path if path.is_file() else None


def setting(cwd: str | None = None) -> Setting:
    """What this repository is like. Raises KeyscanError outside of a work tree."""
    top = Path(_line(git.checked(["rev-parse", "--show-toplevel"], cwd)))
    common = top / _line(git.checked(["rev-parse", "--git-common-dir"], str(top)))
    scope, path = hooks_path(str(top))
    return Setting(top, common, top / path if path else common / "hooks", scope)


def hooks_path(cwd: str | None = None, *only: str) -> tuple[str, str]:
    """The scope and value of ``core.hooksPath``, empty where it is not set.

    Our own git calls set it, too, as the last value; that one is left out. ``only`` restricts
    the search to a file, as ``--global``.
    """
    args = ["config", *only, "-z", "--show-scope", "--type=path", "--get-all", "core.hooksPath"]
    words = os.fsdecode(git.run(args, cwd).out).split("\0")[:-1]
    pairs = list(zip(words[::2], words[1::2], strict=True))
    if not only:
        pairs = pairs[:-1]
    return pairs[-1] if pairs else ("", "")


def _line(out: bytes) -> str:
    return os.fsdecode(out).rstrip("\r\n")
