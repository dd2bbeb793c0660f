"""``keyscan history`` from the command line: exit codes, what is shown, and what is not."""

import json

import pytest
from click.testing import CliRunner

from keys import openai_key
from keyscan.commands.history import command
from keyscan.errors import ExitCode, UsageError
from repo import Repo


def called(*args: str) -> tuple[object, str]:
    """The command's return value and what it printed."""
    result = CliRunner().invoke(command, ["--no-cache", *args], standalone_mode=False)
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


def test_wrong_calls(repo: Repo) -> None:
    for args in (["--refs", "tags"], ["--fail-on", "live"], ["--endpoint", "openai=x"], ["none"]):
        with pytest.raises(UsageError):
            called(*args)
