"""keyscan's rules as a plugin of the real detect-secrets, run as its users run it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from keys import NAMED_FORMS, OPENAI_FORMS, PROVIDER_FORMS, hexes, openai_key, uuid4
from repo import Repo

FILTERS = "detect_secrets.filters.heuristic."
INDIRECT, UUID = f"{FILTERS}is_indirect_reference", f"{FILTERS}is_potential_uuid"
TYPE = "keyscan: OpenAI-style API key"
# detect-secrets' own command, in a process that cannot reach anything and says if it tried.
GUARDED = """
import socket, sys
def refuse(self, address):
    print("CONNECTS", file=sys.stderr)
    raise OSError("no network here")
socket.socket.connect = refuse
from detect_secrets.main import main
sys.exit(main(sys.argv[1:]))
"""


def plugin() -> str:
    """The file, as the documentation says to find it."""
    call = [sys.executable, "-m", "keyscan.integrations.detect_secrets"]
    return subprocess.run(call, capture_output=True, text=True, check=True).stdout.strip()


def scanned(folder: Path, *options: str) -> dict[str, set[tuple[int, str]]]:
    """File → (line, hash) of what the plugin found, by the real program."""
    call = [sys.executable, "-c", GUARDED, "scan", "--all-files", "-p", plugin(), *options, "."]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=True)
    assert "CONNECTS" not in done.stderr
    results = json.loads(done.stdout)["results"]
    return {
        file: {(one["line_number"], one["hashed_secret"]) for one in found if one["type"] == TYPE}
        for file, found in results.items()
    }


def sha1(key: str) -> str:
    return hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()


def disabled(*filters: str) -> list[str]:
    return [word for one in filters for word in ("--disable-filter", one)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], set[str]]:
    """A folder, the key of each of its files, and the files whose line is an assigned call."""
    folder = tmp_path_factory.mktemp("corpus")
    made = {f"openai-{form}": openai_key(form) for form in OPENAI_FORMS}
    made |= {rule: build() for rule, build in PROVIDER_FORMS.items() if rule not in made}
    found, calls = {}, set()
    for name, key in made.items():
        for kind, text in (("plain", f'"{key}",'), ("call", f'client = OpenAI(api_key="{key}")')):
            file = f"{name}-{kind}.py"
            (folder / file).write_text(f"import os\n\n{text}\n")
            found[file] = key
            if kind == "call" and len(text) <= 1000:  # what detect-secrets calls a long line
                calls.add(file)
    return folder, found, calls


@pytest.mark.parametrize("verification", [[], ["--no-verify"]], ids=["default", "no-verify"])
def test_every_form_is_found_whole_with_two_filters_disabled(
    corpus: tuple[Path, dict[str, str], set[str]], verification: list[str]
) -> None:
    folder, keys, _ = corpus

    found = scanned(folder, *verification, *disabled(INDIRECT, UUID))

    assert found == {file: {(3, sha1(key))} for file, key in keys.items()}


def test_the_default_filters_drop_the_main_idioms(
    corpus: tuple[Path, dict[str, str], set[str]],
) -> None:
    """If this fails, detect-secrets has become better: change the documentation."""
    folder, keys, calls = corpus
    found = scanned(folder, *disabled(UUID))

    assert {file for file in keys if not found.get(file)} == calls
    assert {f"openai-{form}-call.py" for form in OPENAI_FORMS} <= calls


def test_a_default_filter_takes_langfuse_keys_for_identifiers(
    corpus: tuple[Path, dict[str, str], set[str]],
) -> None:
    folder, keys, _ = corpus
    found = scanned(folder, *disabled(INDIRECT))

    missing = {file for file in keys if not found.get(file)}
    assert missing == {"langfuse-secret-key-plain.py", "langfuse-secret-key-call.py"}


def test_every_filter_that_the_documentation_names_exists() -> None:
    from detect_secrets.filters import heuristic

    import keyscan.integrations.detect_secrets as integration

    named = [
        word for word in (integration.__doc__ or "").replace("``", " ").split() if "is_" in word
    ]
    assert len(named) == 5
    assert all(hasattr(heuristic, word.rpartition(".")[2].lstrip("…")) for word in named)


def test_names_and_neighbours_within_five_lines_are_context(tmp_path: Path) -> None:
    refresh = NAMED_FORMS["chatgpt-refresh-token"]()
    text = json.dumps({"OPENAI_API_KEY": None, "tokens": {"refresh_token": refresh}}, indent=1)
    (tmp_path / "auth.json").write_text(text)

    found = scanned(tmp_path)

    line = text[: text.index(refresh)].count("\n") + 1
    assert found["auth.json"] == {(line, sha1(refresh))}


def test_disguises_of_one_line_are_read(tmp_path: Path) -> None:
    import base64

    key = openai_key()
    (tmp_path / "k8s.txt").write_text(f"key: {base64.b64encode(key.encode()).decode()}\n")

    assert scanned(tmp_path)["k8s.txt"] == {(1, sha1(key))}


def test_look_alikes_and_placeholders_are_nothing(tmp_path: Path) -> None:
    lines = (
        "OPENAI_API_KEY=sk-your-api-key-goes-here-please",
        'openai.api_key = "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
        'chatgpt.api_key = "your-key-here"',
        f"commit {hexes(40)}",
        f"request_id: req_{hexes(32)}",
        f"id: {uuid4()}",
    )
    (tmp_path / "a.py").write_text("\n".join(lines))

    assert not any(scanned(tmp_path, *disabled(INDIRECT, UUID)).values())


def test_its_hook_loads_the_plugin_from_the_baseline(tmp_path: Path) -> None:
    old, new = openai_key(), openai_key()
    repo = Repo(tmp_path)
    source = repo.add("a.py", f'KEY = "{old}"\n')
    call = [sys.executable, "-m", "detect_secrets", "scan", "--all-files", "-p", plugin(), "."]
    made = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=True)
    baseline = tmp_path / ".secrets.baseline"
    baseline.write_text(made.stdout)
    repo.git("add", baseline.name)
    code = (
        "from detect_secrets.pre_commit_hook import main; import sys; sys.exit(main(sys.argv[1:]))"
    )
    hook = [sys.executable, "-c", code, "--baseline", baseline.name, "a.py"]

    known = subprocess.run(hook, cwd=tmp_path, capture_output=True, text=True, check=False)
    source.write_text(f'KEY = "{old}"\nOTHER = "{new}"\n')
    added = subprocess.run(hook, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert known.returncode == 0, known.stdout
    assert added.returncode == 1
    assert TYPE in added.stdout
    assert new not in added.stdout + added.stderr


def test_one_string_is_judged_alone() -> None:
    key = openai_key()
    call = [sys.executable, "-m", "detect_secrets", "scan", "-p", plugin(), "--string", f"x={key}"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)

    (line,) = [one for one in done.stdout.splitlines() if "KeyscanDetector" in one]
    assert line.split()[2] == "True"
