"""``keyscan baseline`` and ``--baseline``: real repositories, hooks and merges."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from keys import openai_key
from keyscan import i18n
from keyscan.__main__ import main
from keyscan.baseline import NAME, Entry, baseline, read, write
from keyscan.errors import ExitCode
from keyscan.secret import Secret
from repo import Repo

Keyscan = Callable[..., tuple[int, str]]
SCRIPT = str(Path(sys.executable).with_name("keyscan"))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the machine speaks, and whatever the test before chose."""
    monkeypatch.setenv("KEYSCAN_LANG", "en")
    i18n.choose("")
    yield
    i18n.choose("")


@pytest.fixture
def keyscan(capsys: pytest.CaptureFixture[str]) -> Keyscan:
    """Runs keyscan here; its exit code and all that it said."""

    def run(*args: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stop:
            main(list(args))
        out, err = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return stop.value.code, out + err

    return run


def line(key: str) -> str:
    return f"openai_key = '{key}'\n"


def fingerprint(key: str) -> str:
    return Secret(key, "sk-proj-").fingerprint


def row(key: str, **changed: str) -> Entry:
    made = Entry(fingerprint(key), "openai-project-key", "openai", "why not", "Ada", "2026-01-02")
    return made._replace(**changed)


def known(path: str = NAME) -> dict[str, Entry]:
    return dict(read(Path(path).read_bytes()).entries)


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days)).isoformat()


def test_what_was_there_is_accepted_and_what_comes_is_not(repo: Repo, keyscan: Keyscan) -> None:
    old, new = openai_key(), openai_key()
    repo.add("a.py", line(old))
    assert keyscan("baseline", "create", "--reason", "tests", "--author", "Ada")[0] == 0
    entry = known()[fingerprint(old)]
    assert ("tests", "Ada", day(0), "") == (entry.reason, entry.author, entry.date, entry.expires)
    code, said = keyscan()
    assert code == ExitCode.CLEAN
    assert f"accepted by {NAME}, so not counted: 1" in said
    repo.write("b.py", line(new))
    code, said = keyscan("-q")
    assert code == ExitCode.FINDINGS
    assert "b.py" in said
    assert "a.py" not in said


def test_no_key_is_in_the_file_or_in_what_is_said(repo: Repo, keyscan: Keyscan) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    said = keyscan("baseline", "create", "--reason", f"old {key}", "--author", key)[1]
    said += keyscan("baseline", "explain")[1] + keyscan("baseline", "update")[1]
    said += keyscan("baseline", "update", "--fingerprint", key)[1] + Path(NAME).read_text()
    assert key[8:20] not in said
    assert key[-20:] not in said


def test_the_file_at_the_root_is_found_from_any_folder(
    repo: Repo, keyscan: Keyscan, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("sub/a.py", line(openai_key()))
    keyscan("baseline", "create")
    repo.commit()
    monkeypatch.chdir("sub")
    code, said = keyscan()
    assert code == ExitCode.CLEAN
    assert f"accepted by ../{NAME}" in said
    monkeypatch.chdir("../..")
    for words in (["scan", "repo"], ["scan", "repo/sub/a.py"], ["history", "repo"]):
        assert keyscan(*words)[0] == ExitCode.CLEAN


def test_the_baseline_can_be_left_out_or_be_another(repo: Repo, keyscan: Keyscan) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    Path("other.json").write_bytes(write(baseline([row(key)])))
    assert keyscan("--baseline", "other.json")[0] == ExitCode.CLEAN
    assert keyscan()[0] == ExitCode.FINDINGS
    Path("other.json").rename(NAME)
    assert keyscan()[0] == ExitCode.CLEAN
    for args in (["--no-baseline"], ["--no-baseline", "--baseline", NAME]):
        assert keyscan(*args)[0] == ExitCode.FINDINGS
        assert keyscan(*reversed(args[:1]), *args[1:])[0] == ExitCode.FINDINGS


@pytest.mark.parametrize(
    "args", [["scan"], ["history"], ["scan", "--staged"], ["hook", "pre-commit"]]
)
def test_a_broken_file_stops_the_run(repo: Repo, keyscan: Keyscan, args: list[str]) -> None:
    repo.commit(one="1\n")
    repo.add("a.py", line(openai_key()))
    repo.add(NAME, "{\n")
    code, said = keyscan(*args)
    assert code == ExitCode.USAGE
    assert said.startswith(f"keyscan: the baseline {NAME} cannot be used: ")
    assert said.count("\n") == 1


def test_a_broken_file_is_told_where_there_is_no_key_either(repo: Repo, keyscan: Keyscan) -> None:
    repo.add(NAME, "<<<<<<< HEAD\n")
    assert keyscan()[0] == ExitCode.USAGE
    assert keyscan("baseline", "update")[0] == ExitCode.USAGE


def test_a_named_file_that_is_not_there_is_an_error(repo: Repo, keyscan: Keyscan) -> None:
    code, said = keyscan("--baseline", "nothing.json")
    assert code == ExitCode.USAGE
    assert "nothing.json" in said


@pytest.mark.skipif(os.name == "nt", reason="a device that never ends")
def test_a_link_to_a_device_is_not_read(repo: Repo, keyscan: Keyscan) -> None:
    Path(NAME).symlink_to("/dev/zero")
    code, said = keyscan()
    assert code == ExitCode.USAGE
    assert "not a file" in said


def test_create_does_not_replace_what_is_there(repo: Repo, keyscan: Keyscan) -> None:
    repo.add(NAME, write(baseline([row(openai_key())])))
    before = Path(NAME).read_bytes()
    assert keyscan("baseline", "create")[0] == ExitCode.USAGE
    assert before == Path(NAME).read_bytes()
    assert keyscan("baseline", "create", "--force")[0] == ExitCode.CLEAN
    assert known() == {}


def test_update_adds_and_leaves_what_is_there(repo: Repo, keyscan: Keyscan) -> None:
    old, new = openai_key(), openai_key()
    repo.add("a.py", line(old) + line(new))
    repo.add(NAME, write(baseline([row(old)])))
    assert keyscan("baseline", "update", "--reason", "new ones", "--expires", "30d")[0] == 0
    assert row(old) == known()[fingerprint(old)]
    added = known()[fingerprint(new)]
    assert ("new ones", day(30)) == (added.reason, added.expires)


def test_update_takes_one_key_by_its_fingerprint(repo: Repo, keyscan: Keyscan) -> None:
    old, new, other = openai_key(), openai_key(), openai_key()
    repo.add("a.py", line(old) + line(new) + line(other))
    repo.add(NAME, write(baseline([row(old, expires="2026-02-02")])))
    words = ["--fingerprint", fingerprint(new)[:8], "--fingerprint", fingerprint(old)]
    assert keyscan("baseline", "update", *words, "--expires", "never")[0] == 0
    assert {fingerprint(old), fingerprint(new)} == known().keys()
    assert row(old) == known()[fingerprint(old)]
    code, said = keyscan("baseline", "update", "--fingerprint", fingerprint(new)[:5])
    assert code == ExitCode.USAGE
    assert "at least 6" in said


@pytest.mark.parametrize("wrong", ["2020-01-01", "tomorrow", "2030-13-01"])
def test_an_end_that_is_none_is_refused(repo: Repo, keyscan: Keyscan, wrong: str) -> None:
    code, said = keyscan("baseline", "create", "--expires", wrong)
    assert code == ExitCode.USAGE
    assert wrong in said
    assert not Path(NAME).exists()


def test_an_entry_that_is_over_accepts_nothing_and_says_so(repo: Repo, keyscan: Keyscan) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    repo.add(NAME, write(baseline([row(key, expires=day(-1))])))
    code, said = keyscan()
    assert code == ExitCode.FINDINGS
    assert "until a day that is over" in said
    assert "(over since" in keyscan("baseline", "explain")[1]


def test_prune_takes_out_what_neither_files_nor_history_hold(repo: Repo, keyscan: Keyscan) -> None:
    there, gone, never = openai_key(), openai_key(), openai_key()
    repo.add("b.py", line(gone))
    repo.commit()
    repo.git("rm", "-q", "b.py")
    repo.add("a.py", line(there))
    repo.add(NAME, write(baseline(map(row, (there, gone, never)))))
    repo.commit()
    assert "whose key was not found here: 2" in keyscan()[1]
    assert "whose key was not found here: 1" in keyscan("history", "--no-cache")[1]
    assert "whose key was not found here" not in keyscan("scan", "a.py")[1]
    assert keyscan("baseline", "prune")[0] == ExitCode.CLEAN
    assert {fingerprint(there), fingerprint(gone)} == known().keys()
    assert keyscan("baseline", "prune", "--no-history")[0] == ExitCode.CLEAN
    assert {fingerprint(there)} == known().keys()


def test_prune_takes_nothing_out_where_not_all_was_scanned(
    repo: Repo, keyscan: Keyscan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add(NAME, write(baseline([row(openai_key())])))
    repo.commit()
    repo.commit(one="1\n")
    repo.git("clone", "-q", "--depth=1", repo.path.as_uri(), str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    code, said = keyscan("baseline", "prune")
    assert "was left" in said
    assert code == ExitCode.INCOMPLETE
    assert len(known()) == 1


def test_explain_tells_why_and_where(repo: Repo, keyscan: Keyscan) -> None:
    key, gone = openai_key(), openai_key()
    repo.add("a.py", "\n" + line(key))
    repo.add(NAME, write(baseline([row(key, reason="a demo"), row(gone)])))
    said = keyscan("baseline", "explain", fingerprint(key)[:10])[1]
    assert "a demo" in said
    assert "a.py:2:" in said
    assert fingerprint(gone) not in said
    assert "not in the files now" in keyscan("baseline", "explain")[1]


def test_the_hook_uses_what_is_staged(repo: Repo, keyscan: Keyscan) -> None:
    key = openai_key()
    repo.commit(one="1\n")
    repo.add("a.py", line(key))
    repo.write(NAME, write(baseline([row(key)])))
    code, said = keyscan("hook", "pre-commit")
    assert code == ExitCode.FINDINGS
    assert f"{NAME} is not in git" in said
    repo.git("add", NAME)
    repo.write(NAME, write(baseline([])))
    assert keyscan("hook", "pre-commit")[0] == ExitCode.CLEAN
    assert keyscan("hook", "pre-commit", "--no-baseline")[0] == ExitCode.FINDINGS


def test_the_fast_hook_accepts_what_the_full_program_accepts(repo: Repo) -> None:
    key = openai_key()
    repo.commit(one="1\n")
    repo.add("a.py", line(key))
    hook = [str(Path(sys.executable).with_name("keyscan-hook"))]
    assert subprocess.run(hook, capture_output=True, check=False).returncode == 1
    repo.add(NAME, write(baseline([row(key)])))
    assert subprocess.run(hook, capture_output=True, check=False).returncode == 0


@pytest.fixture
def bare(repo: Repo, tmp_path: Path) -> Path:
    """An origin that has the first commit."""
    made = tmp_path / "origin.git"
    repo.git("init", "-q", "--bare", "-b", "main", str(made))
    repo.git("remote", "add", "origin", str(made))
    repo.commit(one="1\n")
    repo.git("push", "-q", "origin", "main")
    return made


def test_a_push_uses_what_it_pushes(repo: Repo, bare: Path) -> None:
    key = openai_key()
    hook = Path(".git/hooks/pre-push")
    hook.write_text(f'#!/bin/sh\nexec "{SCRIPT}" hook pre-push "$@"\n')
    hook.chmod(0o755)
    repo.add("a.py", line(key))
    repo.commit()
    repo.add(NAME, write(baseline([row(key)])))
    repo.git("push", "-q", "origin", "main", check=False)
    assert repo.git("rev-parse", "origin/main") != repo.git("rev-parse", "HEAD")
    repo.commit()
    repo.git("checkout", "-q", "--orphan", "elsewhere")
    repo.git("push", "-q", "origin", "main")
    assert repo.git("rev-parse", "origin/main") == repo.git("rev-parse", "main")


def test_no_push_accepts_its_own_keys_on_a_server(repo: Repo, bare: Path) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    repo.add(NAME, write(baseline([row(key)])))
    repo.commit()
    hook = bare / "hooks" / "pre-receive"
    hook.write_text(f'#!/bin/sh\nexec "{SCRIPT}" hook pre-receive\n')
    hook.chmod(0o755)
    repo.git("push", "-q", "origin", "main", check=False)
    assert repo.git("rev-parse", "origin/main") != repo.git("rev-parse", "main")
    repo.git("checkout", "-q", "-b", "entries", "HEAD~1")
    repo.add(NAME, write(baseline([row(key)])))
    repo.commit()
    repo.git("push", "-q", "origin", "entries:main")
    repo.git("merge", "-q", "--no-edit", "main")
    repo.git("push", "-q", "origin", "entries:main")


def test_what_only_the_range_itself_accepts_is_told(repo: Repo, keyscan: Keyscan) -> None:
    old, new = openai_key(), openai_key()
    repo.add(NAME, write(baseline([row(old)])))
    base = repo.commit()
    repo.add("a.py", line(old))
    repo.commit()
    code, said = keyscan("scan", "--range", f"{base}..HEAD")
    assert code == ExitCode.CLEAN
    assert "not counted: 1" in said
    assert "review them" not in said
    repo.add("b.py", line(new))
    repo.add(NAME, write(baseline([row(old), row(new)])))
    repo.commit()
    code, said = keyscan("scan", "--range", f"{base}..HEAD")
    assert code == ExitCode.CLEAN
    assert "not counted: 2" in said
    assert f"these commits add: 1 (sk-proj-...{new[-4:]}); review them" in said


@pytest.mark.parametrize("command", ["scan", "history"])
def test_a_live_key_fails_whatever_is_accepted(
    repo: Repo, keyscan: Keyscan, httpserver: HTTPServer, command: str
) -> None:
    live, dead = openai_key(), openai_key()
    asked = httpserver.expect_request
    asked("/v1/models", headers={"Authorization": f"Bearer {live}"}).respond_with_json(
        {"object": "list", "data": [{"id": "gpt-4o", "object": "model"}]}
    )
    asked("/v1/models").respond_with_json({"error": {"code": "invalid_api_key"}}, 401)
    repo.add("a.py", line(live) + line(dead))
    repo.add(NAME, write(baseline([row(live), row(dead)])))
    repo.commit()
    assert keyscan(command)[0] == ExitCode.CLEAN
    endpoint = f"openai=http://127.0.0.1:{httpserver.port}"
    for level in ("any", "live"):
        words = (command, "--verify", "--endpoint", endpoint, "--fail-on", level)
        code, said = keyscan(*words)
        assert code == ExitCode.FINDINGS
        assert f"but LIVE, so counted all the same: sk-proj-...{live[-4:]}" in said
        assert "not counted: 1" in said


def test_machine_formats_hold_what_is_accepted(repo: Repo, keyscan: Keyscan) -> None:
    key = openai_key()
    repo.add("a.py", line(key))
    repo.add(NAME, write(baseline([row(key)])))
    report = json.loads(keyscan("--format", "json")[1])
    assert report["findings"] == []
    assert [fingerprint(key)] == [one["fingerprint"] for one in report["accepted"]]


class Team:
    """Two branches of one repository, each with its own entries."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        repo.commit(one="1\n")

    def branch(self, name: str, start: str, *rows: Entry) -> None:
        self.repo.git("checkout", "-q", "-B", name, start)
        self.repo.add(NAME, write(baseline(rows)))
        self.repo.commit()

    def merge(self) -> bool:
        """Merge the second into the first; whether git did it without help."""
        self.repo.git("checkout", "-q", "ours")
        path = f"{Path(SCRIPT).parent}{os.pathsep}{os.environ['PATH']}"
        said = self.repo.git("merge", "-q", "--no-edit", "theirs", check=False, PATH=path)
        return "CONFLICT" not in said


KEYS = ["aa" + f"{number}" * 30 for number in range(4)]


def at(number: int, **changed: str) -> Entry:
    """Entries that all stand between the same two lines, where git needs the driver."""
    return row("")._replace(fingerprint=KEYS[number], **changed)


@pytest.fixture
def team(repo: Repo) -> Team:
    return Team(repo)


def test_git_alone_stops_where_both_add_between_the_same_lines(team: Team) -> None:
    team.branch("base", "main")
    team.branch("ours", "base", at(0))
    team.branch("theirs", "base", at(1))
    assert not team.merge()


def test_the_driver_merges_what_git_alone_does_not(team: Team, keyscan: Keyscan) -> None:
    team.branch("base", "main", at(2))
    assert keyscan("baseline", "install-merge-driver")[0] == 0
    team.repo.git("add", ".gitattributes")
    team.repo.commit()
    team.branch("ours", "base", at(0), at(2, expires="2030-01-01"))
    team.branch("theirs", "base", at(1), at(3), at(2, reason="better"))
    assert team.merge()
    merged = [at(0), at(1), at(2, expires="2030-01-01", reason="better"), at(3)]
    assert write(baseline(merged)) == Path(NAME).read_bytes()
    assert team.repo.git("status", "--porcelain", "-uno") == ""


def test_the_driver_merges_a_file_that_both_sides_made(team: Team, keyscan: Keyscan) -> None:
    keyscan("baseline", "install-merge-driver")
    team.branch("ours", "main", at(0))
    team.branch("theirs", "main", at(1))
    assert team.merge()
    assert {KEYS[0], KEYS[1]} == known().keys()


def test_the_driver_leaves_a_broken_side_to_people(team: Team, keyscan: Keyscan) -> None:
    keyscan("baseline", "install-merge-driver")
    team.branch("base", "main", at(2))
    team.branch("ours", "base", at(0), at(2))
    team.branch("theirs", "base", at(1))
    team.repo.add(NAME, "{}\n")
    team.repo.commit()
    assert not team.merge()
    assert {KEYS[0], KEYS[2]} == known().keys()


def test_the_driver_is_taken_out_without_a_trace(team: Team, keyscan: Keyscan) -> None:
    config = Path(".git/config").read_text()
    Path(".gitattributes").write_bytes(b"*.png binary\r\n")
    assert keyscan("baseline", "install-merge-driver")[0] == 0
    assert "everything was set up" in keyscan("baseline", "install-merge-driver")[1]
    assert f"{NAME} merge=keyscan-baseline" in Path(".gitattributes").read_text()
    assert keyscan("baseline", "uninstall-merge-driver")[0] == 0
    assert Path(".gitattributes").read_bytes() == b"*.png binary\r\n"
    assert "merge" not in Path(".git/config").read_text().replace(config, "")
    assert "nothing to take out" in keyscan("baseline", "uninstall-merge-driver")[1]


def test_install_sets_the_driver_up_where_there_is_a_baseline(repo: Repo, keyscan: Keyscan) -> None:
    keyscan("install", "--git")
    assert not Path(".gitattributes").exists()
    repo.add(NAME, write(baseline([])))
    keyscan("install", "--git")
    assert Path(".gitattributes").exists()
    assert "keyscan baseline merge %O %A %B" in Path(".git/config").read_text()
    keyscan("uninstall")
    assert not Path(".gitattributes").exists()
    assert "baseline" not in Path(".git/config").read_text()
