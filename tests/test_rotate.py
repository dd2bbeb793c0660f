"""Rotation steps: the right page first, in an order that does no harm, for every provider."""

import pytest

from keyscan.model import Liveness, Location
from keyscan.provider import Provider
from keyscan.providers import all_providers
from keyscan.rotate import case_of, kinds_of, page_of, steps, steps_for
from reports import finding, note

OPENAI = all_providers()["openai"]


def told(provider: Provider, kind: str = "", liveness: Liveness = Liveness.LIVE) -> list[str]:
    """The steps in English."""
    answer = finding(liveness=liveness).verdict
    return [str(one) for one in steps(provider, kind, names=("A_KEY",), verdict=answer).steps]


def position(lines: list[str], words: str) -> int:
    """Which step holds these words."""
    return next(number for number, line in enumerate(lines) if words in line)


@pytest.mark.parametrize("kind", ["project", "service-account", "user", "admin", ""])
def test_openai_steps_come_in_the_order_that_does_no_harm(kind: str) -> None:
    lines = told(OPENAI, kind)
    order = [
        position(lines, words)
        for words in (
            "Open the API keys page of OpenAI",
            "Export the usage before",
            "already public, delete it at once",
            "least scope",
            "found as: A_KEY",
            "Delete the old key",
            "keyscan verify",
            "Look for use that is not yours",
            "automatic recharge",
            "does not undo the leak",
        )
    ]
    assert order == sorted(order)
    text = "\n".join(lines)
    assert "https://platform.openai.com/usage" in text
    assert "https://platform.openai.com/settings/organization/billing/overview" in text
    assert "A ChatGPT subscription has no API key" in text


def test_openai_kinds_differ_where_the_console_does() -> None:
    assert page_of(OPENAI, "project") == "https://platform.openai.com/api-keys"
    assert (
        page_of(OPENAI, "admin") == "https://platform.openai.com/settings/organization/admin-keys"
    )
    assert any("cannot be deleted singly" in one for one in told(OPENAI, "service-account"))
    assert any("audit log" in one for one in told(OPENAI, "admin"))
    assert any("belongs to one project" in one for one in told(OPENAI, "project"))
    assert not any("cannot be deleted singly" in one for one in told(OPENAI, "project"))


@pytest.mark.parametrize("liveness", [Liveness.UNKNOWN, Liveness.UNCHECKED, Liveness.LIVE])
def test_what_is_not_proven_dead_is_rotated(liveness: Liveness) -> None:
    assert told(OPENAI, "project", liveness) == told(OPENAI, "project")


def test_a_dead_key_is_not_replaced_but_its_use_is_looked_at() -> None:
    text = "\n".join(told(OPENAI, "project", Liveness.DEAD))
    assert "nothing is left to rotate" in text
    assert "https://platform.openai.com/usage" in text
    assert "Create a new key" not in text


def test_a_dormant_key_is_rotated_and_says_why() -> None:
    lines = told(OPENAI, "project", Liveness.DORMANT)
    assert "it can come back to life" in lines[0]
    assert lines[1:] == told(OPENAI, "project")


ALL = [(one, kind) for one in all_providers().values() for kind in ("", *kinds_of(one))]


@pytest.mark.parametrize(("provider", "kind"), ALL, ids=lambda one: getattr(one, "id", one))
def test_every_provider_and_kind_has_steps_from_a_page_on(provider: Provider, kind: str) -> None:
    found = steps(provider, kind)
    assert len(found.steps) >= 4
    assert len(found.steps) == len(set(found.steps))
    if provider.id == "unknown":
        assert found.url == ""
        assert "Find out who issued the key" in str(found.steps[0])
    else:
        assert found.url.startswith("https://")
        assert any(found.url in str(one) for one in found.steps)


def test_a_sign_in_is_signed_out_not_replaced() -> None:
    text = "\n".join(told(all_providers()["anthropic"], "oauth"))
    assert "Sign out of all devices" in text
    assert "Create a new key" not in text


def test_keys_that_cannot_be_asked_about_are_tried_by_hand() -> None:
    silent = next(one for one in all_providers().values() if not one.probes and one.pages.keys)
    assert any("Use the old key once" in one for one in told(silent, "api-key"))


LINES = [
    ("guide.py", 'chatgpt.api_key = os.environ["OPENAI_API_KEY"]'),
    ("nb.ipynb", 'chatgpt.api_key = os.environ["OPENAI_API_KEY"]'),
    ("a.ts", "chatgpt.api_key = process.env.OPENAI_API_KEY"),
    ("A.java", 'chatgpt.api_key = System.getenv("OPENAI_API_KEY");'),
    ("a.go", 'chatgpt.api_key = os.Getenv("OPENAI_API_KEY")'),
    ("a.rb", 'chatgpt.api_key = ENV.fetch("OPENAI_API_KEY")'),
    ("a.php", 'getenv("OPENAI_API_KEY");'),
    ("A.cs", 'chatgpt.api_key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");'),
    ("run.sh", ': "${OPENAI_API_KEY:?is not set}"'),
    ("x.zip!inner/guide.PY", 'chatgpt.api_key = os.environ["OPENAI_API_KEY"]'),
]


@pytest.mark.parametrize(("path", "line"), LINES)
def test_a_note_gives_the_line_to_write_instead(path: str, line: str) -> None:
    first = str(steps_for(note(path)).steps[0])
    assert first == f"A key is about to be pasted here; write instead: {line}"


def test_a_note_in_an_unknown_language_names_the_variable() -> None:
    found = steps_for(note("config.txt"))
    assert "environment variable OPENAI_API_KEY" in str(found.steps[0])
    assert found.url == "https://platform.openai.com/api-keys"
    assert any("ChatGPT subscription has no API key" in str(one) for one in found.steps)


def test_findings_of_one_kind_and_verdict_share_their_steps() -> None:
    one, other = finding(Location("a", 1, 1)), finding(Location("b", 2, 2), tail="abcd")
    assert case_of(one) == case_of(other)
    assert case_of(one) == case_of(finding(liveness=Liveness.LIVE))
    assert case_of(one) != case_of(finding(liveness=Liveness.DEAD))
    assert case_of(one) != case_of(finding(rule="openai-admin-key"))
