"""``keyscan rotate``: the steps without a scan."""

from collections.abc import Iterator

import pytest

from keyscan import i18n
from keyscan.__main__ import main
from keyscan.errors import ExitCode
from keyscan.providers import all_providers

KINDS = (
    "project, service-account, admin, user, unprefixed, chatgpt-session, chatgpt-refresh,"
    " codex-token, session, client-secret, webhook"
)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the machine speaks, and whatever the test before chose."""
    monkeypatch.setenv("KEYSCAN_LANG", "en")
    i18n.choose("")
    yield
    i18n.choose("")


def run(*args: str) -> int:
    """The exit code."""
    with pytest.raises(SystemExit) as stop:
        main(["rotate", *args])
    return int(stop.value.code or 0)


def test_the_steps_start_at_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("openai") == ExitCode.CLEAN
    told = capsys.readouterr()
    assert told.out.startswith(
        "OpenAI API key\n\n"
        " 1. Open the API keys page of OpenAI: https://platform.openai.com/api-keys\n"
    )
    assert told.out.endswith(f"steps for another kind of key: --kind {KINDS}\n")
    assert told.err == ""


def test_a_kind_has_its_own_page_and_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("OpenAI", "--kind", "admin") == ExitCode.CLEAN
    told = capsys.readouterr().out
    assert told.startswith("OpenAI admin key\n")
    assert "https://platform.openai.com/settings/organization/admin-keys" in told


def test_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("openai", "--lang", "zh") == ExitCode.CLEAN
    assert "打开 OpenAI 的 API 密钥页面：https://platform.openai.com/api-keys\n" in (
        capsys.readouterr().out
    )


def test_without_a_provider_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == ExitCode.CLEAN
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert listed == set(all_providers()) - {"unknown"}


@pytest.mark.parametrize("provider", all_providers())
def test_every_provider_has_steps(provider: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(provider) == ExitCode.CLEAN
    assert "does not undo the leak" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("opeani",), "no provider 'opeani'; did you mean openai?"),
        (("\x1b[31m",), "no provider '\\x1b[31m'; `keyscan rotate` lists the known ones"),
        (
            ("openai", "--kind", "adm"),
            f"OpenAI has no kind 'adm'; its kinds are: {KINDS}",
        ),
        (
            ("--kind", "admin"),
            "--kind needs a provider: keyscan rotate openai --kind admin",
        ),
    ],
)
def test_a_wrong_word_is_answered_with_a_right_one(
    args: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*args) == ExitCode.USAGE
    assert capsys.readouterr().err == f"keyscan: {line}\n"
