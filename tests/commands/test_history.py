"""``keyscan history`` from the command line: exit codes, what is shown, and what is not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from keys import openai_key
from keyscan.commands.history import command
from keyscan.errors import ExitCode, UsageError
from repo import Repo


def called(*args: str, cached: bool = False) -> tuple[object, str]:
    """The command's return value and what it printed."""
    memory = () if cached else ("--no-cache",)
    result = CliRunner().invoke(command, [*memory, *args], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.output


def test_a_clean_history(repo: Repo) -> None:
    repo.commit()
    code, output = called()
    assert code == ExitCode.CLEAN
    assert "no keys found" in output


def test_a_key_that_is_gone_is_shown_with_its_exposure(repo: Repo) -> None:
    key = openai_key()
    repo.add("a.py", f"key = '{key}'\n")
    repo.commit()
    repo.git("rm", "-q", "a.py")
    repo.commit()
    code, output = called(str(repo.path))
    assert code == ExitCode.FINDINGS
    assert key not in output
    assert "a.py:1:8" in output
    assert "reachable from main; HEAD does not hold it" in output
    assert "author@example.invalid" not in output
    code, output = called("-f", "json")
    exposure = json.loads(output)["findings"][0]["exposure"]
    assert exposure["refs"] == ["refs/heads/main"]
    assert (exposure["reachable"], exposure["in_head"]) == (True, False)
    assert exposure["first"]["author"] == "A U Thor"


def test_every_path_is_shown_with_its_own_commit(repo: Repo) -> None:
    repo.add("a.py", f"key = '{openai_key()}'\n")
    first = repo.commit()[:12]
    repo.git("mv", "a.py", "b.py")
    repo.git("commit", "-q", "-m", "x", GIT_AUTHOR_NAME="Bo", GIT_AUTHOR_DATE="2001-01-01T00:00Z")
    moved = repo.git("rev-parse", "HEAD")
    _, output = called()
    assert f"b.py:1:8  {moved[:12]} · 2001-01-01 · Bo" in output
    assert f"a.py:1:8  {first} · " in output
    _, output = called("-f", "json")
    places = json.loads(output)["findings"][0]["locations"]
    assert [one["path"] for one in places] == ["a.py", "b.py"]
    assert (places[1]["commit"], places[1]["author"]) == (moved, "Bo")
    _, output = called("--since", "2001-01-01")
    assert "in the history at least since" in output


def test_what_keeps_a_key_is_shown(repo: Repo, tmp_path: Path) -> None:
    key = openai_key()
    repo.commit(a="1\n")
    repo.git("tag", "-a", "v1", "-m", key)
    assert "in the message of the tag v1; reachable from refs/tags/v1" in called()[1]
    repo.git("tag", "-d", "v1")
    repo.git("gc", "-q", "--prune=now")
    for word in (key, "2"):
        repo.write("a", f"{word}\n")
        repo.git("stash", "-q")
    assert "reachable from no ref, but from the reflog of refs/stash" in called()[1]
    repo.git("stash", "clear")
    repo.git("gc", "-q", "--prune=now")
    repo.git("checkout", "-q", "--detach")
    repo.add("b.py", key)
    repo.commit()
    assert "reachable from no ref, but from HEAD; HEAD still holds it" in called()[1]
    host = tmp_path / "host.git"
    repo.git("init", "-q", "--bare", str(host))
    repo.git("push", "-q", str(host), "main", "HEAD:refs/pull/7/head")
    repo.git("clone", "-q", str(host), str(tmp_path / "clone"))
    _, output = called("--refs", "pull", str(tmp_path / "clone"))
    assert "reachable from refs/pull/7/head of origin" in output


@pytest.mark.usefixtures("own_state")
def test_a_second_scan_says_that_it_read_only_what_is_new(repo: Repo) -> None:
    repo.commit(a="1\n")
    said = [called(cached=True)[1] for _ in range(2)]
    assert "2 files (" in said[0]
    assert "since" not in said[0]
    assert "no keys found; nothing new since the last scan, in " in said[1]
    repo.commit()
    assert "; 1 file (" in (output := called(cached=True)[1])
    assert "new since the last scan" in output
    repo.git("repack", "-q", "-a", "-d")  # what was loose is known in a pack, too
    _, output = called("-f", "json", cached=True)
    assert json.loads(output)["stats"]["again"]
    repo.add("b", "2\n")
    repo.commit()
    repo.git("repack", "-q", "-a", "-d")  # another pack, which is read as a whole
    _, output = called(cached=True)
    assert "; 5 files (" in output
    assert "since" not in output


def test_wrong_calls(repo: Repo) -> None:
    for args in (["--refs", "tags"], ["--fail-on", "live"], ["--endpoint", "openai=x"], ["none"]):
        with pytest.raises(UsageError):
            called(*args)
