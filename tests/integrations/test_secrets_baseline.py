"""detect-secrets' baseline: the real program and keyscan take each other's file."""

import contextlib
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import openai_key
from keyscan import i18n
from keyscan.__main__ import main
from keyscan.errors import ExitCode, UsageError
from keyscan.integrations.secrets_baseline import is_one, read
from keyscan.model import Blob, Finding
from keyscan.pipeline import scan
from keyscan.providers import all_providers
from repo import Repo

NAME = ".secrets.baseline"
Keyscan = Callable[..., tuple[int, str]]
# The real programs, in a process that cannot reach anything.
GUARDED = """
import socket, sys
def refuse(self, address):
    raise SystemExit("CONNECTS")
socket.socket.connect = refuse
from {module} import main
sys.exit(main(sys.argv[1:]))
"""


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


def detect_secrets(*args: str, module: str = "detect_secrets.main") -> tuple[int, str]:
    """Exit code and output of the real program."""
    call = [sys.executable, "-W", "ignore", "-c", GUARDED.format(module=module), *args]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert "CONNECTS" not in done.stderr
    return done.returncode, done.stdout


def hook(*files: str) -> int:
    """The exit code of ``detect-secrets-hook --baseline``; 3 means that it rewrote the file."""
    words = ("--baseline", NAME, *files)
    return detect_secrets(*words, module="detect_secrets.pre_commit_hook")[0]


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(NAME).read_text())
    return found


SEEN = {
    "a.py": "openai_key = '{}'\n",
    "b.py": 'x = 1\ntoken = "{}"  # a test\n',
    "c.yml": "openai:\n  api_key: {}\n",
    "sub/d.env": "OPENAI_API_KEY={}\n",
}


@pytest.fixture
def keys(repo: Repo) -> dict[str, str]:
    """Path → key, in forms that detect-secrets sees whole or in part."""
    forms = ("proj-74", "proj-20", "legacy", "svcacct-58")
    made = {path: openai_key(form) for path, form in zip(SEEN, forms, strict=True)}
    for path, key in made.items():
        repo.add(path, SEEN[path].format(key))
    return made


def test_keyscan_accepts_what_detect_secrets_wrote(keys: dict[str, str], keyscan: Keyscan) -> None:
    code, written = detect_secrets("scan", "--no-verify")
    assert code == 0
    Path(NAME).write_text(written)
    assert keys.keys() == document()["results"].keys()
    code, said = keyscan("--baseline", NAME)
    assert code == ExitCode.CLEAN
    assert f"accepted by {NAME}, so not counted: 4" in said
    assert keyscan()[0] == ExitCode.FINDINGS


def test_detect_secrets_accepts_what_keyscan_wrote(
    repo: Repo, keys: dict[str, str], keyscan: Keyscan
) -> None:
    repo.add(NAME, "")
    assert hook(*keys) == 1
    code, said = keyscan("baseline", "create", "--force", "--baseline", NAME)
    assert code == ExitCode.CLEAN
    assert f"accepted in {NAME}: 4" in said
    repo.git("add", NAME)
    before = Path(NAME).read_bytes()
    assert hook(*keys) == 0
    assert before == Path(NAME).read_bytes()
    assert keyscan("--baseline", NAME)[0] == ExitCode.CLEAN
    repo.add("e.py", f"openai_key = '{openai_key()}'\n")
    assert hook("e.py") == 1
    assert keyscan("--baseline", NAME, "-q")[0] == ExitCode.FINDINGS


def test_update_adds_a_key_and_leaves_all_else_as_it_is(
    repo: Repo, keys: dict[str, str], keyscan: Keyscan
) -> None:
    """Audit labels, line numbers, other secrets, settings, and what nobody knows."""
    repo.add("other.py", "password = 'correct horse battery'\n")
    Path(NAME).write_text(detect_secrets("scan", "--no-verify")[1])
    before = document()
    before["results"]["a.py"][0]["is_secret"] = False
    before["results"]["b.py"][0]["is_secret"] = True
    for name in ("TheirDetector", "OpenAIDetector"):
        before["plugins_used"].append({"name": name, "path": "file://their.py"})
    before["filters_used"].append({"path": "file://filters.py::drop", "of": "theirs"})
    before["later"] = {"field": [1]}
    Path(NAME).write_text(json.dumps(before))
    Path("their.py").write_text("raise SystemExit('their code was run')\n")
    Path("filters.py").write_text("raise SystemExit('their code was run')\n")
    new = openai_key()
    repo.add("new.py", f"openai_key = '{new}'\n")
    assert keyscan("baseline", "update", "--baseline", NAME)[0] == ExitCode.CLEAN
    after = document()
    added = after["results"].pop("new.py")
    assert before == after
    beginnings = {sha1(new[:end]) for end in range(48, len(new) + 1)}  # its own rule may cut it
    assert {one["hashed_secret"] for one in added} <= beginnings
    assert sha1(new) in {one["hashed_secret"] for one in added}
    assert {("new.py", 1)} == {(one["filename"], one["line_number"]) for one in added}
    unchanged = Path(NAME).read_bytes()
    assert keyscan("baseline", "update", "--baseline", NAME)[0] == ExitCode.CLEAN
    assert unchanged == Path(NAME).read_bytes()


def test_audited_keys_are_accepted_whatever_the_label(
    keys: dict[str, str], keyscan: Keyscan
) -> None:
    """As by detect-secrets, whose labels only feed its statistics."""
    Path(NAME).write_text(detect_secrets("scan", "--no-verify")[1])
    labelled = document()
    for rows in labelled["results"].values():
        for row in rows:
            row["is_secret"] = rows is not labelled["results"]["a.py"]
    Path(NAME).write_text(json.dumps(labelled))
    report = json.loads(keyscan("--baseline", NAME, "--format", "json")[1])
    reasons = {
        one["locations"][0]["path"]: one["acceptance"]["reason"] for one in report["accepted"]
    }
    assert "audited: no secret" in reasons["a.py"]
    assert "audited: a real secret" in reasons["b.py"]
    assert report["findings"] == []


def test_a_key_that_detect_secrets_does_not_see_is_told(repo: Repo, keyscan: Keyscan) -> None:
    """Its hook would take the entry out again."""
    key = openai_key()
    repo.add("a.py", f"client = OpenAI(api_key='{key}')\n")
    code, said = keyscan("baseline", "create", "--baseline", NAME)
    assert code == ExitCode.FINDINGS
    assert "detect-secrets does not see these keys" in said
    assert key[-4:] in said
    assert document()["results"] == {}
    assert keyscan("baseline", "update", "a.py")[0] == ExitCode.USAGE
    assert keyscan("baseline", "create")[0] == ExitCode.CLEAN
    both = ("--baseline", NAME, "--baseline", ".keyscan-baseline.json")
    assert keyscan(*both)[0] == ExitCode.CLEAN


def test_a_key_is_accepted_only_in_the_files_that_list_it(
    repo: Repo, keys: dict[str, str], keyscan: Keyscan, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(NAME).write_text(detect_secrets("scan", "--no-verify")[1])
    monkeypatch.chdir("sub")
    assert keyscan("--baseline", f"../{NAME}", "d.env")[0] == ExitCode.CLEAN
    monkeypatch.chdir("..")
    assert keyscan("--baseline", NAME, "--staged")[0] == ExitCode.CLEAN
    repo.write("copy.py", SEEN["a.py"].format(keys["a.py"]))
    code, said = keyscan("--baseline", NAME, "-q")
    assert code == ExitCode.FINDINGS
    assert keys["a.py"][-4:] in said
    assert keys["b.py"][-4:] not in said


def test_a_baseline_of_detect_secrets_can_be_imported(
    keys: dict[str, str], keyscan: Keyscan
) -> None:
    Path(NAME).write_text(detect_secrets("scan", "--no-verify")[1])
    code, said = keyscan("baseline", "import", NAME)
    assert code == ExitCode.CLEAN
    assert "newly accepted in .keyscan-baseline.json: 4" in said
    Path(NAME).unlink()
    assert keyscan()[0] == ExitCode.CLEAN


@pytest.mark.parametrize(
    "text",
    [
        '{"results": [',
        '{"results": []}',
        '{"results": {"a.py": [{}]}}',
        '{"results": {"a.py": [{"hashed_secret": "abc"}]}}',
        '{"results": {"a.py": [{"hashed_secret": "' + "0" * 40 + '", "is_secret": "no"}]}}',
    ],
)
def test_a_broken_file_stops_the_run(repo: Repo, keyscan: Keyscan, text: str) -> None:
    repo.add("a.py", f"openai_key = '{openai_key()}'\n")
    repo.write(NAME, text)
    code, said = keyscan("--baseline", NAME)
    assert code == ExitCode.USAGE
    assert said.count("\n") == 1
    assert NAME in said


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        read(b'{"results":' + data, NAME, "/")


def found(key: str, *paths: str) -> Finding:
    report = scan([Blob(path, f"openai_key = '{key}'\n".encode()) for path in paths])
    (one,) = report.findings
    return one


def listing(path: str, text: str) -> bytes:
    row = {"type": "x", "filename": path, "hashed_secret": sha1(text)}
    return json.dumps({"results": {path: [row]}}).encode()


def test_the_hash_of_a_beginning_stands_for_the_key() -> None:
    """detect-secrets' own rule cuts keys with a dash in their second half."""
    key = openai_key()
    one, other = found(key, "a.py"), found(openai_key(), "a.py")
    for length, accepted in ((len(key), True), (60, True), (24, True), (23, False)):
        known = read(listing("a.py", key[:length]), NAME, ".")
        assert accepted == bool(known.acceptance(one))
        assert known.acceptance(other) is None


def test_a_windows_path_is_a_path() -> None:
    key = openai_key()
    known = read(listing("sub\\a.py", key), NAME, ".")
    assert known.acceptance(found(key, "sub/a.py"))


def test_no_entry_of_it_is_taken_for_a_key() -> None:
    """A hash beside a provider's name: the file is scanned like any other."""
    rows = [
        {"type": f"{name} Token", "filename": f"{name}/api_key.py", "hashed_secret": sha1(name)}
        for name in all_providers()
    ]
    results = {str(one["filename"]): [one] for one in rows}
    data = json.dumps({"version": "1.5.0", "plugins_used": [], "results": results}, indent=2)
    assert is_one(data.encode())
    assert scan([Blob(NAME, data.encode())]).findings == ()
