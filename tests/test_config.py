"""Settings: where they come from, in which order, what is refused, and what cannot hang."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

import keys
from keyscan import config_files, i18n, providers, sift
from keyscan.allowlist import Entry
from keyscan.commands.config import SCHEMA, _first
from keyscan.config import Loaded, load
from keyscan.config_files import LARGEST
from keyscan.errors import UsageError
from keyscan.model import Blob, Report
from keyscan.own_rules import PROVIDER_KEYS, RULE_KEYS
from keyscan.pipeline import scan
from keyscan.settings import CRITERIA, LANGUAGES, LEVELS, SETTINGS, Config
from repo import Repo
from unprivileged import open_folder, unprivileged

OWN = """
[providers.acme]
name = "Acme gateway"
keys = "https://gateway.acme.example/keys"
steps.en = ["Tell the platform team"]
steps.zh = ["告诉平台组"]
[[rules]]
id = "acme-gateway-key"
provider = "acme"
literal = "acme-"
pattern = "[A-Za-z0-9]{32}"
"""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings of this machine, and none of a test's for the next one."""
    for name in tuple(os.environ):
        if name.startswith("KEYSCAN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    yield
    providers.add((), ())
    sift.also(())
    i18n._chinese.clear()


def _own_file(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "home" / "keyscan" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def _refused(content: str | bytes, name: str = "keyscan.toml") -> str:
    raw = content if isinstance(content, bytes) else content.encode()
    Path(name).write_bytes(raw)
    with pytest.raises(UsageError) as caught:
        load()
    told = str(caught.value)
    assert told.isprintable()
    assert len(told) < 400
    return told


def test_without_anything_there_are_the_defaults(repo: Repo) -> None:
    assert load() == Loaded(Config(), root=str(repo.path))


def test_each_place_outranks_the_one_before(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def effective() -> tuple[str, str]:
        found = load()
        return found.config.fail_on, found.origin("fail-on")

    own = _own_file(tmp_path, 'fail-on = "note"')
    assert effective() == ("note", str(own))
    Path("keyscan.toml").write_text('fail-on = "any"')
    assert effective() == ("any", "keyscan.toml")
    Path("pyproject.toml").write_text('[tool.keyscan]\nfail-on = "live"')
    assert effective() == ("live", "pyproject.toml")
    monkeypatch.setenv("KEYSCAN_FAIL_ON", "note")
    assert effective() == ("note", "KEYSCAN_FAIL_ON")


def test_tables_of_several_files_hold_together(repo: Repo, tmp_path: Path) -> None:
    _own_file(tmp_path, '[[allow]]\nrule = "a"\nreason = "one"')
    Path("keyscan.toml").write_text('[[allow]]\nrule = "b"\nreason = "two"')
    Path("pyproject.toml").write_text('[[tool.keyscan.allow]]\nrule = "c"\nreason = "three"')
    found = load()

    assert [one.reason for one in found.config.allow] == ["one", "two", "three"]
    assert found.origin("allow").endswith("config.toml, keyscan.toml, pyproject.toml")


def test_a_pyproject_that_does_not_speak_of_us_is_not_read(repo: Repo) -> None:
    Path("pyproject.toml").write_bytes(b"[tool.other\n\xff")

    assert load().files == ()


@pytest.mark.parametrize("value", ["1", "true", "YES", "on"])
def test_a_variable_has_words_for_true(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("KEYSCAN_NO_IGNORE", value)
    assert load().config.no_ignore is True
    monkeypatch.setenv("KEYSCAN_NO_IGNORE", "off")
    assert load().config.no_ignore is False
    monkeypatch.setenv("KEYSCAN_NO_IGNORE", "")
    assert load().origin("no-ignore") == "default"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("KEYSCAN_FAILON", "did you mean KEYSCAN_FAIL_ON?"),
        ("KEYSCAN_PRAGMA", "did you mean KEYSCAN_PRAGMAS?"),
        ("KEYSCAN_NO_IGNORED", "did you mean KEYSCAN_NO_IGNORE?"),
    ],
)
def test_a_slip_in_a_variable_s_name_is_told(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(UsageError) as caught:
        load()
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "name", ["KEYSCAN_VERSION", "KEYSCAN_IMAGE_TAG", "KEYSCAN_CI_FAIL_ON", "KEYSCAN_LANG"]
)
def test_variables_of_others_are_left_alone(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "zh_CN.UTF-8")
    load()


WRONG = [
    ('fial-on = "any"', "keyscan.toml: fial-on: there is no such setting; did you mean fail-on?"),
    ('fail_on = "any"', "did you mean fail-on?"),
    ("zzz = 1", "there is no such setting; there are: fail-on, no-ignore"),
    ('fail-on = "life"', 'did you mean "live"?'),
    ("fail-on = 1", "must be one of: note, any, live"),
    ("no-ignore = 1", "must be true or false"),
    ("pragmas = []", "must be true or false"),
    ("baseline = 1", "must be text, or a list"),
    ("baseline = []", "must be text, or a list"),
    ('baseline = "../x"', "a file of this repository"),
    ('baseline = "/etc/x"', "a file of this repository"),
    ('baseline = "C:x"', "a file of this repository"),
    ("allow = 1", "must be a list of tables, each under [[allow]]"),
    ('[allow]\npath = "a"', "must be a list of tables, each under [[allow]]"),
    ('[[allow]]\nreason = "x"', "allow.1: needs one of: path, rule, provider, fingerprint"),
    ('[[allow]]\npath = "a"', "allow.1: needs a reason"),
    ('[[allow]]\npath = "a"\nreason = " "', "must be one line"),
    ('[[allow]]\npath = "a"\nreason = "a\\u001bb"', "must be one line"),
    ('[[allow]]\npath = "/"\nreason = "x"', "allow.1.path: this path means no file"),
    (f'[[allow]]\npath = {["a"] * 1001}\nreason = "x"', "allow: at most 1000 paths"),
    (f'[[allow]]\npath = "{"*a" * 21}"\nreason = "x"', "path: at most 20 wildcards in a path"),
    ('[[allow]]\npaht = "a"\nreason = "x"', "allow.1.paht: there is no such setting; did you mean"),
    ('[[allow]]\nfingerprint = "ab"\nreason = "x"', "must be the 32 digits"),
    ('[[allow]]\nrule = "a"\nreason = "x"\nexpires = "soon"', "must be a day such as"),
    ('[[allow]]\nrule = "a"\nreason = "x"\nexpires = 2027-01-31T00:00:00', "must be a day"),
    ('[[allow]]\nrule = "a"\nreason = "x"\nexpires = 7', "must be a day"),
    ("providers = []", "must be a table"),
    ("[providers.acme]", "providers.acme: needs name"),
    ('[providers.acme]\nname = "A"', "providers.acme: needs keys"),
    ('[providers.acme]\nname = "A"\nkeys = "x"', "must be a web address"),
    ('[providers.acme]\nname = "A"\nkeys = "https://u:p@x"', "must be a web address"),
    ("[providers.acme]\nname = 'A'\nkeys = 'https://x/\">'", "must be a web address"),
    ("[providers.acme]\nname = 'A'\nkeys = 'https://x/%a'", "must be a web address"),
    ('[providers.openai]\nname = "A"\nkeys = "https://x"', "a provider that keyscan knows"),
    ('[providers.unknown]\nname = "A"\nkeys = "https://x"', "a provider that keyscan knows"),
    ('[providers.Acme]\nname = "A"\nkeys = "https://x"', "an id has lower-case letters"),
    ('[providers.a]\nname = "A"\nkeys = "https://x"\nsteps.en = "x"', "must be a list"),
    ('[providers.a]\nname = "A"\nkeys = "https://x"\nsteps.fr = ["x"]', "there is no such setting"),
    (
        '[providers.a]\nname = "A"\nkeys = "https://x"\nsteps.en = ["x"]\nsteps.zh = ["x", "y"]',
        "needs as many steps in zh as in en",
    ),
    ("[[rules]]\nid = 'a-b'", "rules.1: needs provider"),
    (OWN.replace("acme-gateway-key", "other-key"), "rules.1.id: begins with its provider: acme-"),
    (OWN.replace('"acme-"', '"ab"'), "must be 3 to 40 visible ASCII characters"),
    (OWN.replace("{32}", "{3}"), "can match 3 characters; a key has at least 12"),
    (OWN.replace("{32}", "{32}*"), "rules.1.pattern: a repetition of a repetition"),
    (
        OWN.replace('provider = "acme"', 'provider = "openai"\nid = "openai-x"').replace(
            'id = "acme-gateway-key"\n', ""
        ),
        "provider must be one of your own",
    ),
    (
        OWN + OWN.partition("[[rules]]")[1] + OWN.partition("[[rules]]")[2],
        "has acme-gateway-key twice",
    ),
    (OWN + 'confidence = "sure"', "must be one of: high, medium, low"),
    ("verify = true", "a repository cannot set this: use the command line, KEYSCAN_VERIFY"),
    ('format = "sarif=x"', "a repository cannot set this"),
    ('lang = "zh"', "a repository cannot set this"),
    ('[endpoints]\nopenai = "https://x.example"', "a repository cannot say where keys are sent"),
    ("a = 1\nb = = 2", "cannot be read: no TOML (at line 2"),
    ("= 1", "cannot be read: no TOML"),
    (b"\xff\xfe", "cannot be read: it is not UTF-8"),
    (b"a = '\0'", "cannot be read: no TOML"),
]


@pytest.mark.parametrize(("content", "says"), WRONG)
def test_what_is_wrong_is_one_line_with_the_remedy(
    repo: Repo, content: str | bytes, says: str
) -> None:
    assert says in _refused(content)


def test_an_error_holds_no_key_and_nothing_long(repo: Repo) -> None:
    key = keys.openai_key()
    told = _refused(f'"{key}{"x" * 1000}\\u001b[31m" = 1')

    assert "\x1b" not in told
    shown = subprocess.run(
        [sys.executable, "-m", "keyscan"], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 2
    assert key not in shown.stderr
    assert key[:20] not in shown.stderr
    assert shown.stderr.count("\n") == 1


BOMBS = {
    "arrays": "a = " + "[" * 100_000,
    "tables": "a = " + "{a=" * 40_000,
    "dotted": ".".join("a" * 120_000) + " = 1",
    "headers": "[" + ".".join("a" * 120_000) + "]",
    "many headers": "".join(f"[a{n}.b]\n" for n in range(20_000)),
    "dotted in one table": "".join(f"a.b{n}.c = 1\n" for n in range(15_000)),
    "digits": "a = " + "9" * 200_000,
    "string": 'a = "' + "\\u0041" * 40_000,
    "quotes": '"' * 200_000,
    "open": "a = '''" + "'" * 200_000,
    "comments": "#" * 200_000,
    "whitespace": "a" + " " * 200_000,
    "arrays of arrays": "a = [" + "[]," * 60_000 + "]",
}


@pytest.mark.parametrize("name", BOMBS)
def test_content_made_to_cost_much_is_refused_in_time(repo: Repo, name: str) -> None:
    started = time.process_time()
    if name == "comments":
        Path("keyscan.toml").write_text(BOMBS[name])
        load()
    else:
        _refused(BOMBS[name])
    assert time.process_time() - started < 10


def test_a_huge_file_is_refused_unread(repo: Repo) -> None:
    assert "larger than 256 KiB" in _refused(b"#" * (LARGEST + 1))


def test_a_huge_pyproject_that_is_not_ours_is_no_matter(repo: Repo) -> None:
    Path("pyproject.toml").write_bytes(b"#" * (LARGEST + 1))
    load()


@pytest.mark.skipif(os.name == "nt", reason="no devices and FIFOs there")
@pytest.mark.parametrize("name", ["keyscan.toml", "pyproject.toml"])
def test_a_link_to_an_endless_device_is_refused(repo: Repo, name: str) -> None:
    Path(name).symlink_to("/dev/zero")
    with pytest.raises(UsageError, match="it is no regular file"):
        load()
    Path(name).unlink()
    os.mkfifo(name)
    with pytest.raises(UsageError, match="it is no regular file"):
        load()
    assert config_files.own_rules_possible() is True


def test_a_link_to_nothing_and_a_folder_are_refused(repo: Repo) -> None:
    Path("keyscan.toml").symlink_to("nowhere")
    with pytest.raises(UsageError, match="no such file"):
        load()
    Path("keyscan.toml").unlink()
    Path("keyscan.toml").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        load()


def test_a_file_that_may_not_be_read_is_refused() -> None:
    def told() -> str:
        try:
            load(str(folder))
        except UsageError as error:
            return str(error)
        return ""

    with open_folder() as folder:
        (folder / "keyscan.toml").write_text("")
        (folder / "keyscan.toml").chmod(0)
        assert "cannot be read: Permission denied" in unprivileged(told)


@given(st.binary(max_size=300))
def test_any_bytes_are_settings_or_one_line(data: bytes) -> None:
    from keyscan.config import _read

    name = f"{os.environ['XDG_CONFIG_HOME']}.toml"
    Path(name).write_bytes(data)
    told = ""
    try:
        _read(name, required=True)
    except UsageError as error:
        told = str(error)
    assert told.isprintable()


def test_the_top_level_counts_from_wherever_in_the_repository(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("keyscan.toml").write_text('fail-on = "note"')
    below = repo.path / "a" / "b"
    below.mkdir(parents=True)
    (below / "keyscan.toml").write_text('fail-on = "live"')
    monkeypatch.chdir(below)

    assert load().config.fail_on == "note"
    assert load(str(repo.path / "a")).root == str(repo.path)


def test_elsewhere_it_is_the_nearest_up_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keyscan.toml").write_text('fail-on = "note"')
    here = tmp_path / "here"
    (here / "sub").mkdir(parents=True)
    monkeypatch.chdir(here)
    assert load("sub").config.fail_on == "any"  # what stands above may be a stranger's: /tmp
    (here / "keyscan.toml").write_text('fail-on = "live"')
    assert load("sub").config.fail_on == "live"
    assert load(str(tmp_path)).config.fail_on == "note"


def test_the_named_file_stands_for_the_repository_s(repo: Repo, tmp_path: Path) -> None:
    Path("keyscan.toml").write_text('fail-on = "note"')
    other = tmp_path / "other.toml"
    other.write_text('fail-on = "live"')
    found = load(file=str(other))

    assert (found.config.fail_on, found.root) == ("live", str(repo.path))
    assert load(repository=False).config.fail_on == "any"
    with pytest.raises(UsageError, match="no such file"):
        load(file="nowhere.toml")
    other.write_text("verify = true")
    with pytest.raises(UsageError, match="a repository cannot set this"):
        load(file=str(other))


def test_one_s_own_file_may_say_where_keys_are_sent(repo: Repo, tmp_path: Path) -> None:
    _own_file(tmp_path, 'verify = true\nlang = "zh"\n[endpoints]\nopenai = "https://x.example"')

    assert load().config.endpoints == (("openai", "https://x.example"),)
    assert load().config.verify is True


def _found(loaded: Loaded, path: str, key: str) -> Report:
    return scan([Blob(path, f"key = '{key}'\n".encode())], loaded.policy())


def _reasons(loaded: Loaded, path: str, key: str) -> list[str]:
    return [one.reason for one in _found(loaded, path, key).suppressed]


CRITERION = [
    'path = "tests/"',
    'path = ["*", "!src/"]',
    'rule = "openai-project-key"',
    'provider = "openai"',
    'fingerprint = "{fingerprint}"',
    'path = "tests/"\nprovider = "openai"',
]


@pytest.mark.parametrize("criterion", CRITERION)
def test_an_entry_suppresses_what_it_means_with_its_reason(repo: Repo, criterion: str) -> None:
    key = keys.openai_key()
    mark = scan([Blob("a", key.encode())]).findings[0].secret.fingerprint
    entry = criterion.replace("{fingerprint}", mark)
    Path("keyscan.toml").write_text(f'[[allow]]\n{entry}\nreason = "made up"')
    report = _found(load(), "tests/a.py", key)
    other = keys.PROVIDER_FORMS["groq-api-key"]()

    assert report.findings == ()
    assert [(one.reason, one.detail) for one in report.suppressed] == [
        ("allowlist", "made up (keyscan.toml allow.1)")
    ]
    assert _reasons(load(), "src/a.py", other) == []


def test_all_criteria_of_an_entry_must_hold(repo: Repo) -> None:
    Path("keyscan.toml").write_text('[[allow]]\npath = "a/"\nprovider = "groq"\nreason = "x"')

    assert _reasons(load(), "a/b.py", keys.openai_key()) == []
    assert _reasons(load(), "b/b.py", keys.PROVIDER_FORMS["groq-api-key"]()) == []
    assert _reasons(load(), "a/b.py", keys.PROVIDER_FORMS["groq-api-key"]()) == ["allowlist"]


def test_paths_are_those_of_the_repository_from_wherever_the_scan_starts(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("keyscan.toml").write_text('[[allow]]\npath = "/sub/a.py"\nreason = "x"')
    (repo.path / "sub").mkdir()
    monkeypatch.chdir(repo.path / "sub")
    key = keys.openai_key()

    assert _reasons(load(), "a.py", key) == ["allowlist"]
    assert _reasons(load(), "../sub/a.py", key) == ["allowlist"]
    assert _reasons(load(), str(repo.path / "sub" / "a.py"), key) == ["allowlist"]
    assert _reasons(load(), "a.py!inner", key) == ["allowlist"]
    assert _reasons(load(), "../a.py", key) == []
    assert _reasons(load(), "/elsewhere/sub/a.py", key) == []
    for source in ("index", "history"):
        blob = Blob("sub/a.py", f"k = '{key}'".encode(), source)
        assert len(scan([blob], load().policy()).suppressed) == 1
    blob = Blob("sub/a.py", f"k = '{key}'".encode(), "stdin")
    assert scan([blob], load().policy()).suppressed == ()


def test_an_expired_entry_hides_nothing_and_is_told(repo: Repo) -> None:
    Path("keyscan.toml").write_text(
        '[[allow]]\npath = "a.py"\nreason = "x"\nexpires = 2020-02-29\n'
        '[[allow]]\npath = "b.py"\nreason = "x"\nexpires = "2999-12-31"\n'
    )
    loaded = load()
    report = _found(loaded, "a.py", keys.openai_key())

    assert len(report.findings) == 1
    (told,) = map(str, report.notices)
    assert told.startswith("keyscan.toml allow.1 expired on 2020-02-29: sk-proj-...")
    assert _found(loaded, "c.py", keys.openai_key()).notices == ()
    assert _reasons(loaded, "b.py", keys.openai_key()) == ["allowlist"]


def test_an_entry_holds_on_its_last_day(repo: Repo) -> None:
    entry = Entry("x", provider="openai", expires="2026-11-22")
    policy = replace(load().policy(), allow=(entry,), today="2026-11-22")
    blobs = [Blob("a", keys.openai_key().encode())]

    assert len(scan(blobs, policy).suppressed) == 1
    assert len(scan(blobs, replace(policy, today="2026-11-23")).findings) == 1


def _run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keyscan", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **env},
    )


def _own_key() -> str:
    return "acme-" + secrets.token_hex(16)


def _reported(*args: str) -> list[dict[str, Any]]:
    done = _run(*args, "--format", "json")
    assert done.returncode == 1, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


@pytest.mark.parametrize("hide", ["plain", "utf-16", "base64"])
def test_a_key_of_one_s_own_is_found(repo: Repo, hide: str) -> None:
    import base64

    text = f"ACME_KEY={_own_key()}"
    data = {
        "plain": text.encode(),
        "utf-16": text.encode("utf-16"),
        "base64": base64.b64encode(f"some text before it, {text}".encode()),
    }[hide]
    Path("keyscan.toml").write_text(OWN, encoding="utf-8")
    Path("a.env").write_bytes(data)
    (one,) = _reported("scan", "a.env")

    assert (one["rule"], one["provider"]) == ("acme-gateway-key", "acme")
    assert one["redacted"].startswith("acme-...")
    assert one["rotation"]["url"] == "https://gateway.acme.example/keys"
    assert "Tell the platform team" in one["rotation"]["steps"]
    assert "告诉平台组" in _run("scan", "a.env", "--lang", "zh").stdout


def test_the_history_is_read_again_when_a_rule_is_new(repo: Repo) -> None:
    repo.commit(a=f"key = '{_own_key()}'\n")
    assert _run("history").returncode == 0
    assert _run("history").returncode == 0
    Path("keyscan.toml").write_text(OWN, encoding="utf-8")
    (one,) = _reported("history")
    assert one["provider"] == "acme"
    Path("keyscan.toml").write_text(OWN.replace("{32}", "{40}"), encoding="utf-8")
    assert _run("history").returncode == 0


def test_hooks_find_it_and_so_does_the_fast_one(repo: Repo) -> None:
    repo.commit(a="one\n")
    repo.add("b.py", f"key = '{_own_key()}'\n")
    fast = [sys.executable, "-c", "from keyscan.hook_entry import main; main()"]
    assert subprocess.run(fast, check=False).returncode == 0
    Path("keyscan.toml").write_text(OWN, encoding="utf-8")
    done = subprocess.run(fast, check=False, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, "acme-..." in done.stdout) == (1, True)
    assert _run("hook", "pre-commit").returncode == 1
    Path("keyscan.toml").unlink()
    Path("pyproject.toml").write_text(
        OWN.replace("[providers", "[tool.keyscan.providers").replace(
            "[[rules", "[[tool.keyscan.rules"
        ),
        encoding="utf-8",
    )
    assert subprocess.run(fast, check=False, stdout=subprocess.DEVNULL).returncode == 1


def test_the_fast_hook_stays_fast_where_there_is_only_an_allowlist(repo: Repo) -> None:
    assert config_files.own_rules_possible() is False
    Path("keyscan.toml").write_text('[[allow]]\npath = "a"\nreason = "x"')
    assert config_files.own_rules_possible() is False
    Path("keyscan.toml").write_text(OWN, encoding="utf-8")
    assert config_files.own_rules_possible() is True


def test_a_vendor_s_key_stays_the_vendor_s(repo: Repo) -> None:
    Path("keyscan.toml").write_text(
        OWN.replace('"acme-"', '"sk-"').replace("{32}", "{12,}").replace("9]", "9_-]"),
        encoding="utf-8",
    )
    for form in ("legacy", "proj-74", "svcacct-58"):
        Path("a.py").write_text(f"key = '{keys.openai_key(form)}'\n")
        (one,) = _reported("scan", "a.py")
        assert one["provider"] == "openai"
    Path("a.py").write_text(f"key = 'sk-{keys.alnum(22)}'\n")
    (one,) = _reported("scan", "a.py")
    assert one["provider"] == "acme"


def test_a_verification_never_sends_it_without_an_address_of_the_user_s(repo: Repo) -> None:
    Path("keyscan.toml").write_text(OWN, encoding="utf-8")
    Path("a.py").write_text(f"key = '{_own_key()}'\n")
    done = _run("scan", "a.py", "--verify", "--format", "json")
    (one,) = json.loads(done.stdout)["findings"]

    assert one["verdict"]["liveness"] == "unchecked"


@pytest.mark.parametrize("own_file", [True, False])
def test_an_address_of_the_user_s_is_asked_as_gateways_are(
    repo: Repo, tmp_path: Path, httpserver: HTTPServer, own_file: bool
) -> None:
    key = _own_key()
    headers = {"Authorization": f"Bearer {key}"}
    httpserver.expect_request("/v1/models", headers=headers).respond_with_json(
        {"object": "list", "data": []}
    )
    address = httpserver.url_for("").rstrip("/")
    Path("keyscan.toml").write_text(OWN, encoding="utf-8")
    Path("a.py").write_text(f"key = '{key}'\n")
    options = [] if own_file else ["--endpoint", f"acme={address}"]
    if own_file:
        _own_file(tmp_path, f'[endpoints]\nacme = "{address}"')
    (one,) = _reported("scan", "a.py", "--verify", *options)

    assert one["verdict"]["liveness"] == "live"


def test_own_literals_cost_no_more_than_looking(repo: Repo) -> None:
    Path("keyscan.toml").write_text(
        OWN.replace("[A-Za-z0-9]{32}", "(?:[a-z-]+|[a-z]*-)*[0-9]{12}"), encoding="utf-8"
    )
    loaded = load()
    started = time.process_time()
    scan([Blob("a", b"acme-" * 20_000)], loaded.policy())

    assert time.process_time() - started < 30


def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def test_the_schema_and_the_table_name_the_same_settings() -> None:
    schema = _schema()
    user = schema["definitions"]["user"]["properties"]

    assert {one.name for one in SETTINGS if not one.own} == set(schema["properties"])
    assert {one.name for one in SETTINGS if one.own} == set(user)
    assert {one.field for one in SETTINGS} == {one.name for one in fields(Config)}
    assert len(SETTINGS) == len({one.name for one in SETTINGS})


def test_the_schema_s_details_are_those_of_the_program() -> None:
    schema, parts = _schema(), _schema()["definitions"]
    entry = {one.name for one in fields(Entry)} - {"origin"}

    assert set(parts["allow"]["properties"]) == entry == {*CRITERIA, "reason", "expires"}
    assert set(parts["provider"]["properties"]) == set(PROVIDER_KEYS)
    assert set(parts["rule"]["properties"]) == set(RULE_KEYS)
    assert set(schema["properties"]["fail-on"]["enum"]) == set(LEVELS)
    assert set(parts["user"]["properties"]["lang"]["enum"]) == set(LANGUAGES)
    for name, one in {**schema["properties"], **parts["user"]["properties"]}.items():
        default = getattr(Config(), name.replace("-", "_"))
        told = one.get("default", () if default == () else "")
        assert default == ((told,) if name == "format" else told)
    jsonschema.Draft7Validator.check_schema(schema)


@pytest.mark.parametrize(
    "page",
    [
        "https://x",
        "http://gateway.acme.example:8080",
        "https://x/a/(b)?c=d%20e&f=g;h#i/j?k",
        "https://x?a#",
    ],
)
def test_a_page_can_be_any_web_address(repo: Repo, page: str) -> None:
    import tomllib

    content = f"[providers.acme]\nname = 'A'\nkeys = {json.dumps(page)}"
    Path("keyscan.toml").write_text(content, encoding="utf-8")
    jsonschema.Draft7Validator(_schema()).validate(_plain(tomllib.loads(content)))

    assert load().config.providers[0].keys == page


def _plain(value: Any) -> Any:
    """TOML's values as JSON has them: a date is text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool) else str(value)


def test_the_first_file_s_examples_hold_and_fit_the_schema(repo: Repo) -> None:
    import re
    import tomllib

    content = re.sub(r"(?m)^# (?=\[|[\w.-]+ = )", "", _first("./schema.json"))
    Path("keyscan.toml").write_text(content, encoding="utf-8")
    loaded = load()
    jsonschema.Draft7Validator(_schema()).validate(_plain(tomllib.loads(content)))

    assert content.startswith("#:schema ./schema.json\n")
    assert {one.name for one in SETTINGS} > set(dict(loaded.origins))
    assert [one.provider for one in loaded.config.rules] == ["acme"]


SCHEMA_SEES = [one for one in WRONG if isinstance(one[0], str) and "cannot be read" not in one[1]]
BEYOND_SCHEMA = (  # what no schema can say, or what an editor need not know
    *("this path means no file", "a file of this repository", "a provider that keyscan knows"),
    *("at most 1000 paths", "at most 20 wildcards"),
    *("begins with its provider", "can match", "a repetition of", "must be one of your own"),
    *("twice", "as many steps", "must be one line"),
    "must be a day such as",
)


@pytest.mark.parametrize(("content", "says"), SCHEMA_SEES)
def test_what_the_program_refuses_the_schema_refuses(content: str, says: str) -> None:
    import tomllib

    document = _plain(tomllib.loads(content))
    if not any(one in says for one in BEYOND_SCHEMA):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft7Validator(_schema()).validate(document)


def test_the_root_folder_is_above_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's steps often run there; the search for a configuration must end."""
    monkeypatch.chdir(os.sep)
    assert config_files.root_of(str(tmp_path)) == str(tmp_path)
    assert config_files.root_of() == os.sep
