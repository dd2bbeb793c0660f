"""``keyscan config``, and what ``--config``, ``--no-config`` and ``--no-pragma`` do to a scan."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from keys import openai_key
from keyscan.commands.config import BESIDE
from repo import Repo

ALLOW = '[[allow]]\npath = "a.py"\nreason = "made up"\n'


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of this machine."""
    for name in tuple(os.environ):
        if name.startswith("KEYSCAN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def run(*args: str, code: int = 0, **env: str) -> str:
    """What it printed, on both streams."""
    done = subprocess.run(
        [sys.executable, "-m", "keyscan", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **env},
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def test_it_shows_each_setting_with_its_origin(repo: Repo, tmp_path: Path) -> None:
    Path("keyscan.toml").write_text(f'fail-on = "note"\n{ALLOW}')
    told = run("config", KEYSCAN_NO_IGNORE="yes")

    assert 'fail-on = "note"  # keyscan.toml\n' in told
    assert "no-ignore = true  # KEYSCAN_NO_IGNORE\n" in told
    assert "pragmas = true  # default\n" in told
    assert "[[allow]]  # keyscan.toml allow.1\n" in told
    assert f"{tmp_path}/home/keyscan/config.toml (not there)".replace("/", os.sep) in told
    assert "# read: keyscan.toml\n" in told


def test_what_it_shows_would_set_the_same(repo: Repo) -> None:
    run("config", "init")
    content = Path("keyscan.toml").read_text(encoding="utf-8")
    Path("keyscan.toml").write_text(
        re.sub(r"(?m)^# (?=\[|[\w.-]+ = )", "", content), encoding="utf-8"
    )
    before = json.loads(run("config", "--format", "json"))["settings"]
    shown = re.sub(r"(?m)^(verify|format) = .*", "", run("config"))  # not a repository's
    Path("keyscan.toml").write_text(shown, encoding="utf-8")
    tomllib.loads(shown)
    after = json.loads(run("config", "--format", "json"))["settings"]

    assert {name: one["value"] for name, one in before.items()} == {
        name: one["value"] for name, one in after.items()
    }


def test_json_has_values_and_origins(repo: Repo) -> None:
    Path("pyproject.toml").write_text("[tool.keyscan]\npragmas = false\n")
    told = json.loads(run("config", "--format", "json"))

    assert told["version"] == 1
    assert told["root"] == str(repo.path)
    assert told["files"] == [str(repo.path / "pyproject.toml")]
    assert told["settings"]["pragmas"] == {"value": False, "origin": "pyproject.toml"}
    assert told["settings"]["fail-on"] == {"value": "any", "origin": "default"}


def test_in_chinese(repo: Repo) -> None:
    assert 'fail-on = "any"' in run("config", "--lang", "zh")


def test_an_expired_entry_is_marked(repo: Repo) -> None:
    Path("keyscan.toml").write_text(f"{ALLOW}expires = 2020-01-01\n")

    assert "[[allow]]  # keyscan.toml allow.1: EXPIRED, hides nothing" in run("config")


def test_a_wrong_file_is_one_line_and_exit_2(repo: Repo) -> None:
    Path("keyscan.toml").write_text('fial-on = "any"')
    for command in (["config"], ["scan"], ["hook", "pre-commit"], ["history"]):
        told = run(*command, code=2)
        assert told == (
            "keyscan: keyscan.toml: fial-on: there is no such setting; did you mean fail-on?\n"
        )
    assert run("scan", "--no-config") != ""
    assert run("scan", KEYSCAN_NO_CONFIG="1") != ""


def test_init_starts_a_file_once(repo: Repo) -> None:
    below = repo.path / "below"
    below.mkdir()
    told = run("config", "init")

    assert told == "wrote keyscan.toml; `keyscan config` shows what holds\n"
    run("scan")
    assert "keyscan.toml is there already; it stays as it is" in run("config", "init", code=2)


def test_init_writes_the_schema_beside_the_file(repo: Repo) -> None:
    run("config", "init")

    assert Path("keyscan.toml").read_text(encoding="utf-8").startswith(f"#:schema ./{BESIDE}\n")
    assert Path(BESIDE).read_text(encoding="utf-8") == run("config", "schema")


def test_init_keeps_what_has_the_schema_s_name(repo: Repo) -> None:
    Path(BESIDE).write_text("mine")

    assert f"{BESIDE} is there already; it stays as it is" in run("config", "init", code=2)
    assert Path(BESIDE).read_text() == "mine"
    assert not Path("keyscan.toml").exists()


def test_init_takes_the_schema_that_is_there(repo: Repo) -> None:
    run("config", "init")
    Path("keyscan.toml").unlink()

    assert "wrote keyscan.toml" in run("config", "init")


def test_init_names_the_schema_that_is_asked_for(repo: Repo) -> None:
    run("config", "init", "--schema", "./keyscan.schema.json")

    assert (
        Path("keyscan.toml")
        .read_text(encoding="utf-8")
        .startswith("#:schema ./keyscan.schema.json\n")
    )


@pytest.mark.parametrize("options", [[], ["--user"]])
def test_the_printed_schema_is_one(repo: Repo, options: list[str]) -> None:
    schema = json.loads(run("config", "schema", *options))
    jsonschema.Draft7Validator.check_schema(schema)

    assert ("endpoints" in schema["properties"]) == bool(options)
    assert "user" not in schema["definitions"]


def test_what_is_accepted_is_counted_and_shown_on_demand(repo: Repo) -> None:
    Path("a.py").write_text(f"k = '{openai_key()}'\n")
    Path("b.py").write_text(f"k = '{openai_key()}'  # keyscan: allow=for tests\n")
    Path("keyscan.toml").write_text(ALLOW)

    assert "2 suppressed (-v shows them)" in run("scan")
    told = run("scan", "-v")
    assert "made up (keyscan.toml allow.1)" in told
    assert "keyscan:allow for tests" in told
    suppressed = json.loads(run("scan", "--format", "json"))["suppressed"]
    assert [(one["reason"], one["detail"]) for one in suppressed] == [
        ("allowlist", "made up (keyscan.toml allow.1)"),
        ("pragma", "keyscan:allow for tests"),
    ]


@pytest.mark.parametrize(
    ("options", "env", "found"),
    [
        ([], {}, []),
        (["--no-pragma"], {}, ["b.py"]),
        (["--no-config"], {}, ["a.py"]),
        (["--no-config", "--no-pragma"], {}, ["a.py", "b.py"]),
        (["--config", "other.toml"], {}, ["a.py"]),
        ([], {"KEYSCAN_PRAGMAS": "false"}, ["b.py"]),
        ([], {"KEYSCAN_NO_CONFIG": "1"}, ["a.py"]),
        ([], {"KEYSCAN_CONFIG": "other.toml"}, ["a.py"]),
    ],
)
@pytest.mark.parametrize("command", [["scan"], ["hook", "pre-commit"], ["history"], ["ci"]])
def test_for_ci_they_can_be_left_out(
    repo: Repo, command: list[str], options: list[str], env: dict[str, str], found: list[str]
) -> None:
    """What a pull request may write into the repository need not hold in its check."""
    repo.add("a.py", f"k = '{openai_key()}'\n")
    repo.add("b.py", f"k = '{openai_key()}'  # keyscan: allow\n")
    if command != ["hook", "pre-commit"]:
        repo.commit()
    Path("keyscan.toml").write_text(ALLOW)
    Path("other.toml").write_text("")
    told = run(*command, *options, code=1 if found else 0, **env)

    assert [one for one in ("a.py", "b.py") if f"{one}:1:" in told] == found


def test_both_at_once_contradict_each_other(repo: Repo) -> None:
    assert "contradict each other" in run("scan", "--config", "a", "--no-config", code=2)


def test_settings_are_the_options_defaults(repo: Repo) -> None:
    Path("a.py").write_text("openai.api_key = 'your key here'\n")
    assert "1 note" in run("scan")
    Path("keyscan.toml").write_text('fail-on = "note"')
    run("scan", code=1)
    run("scan", "--fail-on", "any")
    run("scan", KEYSCAN_FAIL_ON="any")
    Path("keyscan.toml").write_text('fail-on = "live"')  # without --verify: any
    run("scan")
    Path("b.py").write_text(f"k = '{openai_key()}'\n")
    run("scan", code=1)
    run("hook", "files", "b.py", code=1)


def test_a_baseline_of_the_configuration_is_used(repo: Repo) -> None:
    Path("b.py").write_text(f"k = '{openai_key()}'\n")
    (repo.path / "security").mkdir()
    run("baseline", "create", "--baseline", "security/known.json")
    run("scan", code=1)
    Path("keyscan.toml").write_text('baseline = "security/known.json"')
    assert "1 accepted by the baseline" in run("scan")
    run("scan", "--no-baseline", code=1)


def test_the_user_s_own_file_sets_what_a_repository_cannot(repo: Repo, tmp_path: Path) -> None:
    own = tmp_path / "home" / "keyscan" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text('format = "json"\nlang = "zh"\n[endpoints]\nopenai = "http://127.0.0.1:9"\n')
    Path("b.py").write_text(f"k = '{openai_key()}'\n")
    report = json.loads(run("scan", code=1))

    assert report["findings"][0]["verdict"]["liveness"] == "unchecked"
    assert "密钥" in "".join(report["findings"][0]["rotation"]["steps"])
    assert 'openai = "http://127.0.0.1:9"' in run("config")
    told = json.loads(run("scan", "--verify", code=1))
    assert told["findings"][0]["verdict"]["reason"] == "network"


def test_a_repository_never_says_where_keys_are_sent(repo: Repo) -> None:
    Path("b.py").write_text(f"k = '{openai_key()}'\n")
    for place in ("keyscan.toml", "pyproject.toml"):
        table = "endpoints" if place == "keyscan.toml" else "tool.keyscan.endpoints"
        Path(place).write_text(f'[{table}]\nopenai = "http://127.0.0.1:9"\n')
        told = run("scan", "--verify", code=2)
        assert told.startswith(f"keyscan: {place}: endpoints: a repository cannot say where keys")
        Path(place).unlink()


def test_a_pasted_key_is_asked_about_whatever_it_says_of_itself(repo: Repo) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "keyscan", "verify", "--endpoint", "openai=http://127.0.0.1:9"],
        input=f"{openai_key()}  # keyscan: allow\n",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "network" in done.stdout) == (3, True)


@pytest.mark.parametrize("command", [["scan", "--range"], ["ci", "--base"]])
def test_commits_that_change_their_own_judge_are_told(repo: Repo, command: list[str]) -> None:
    first = repo.commit(b="one\n")
    repo.add("keyscan.toml", ALLOW)
    repo.add("a.py", f"k = '{openai_key()}'\n")
    second = repo.commit()
    told = run(*command, f"{first}..{second}" if command[0] == "scan" else first)
    words = "keyscan.toml is not what it was before these commits, and the allowlist hides 1 here"

    assert words in told
    Path("trusted.toml").write_text("")
    told = run(
        *command,
        f"{first}..{second}" if command[0] == "scan" else first,
        "--config",
        "trusted.toml",
        code=1,
    )
    assert words not in told
    repo.add("c.py", "c = 1\n")
    third = repo.commit()
    repo.add("a.py", f"k = '{openai_key()}'\n")
    repo.commit()
    told = run(*command, f"{third}..HEAD" if command[0] == "scan" else third)
    assert "1 suppressed" in told
    assert words not in told


def test_a_submodule_s_paths_are_those_below_it(repo: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.add("a.py", f"k = '{openai_key()}'\n")
    inner.commit()
    repo.commit(b="one\n")
    repo.git("submodule", "add", "-q", str(inner.path), "lib")
    repo.commit()
    Path("keyscan.toml").write_text(ALLOW.replace("a.py", "/a.py"))
    run("history", "--recurse-submodules", code=1)
    Path("keyscan.toml").write_text(ALLOW.replace("a.py", "/lib/"))
    told = run("history", "--recurse-submodules", "-v")

    assert "lib/a.py:1:6" in told
