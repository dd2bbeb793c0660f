"""The fast hook: whatever it lets pass, the full program must let pass, too."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import generate_literals
from keys import MARKER, OPENAI_FORMS, alnum, hexes, openai_key
from keyscan import _literals
from keyscan.decoders import literals
from keyscan.model import Blob, Report
from keyscan.pipeline import scan
from keyscan.providers import all_providers
from keyscan.sift import clean
from repo import Repo


def test_literals_are_those_of_the_providers_decoders_and_containers() -> None:
    expected = generate_literals.source()
    actual = generate_literals.PATH.read_text("utf-8")
    assert expected == actual, "run: python tests/generate_literals.py"


def test_every_literal_of_the_prefilter_is_looked_for() -> None:
    known = {*_literals.LITERALS, *_literals.PREFIXES, *_literals.NAMES}
    assert set() == set(literals()) - known


def _says_nothing(report: Report) -> bool:
    return not (report.findings or report.suppressed or report.gaps)


# Building blocks of texts in which a key, a piece of one, or nothing at all may stand.
_PIECES = st.sampled_from(
    [
        *(one.decode("latin-1") for one in (*_literals.LITERALS, *_literals.PREFIXES)),
        *(rule.prefix for one in all_providers().values() for rule in one.rules if rule.prefix),
        *("openai.api_key", "OPENAI_API_KEY", "apiKey", "api-key", "X-Api-Key", "cohere.Client"),
        *("ZHIPU_API_KEY", "MISTRAL_KEY", "ARK_API_KEY", "Authorization: Bearer ", "llm"),
        *('"', "'", "`", "&quot;", "%22", '\\"', "=", ": ", " = ", "(", ")", ", ", "\n", " ", "\t"),
        *(
            ": str",
            " + ",
            "your-",
            "paste here",
            "<key>",
            "...",
            "xxxx",
            "你的密钥",
            "value=",
            "</key>",
        ),
        *("os.environ.get(", "process.env.X || ", "<string>", "new Client(", "?", "#", "-", "_"),
    ]
)
_RANDOM = st.builds(
    lambda size, rng: alnum(size, rng), st.sampled_from([3, 8, 16, 20, 32, 40, 48]), st.randoms()
)
_HEX = st.builds(
    lambda rng: "".join(rng.choice("0123456789abcdef") for _ in range(32)), st.randoms()
)
_UUID = st.uuids().map(str)
_TEXT = st.lists(
    st.one_of(_PIECES, _PIECES, _PIECES, _RANDOM, _HEX, _UUID, st.text(max_size=6)), max_size=14
).map(lambda parts: "".join(parts).encode("utf-8", "replace"))


@settings(max_examples=1500, deadline=None)
@given(_TEXT)
def test_what_passes_the_fast_hook_passes_the_full_program(data: bytes) -> None:
    if clean(data):
        assert _says_nothing(scan([Blob("a.py", data)]))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_that_pass_the_fast_hook_pass_the_full_program(data: bytes) -> None:
    if clean(data):
        assert _says_nothing(scan([Blob("a", data)]))


@pytest.mark.parametrize("form", OPENAI_FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_no_key_passes(form: str, encoding: str) -> None:
    assert not clean(f"key = {openai_key(form)}\n".encode(encoding))


@pytest.mark.parametrize(
    "text",
    [
        f'api_key = "{alnum(32)}"',
        f"openai.api_key = (\n    '{alnum(24)}0'\n)",
        f"Authorization: Bearer {alnum(40)}",
        f'zhipu.api_key = "{hexes(32)}.{alnum(16)}"',
        'chatgpt.api_key = "你的API密钥"',
        'openai.api_key = "your-key"',
        'openai.api_key = "sk-..."',
        f'KEY = "sk-proj-" + "{alnum(20)}{MARKER}"',
    ],
)
def test_doubtful_text_goes_to_the_full_program(text: str) -> None:
    assert not clean(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "the task-force met, and the risk-free disk-image was made\n",
        "def call(api_key: str | None = None, *, timeout: float = 600) -> None:\n",
        'client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])\n',
        'headers = {"Authorization": f"Bearer {self.api_key}"}\n',
        "# " + "-" * 90 + "\n",
        "/" * 90 + "\n",
    ],
)
def test_ordinary_code_passes_without_the_full_program(text: str) -> None:
    assert clean(text.encode())


def _hook(*program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *program], capture_output=True, text=True, encoding="utf-8", check=False
    )


_FAST = ("-c", "from keyscan.hook_entry import main; main()")
_FULL = ("-m", "keyscan", "hook", "pre-commit")
_TELLING = (
    "-c",
    "import sys, keyscan.__main__ as m; m.main = lambda args: sys.exit(f'full {args}');"
    "from keyscan.hook_entry import main; main()",
)


def _hands_over() -> bool:
    return "full ['hook', 'pre-commit']" in _hook(*_TELLING).stderr


def test_a_clean_commit_needs_no_full_program(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add("b.py", "print('hello')\n")
    assert not _hands_over()
    done = _hook(*_FAST)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_many_files_pass_through_git_without_a_deadlock(repo: Repo) -> None:
    repo.commit(a="one\n")
    for number in range(300):
        repo.write(f"many/{number}.txt", f"{number}\n" * 3000)
    repo.git("add", "many")
    assert not _hands_over()


def test_a_commit_that_only_deletes_is_clean(repo: Repo) -> None:
    repo.commit(a="one\n", b="two\n")
    repo.git("rm", "-q", "a")
    assert not _hands_over()
    assert _hook(*_FULL).returncode == 0


def _no_head(repo: Repo) -> None:
    repo.add("a", "one\n")


def _nothing_staged(repo: Repo) -> None:
    repo.commit(a="one\n")


def _link(repo: Repo) -> None:
    repo.commit(a="one\n")
    os.symlink("a", repo.path / "link")
    repo.git("add", "link")


def _submodule(repo: Repo) -> None:
    head = repo.commit(a="one\n")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")


def _missing_object(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add("b", "two\n")
    oid = repo.git("rev-parse", ":b")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()


def _conflict(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.git("checkout", "-q", "-b", "other")
    repo.commit(a="two\n")
    repo.git("checkout", "-q", "main")
    repo.commit(a="three\n")
    repo.git("merge", "-q", "other", check=False)


def _corrupt_index(repo: Repo) -> None:
    repo.commit(a="one\n")
    (repo.path / ".git/index").write_bytes(b"nonsense")


def _large(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add("b", b"a line of words\n" * (17 << 16))


def _named_like_a_key(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add(f"notes-{openai_key()}.txt", "nothing")


def _utf16(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add("b", "words".encode("utf-16"))


@pytest.mark.parametrize(
    "doubt",
    [
        _no_head,
        _nothing_staged,
        _link,
        _submodule,
        _missing_object,
        _conflict,
        _corrupt_index,
        _large,
        _utf16,
        _named_like_a_key,
    ],
)
def test_in_doubt_the_full_program_decides(repo: Repo, doubt: Callable[[Repo], None]) -> None:
    doubt(repo)
    assert _hands_over()
    fast, full = _hook(*_FAST), _hook(*_FULL)
    told = [re.sub(r" [\d.]+ s$", "", one.stdout, flags=re.M) for one in (fast, full)]
    assert (full.returncode, told[1]) == (fast.returncode, told[0])
    assert "Traceback" not in fast.stderr


def test_outside_a_repository_the_full_program_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _hook(*_FAST)
    assert done.returncode == 2
    assert "not in a git repository" in done.stderr


def test_options_go_to_the_full_program(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add("b.py", "print('hello')\n")
    done = _hook(*_FAST, "--no-such-option")
    assert done.returncode == 2
    assert "--no-such-option" in done.stderr


def test_hostile_configuration_is_not_executed(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add("b.py", "print('hello')\n")
    repo.add(".gitattributes", "* diff=evil filter=evil\n")
    trap = f"touch {repo.path / 'executed'}"
    for name in ("core.fsmonitor", "diff.external", "diff.evil.textconv", "core.pager"):
        repo.git("config", name, trap)
    assert not _hands_over()
    assert not (repo.path / "executed").exists()
