"""A commit's message as git will record it, in git's own files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keys import openai_key
from keyscan.errors import UsageError
from keyscan.model import Blob
from keyscan.sources.messages import commit_message
from repo import ISOLATED, Repo


def text(path: Path) -> bytes:
    [blob] = commit_message(str(path))
    assert isinstance(blob, Blob)
    assert (blob.path, blob.source) == ("commit-message", "message")
    return blob.data


def commit(repo: Repo, *args: str, edited: str = "") -> int:
    """``git commit`` with our hook; ``edited`` is typed at the top of git's template."""
    script = (
        f"import sys; p = sys.argv[1]; old = open(p).read(); open(p, 'w').write({edited!r} + old)"
    )
    (repo.path / ".git" / "editor.py").write_text(script, "utf-8")
    hook = repo.path / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keyscan hook commit-msg "$1"\n')
    hook.chmod(0o755)
    editor = f'"{sys.executable}" "{repo.path / ".git" / "editor.py"}"'
    return subprocess.run(
        ["git", "commit", "--allow-empty", *args],
        env={**os.environ, **ISOLATED, "GIT_EDITOR": editor},
        capture_output=True,
        check=False,
    ).returncode


@pytest.mark.parametrize("sign", ["#", ";"])
def test_the_diff_below_the_scissors_is_no_message(repo: Repo, sign: str) -> None:
    repo.git("config", "core.commentChar", sign)
    repo.add("app.py", f"key = '{openai_key()}'\n")
    assert commit(repo, "--verbose", edited="Add it\n") == 0
    assert commit(repo, "--verbose", "--amend", edited=f"Use {openai_key()}\n") == 1


def test_what_only_looks_like_scissors_hides_nothing(tmp_path: Path) -> None:
    scissors = f"# {'-' * 24} >8 {'-' * 24}"
    path = tmp_path / "message"
    for fake in (f"One\n {scissors}\n# x\nTwo\n", f"One\n{scissors}\nTwo\n", f"{scissors} \n# x\n"):
        path.write_text(fake, "utf-8")
        assert text(path) == fake.encode()
    path.write_text(f"One\n{scissors}\n# Do not touch\ndiff\n", "utf-8")
    assert text(path) == b"One\n"


def test_a_comment_line_is_recorded_without_an_editor(repo: Repo) -> None:
    assert commit(repo, "-m", f"# {openai_key()}") == 1
    assert commit(repo, "-m", "# A title") == 0


def test_a_missing_file_says_what_git_gives(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="COMMIT_EDITMSG"):
        text(tmp_path / "none")
