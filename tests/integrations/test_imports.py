"""Reports and ignore files of other scanners become entries of the baseline."""

import contextlib
import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import openai_key
from keyscan.errors import UsageError
from keyscan.integrations.imports import Reported, read
from keyscan.integrations.translate import Translated, translated
from keyscan.model import Finding
from parts import scanner
from repo import Repo

COMMIT = "0123456789" * 4
DIGEST = "ab" * 32


def gitleaks(**changed: object) -> dict[str, object]:
    """A finding of gitleaks 8."""
    own = {"RuleID": "openai-api-key", "StartLine": 2, "File": "a.py", "Commit": ""}
    return {**own, "Secret": "REDACTED", "Fingerprint": "a.py:openai-api-key:2", **changed}


def betterleaks(**attributes: str) -> dict[str, object]:
    """A finding of betterleaks 2."""
    return {
        "rule_id": "openai-api-key",
        "match": {"full": "REDACTED'", "value": "REDACTED", "fingerprint": DIGEST},
        "attributes": attributes,
        "location": {"path": "a.py", "start_line": 2},
    }


def kingfisher(**more: object) -> dict[str, object]:
    """A finding of kingfisher 2."""
    place = {"snippet": "[REDACTED:0a383a86]", "line": 2, "path": "./a.py", **more}
    return {"rule": {"id": "openai"}, "finding": place}


HERE, THERE = Reported("a.py", 2), Reported("a.py", 2, COMMIT)
OF_GIT = {"commit": {"id": COMMIT}, "file": {"path": "a.py"}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], ()),
        ([gitleaks()], (HERE,)),
        ([gitleaks(Commit=COMMIT)], (THERE,)),
        ([gitleaks(Commit="--output=x")], (HERE,)),
        ([gitleaks(Secret="abc...")], (HERE,)),
        ([gitleaks(Secret="abcdef")], (HERE._replace(text="abcdef"),)),
        ({"findings": [betterleaks()]}, (HERE._replace(digest=DIGEST),)),
        ({"findings": [betterleaks(**{"git.sha": COMMIT})]}, (THERE._replace(digest=DIGEST),)),
        ({"findings": [kingfisher()], "metadata": {}}, (HERE,)),
        ({"findings": [kingfisher(git_metadata=OF_GIT)]}, (THERE,)),
    ],
)
def test_a_json_report_is_read(document: object, expected: tuple[Reported, ...]) -> None:
    assert expected == read(json.dumps(document, indent=1).encode(), "report")


def test_json_lines_are_read() -> None:
    lines = [{"schema_version": "1", "finding": betterleaks()}, kingfisher(), {"scan": {}}]
    data = "".join(json.dumps(one) + "\n" for one in lines).encode()
    assert (HERE._replace(digest=DIGEST), HERE) == read(data, "report")


def test_an_ignore_file_is_read() -> None:
    text = (
        f"# why\n\na.py:openai-api-key:2\n{COMMIT}:a.py:openai-api-key:2\nC:/a:b:r-x:7\n{DIGEST}\n"
    )
    last = Reported("", 0, digest=DIGEST)
    assert (HERE, THERE, Reported("C:/a:b", 7), last) == read(text.encode(), ".gitleaksignore")


@pytest.mark.parametrize(
    "text",
    ["nonsense", "{}", '{"findings": [{}]}', "[1]", "[[", '{"findings": 3}', "a.py:2", "\0"],
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no report that keyscan knows"):
        read(text.encode(), "report")


@given(st.binary(max_size=200) | st.text(alphabet='[]{}":,afindgs 1\n').map(str.encode))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        read(data, "report")


def test_a_key_in_a_report_is_not_shown() -> None:
    key = openai_key()
    assert key[8:20] not in repr(Reported("a.py", 1, text=key))


def nothing() -> tuple[Finding, ...]:
    raise AssertionError("nobody asked for all keys")


def keys_of(done: Translated) -> list[str]:
    return [one.secret.prefix + one.secret.body for one in done.findings]


def line(key: str) -> str:
    return f"openai_key = '{key}'\n"


def test_a_place_becomes_the_key_that_stands_there(repo: Repo) -> None:
    one, two = openai_key(), openai_key()
    repo.write("a.py", line(one) + line(two))
    done = translated(
        [Reported("a.py", 2), Reported("a.py", 3), Reported("no.py", 1)], ".", nothing
    )
    assert [two] == keys_of(done)
    assert (Reported("a.py", 3), Reported("no.py", 1)) == done.missed


def test_a_place_in_a_commit_is_looked_up_there(repo: Repo) -> None:
    old, new = openai_key(), openai_key()
    repo.add("a.py", line(old))
    commit = repo.commit()
    repo.add("a.py", line(new))
    repo.commit()
    assert [old] == keys_of(translated([Reported("a.py", 1, commit)], ".", nothing))


def test_the_key_decides_where_the_report_has_it_or_its_hash(repo: Repo) -> None:
    """The lines have moved since: the place alone would accept another key."""
    meant, other = openai_key(), openai_key()
    repo.write("a.py", line(other) + line(meant))
    digest = hashlib.sha256(meant.encode()).hexdigest()
    for one in (
        Reported("a.py", 1, text=meant),
        Reported("a.py", 1, text=meant[:-20]),
        Reported("a.py", 1, digest=digest),
        Reported("gone.py", 1, text=meant),
    ):
        assert [meant] == keys_of(translated([one], ".", nothing))
    assert keys_of(translated([Reported("a.py", 1, digest=DIGEST)], ".", nothing)) == []


def test_a_hash_without_a_place_is_looked_for_everywhere(repo: Repo) -> None:
    key = openai_key()
    repo.write("a.py", line(key))
    whole = translated([Reported("a.py", 1)], ".", nothing).findings
    digest = hashlib.sha256(key.encode()).hexdigest()
    assert [key] == keys_of(translated([Reported("", 0, digest=digest)], ".", lambda: whole))


def run(*words: str) -> None:
    """A scanner that may exit 1 or 200 because it found something, but not fail otherwise."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 200), done.stderr


@pytest.fixture
def leaked(repo: Repo) -> tuple[str, str]:
    """A key that is there, and one that only the history has."""
    there, gone = openai_key(), openai_key()
    repo.add("sub/old.py", "\n" + line(gone))
    repo.commit()
    repo.git("rm", "-q", "sub/old.py")
    repo.add("sub/a.py", "\n\n" + line(there))
    repo.commit()
    return there, gone


@pytest.mark.external
@pytest.mark.parametrize("redacted", [(), ("--redact",)])
def test_what_gitleaks_reports(leaked: tuple[str, str], redacted: tuple[str, ...]) -> None:
    there, gone = leaked
    program = scanner("gitleaks", "nogoo9")
    for command, expected in (("dir", {there}), ("git", {there, gone})):
        run(program, command, ".", "--no-banner", "-f", "json", "-r", "out.json", *redacted)
        done = translated(read(Path("out.json").read_bytes(), "out.json"), ".", nothing)
        assert expected == set(keys_of(done))
        assert done.missed == ()
        Path("out.json").unlink()


@pytest.mark.external
def test_what_gitleaks_ignores(leaked: tuple[str, str]) -> None:
    there, gone = leaked
    program = scanner("gitleaks", "nogoo9")
    run(program, "git", ".", "-f", "json", "-r", "out.json")
    marks = [one["Fingerprint"] for one in json.loads(Path("out.json").read_bytes())]
    Path("out.json").unlink()
    Path(".gitleaksignore").write_text("".join(f"{one}\n" for one in marks))
    assert subprocess.run([program, "git", "."], capture_output=True, check=False).returncode == 0
    done = translated(read(Path(".gitleaksignore").read_bytes(), "x"), ".", nothing)
    assert {there, gone} == set(keys_of(done))


@pytest.mark.external
@pytest.mark.parametrize("redacted", [(), ("--redact",)])
@pytest.mark.parametrize("name", ["out.json", "out.jsonl"])
def test_what_betterleaks_reports(
    leaked: tuple[str, str], tmp_path: Path, name: str, redacted: tuple[str, ...]
) -> None:
    there, gone = leaked
    program, out = scanner("betterleaks", "betterleaks"), tmp_path / name
    for command, expected in (("filesystem", {there}), ("git", {there, gone})):
        run(program, command, ".", "--no-banner", "-o", str(out), *redacted)
        done = translated(read(out.read_bytes(), name), ".", nothing)
        assert expected == set(keys_of(done))
        assert done.missed == ()


@pytest.mark.external
def test_what_betterleaks_ignores(leaked: tuple[str, str], tmp_path: Path) -> None:
    there, _ = leaked
    program, ignored = scanner("betterleaks", "betterleaks"), tmp_path / "ignored"
    mark = subprocess.run(
        [program, "fingerprint"], input=there.encode(), capture_output=True, check=True
    )
    ignored.write_bytes(mark.stdout.strip() + b"\n")
    words = [program, "filesystem", ".", "--ignore-file", str(ignored)]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    whole = translated([Reported("sub/a.py", 3)], ".", nothing).findings
    done = translated(read(ignored.read_bytes(), "ignored"), ".", lambda: whole)
    assert [there] == keys_of(done)


@pytest.mark.external
@pytest.mark.parametrize("redacted", [(), ("--redact",)])
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_what_kingfisher_reports(
    leaked: tuple[str, str], tmp_path: Path, form: str, redacted: tuple[str, ...]
) -> None:
    program, out = scanner("kingfisher", "betterleaks"), tmp_path / f"out.{form}"
    options = ("--no-validate", "--no-update-check", "--format", form, "-o", str(out), *redacted)
    run(program, "scan", ".", *options)
    done = translated(read(out.read_bytes(), "out"), ".", nothing)
    assert set(leaked) == set(keys_of(done))
    assert done.missed == ()
