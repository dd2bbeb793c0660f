"""``keyscan verify`` as it is called: input, words, exit codes, and no key in any of them."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

import keys
from keyscan import i18n
from keyscan.__main__ import main

LIST = {"object": "list", "data": []}
DEAD = {"error": {"code": "invalid_api_key"}}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSCAN_LANG", "en")
    i18n.choose("")


class Run:
    """One call in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capfd = monkeypatch, capfd

    def __call__(self, *args: str, text: str = "") -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        self._monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(SystemExit) as stop:
            main(["verify", *args])
        out, err = self._capfd.readouterr()
        assert isinstance(stop.value.code, int)
        assert "Traceback" not in err
        return stop.value.code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capfd)


def endpoint(server: HTTPServer, provider: str = "openai") -> str:
    return f"--endpoint={provider}=http://127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (200, LIST, 1, "live [ok]"),
        (401, {"error": {"code": "account_deactivated"}}, 1, "dormant"),
        (401, DEAD, 0, "dead [invalid_key]"),
        (403, {}, 3, "unknown"),
    ],
)
def test_answers_and_exit_codes(
    httpserver: HTTPServer, run: Run, status: int, body: object, code: int, words: str
) -> None:
    """0 dead, 1 must be rotated, 3 could not be determined."""
    httpserver.expect_request("/v1/models").respond_with_json(body, status)
    key = keys.openai_key()
    for form in (key, f'  "{key}"\n', f"OPENAI_API_KEY={key}\n"):
        got, out, err = run(endpoint(httpserver), text=form)
        assert got == code
        assert out.startswith(f"sk-proj-...{key[-4:]}  OpenAI\n  {words}")
        assert "next: " in out
        assert key[8:20] not in out + err


def test_a_live_key_is_told_where_to_go(httpserver: HTTPServer, run: Run) -> None:
    """The next step, not only the bad news."""
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    _, out, _ = run("-", endpoint(httpserver), text=keys.openai_key())
    assert "https://platform.openai.com/api-keys" in out
    assert "keyscan rotate openai" in out


def test_several_keys(httpserver: HTTPServer, run: Run) -> None:
    """Each is asked about; the gravest answer is the exit code."""
    live, dead = keys.openai_key(), keys.openai_key("legacy")
    httpserver.expect_request(
        "/v1/models", headers={"Authorization": f"Bearer {live}"}
    ).respond_with_json(LIST)
    httpserver.expect_request("/v1/models").respond_with_json(DEAD, 401)
    code, out, _ = run(endpoint(httpserver), text=f"{live}\n{dead}\n{live}\n")
    assert code == 1
    assert [line for line in out.splitlines() if line.endswith("  OpenAI")] == [
        f"sk-proj-...{live[-4:]}  OpenAI",
        f"sk-...{dead[-4:]}  OpenAI",
    ]


def test_json(httpserver: HTTPServer, run: Run) -> None:
    """The same document as a scan's."""
    httpserver.expect_request("/v1/models").respond_with_json(DEAD, 401)
    code, out, _ = run("--format", "json", endpoint(httpserver), text=keys.openai_key())
    (found,) = json.loads(out)["findings"]
    assert code == 0
    assert found["verdict"]["liveness"] == "dead"
    assert found["verdict"]["reason"] == "invalid_key"
    assert found["verdict"]["checked_at"] != ""


def test_from_env(httpserver: HTTPServer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable's name is evidence of whose key it is."""
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    monkeypatch.setenv("MY_OPENAI_KEY", keys.openai_key())
    assert run("--from-env", "MY_OPENAI_KEY", endpoint(httpserver))[0] == 1


def test_provider_named_by_the_user(httpserver: HTTPServer, run: Run) -> None:
    """A shape that several vendors share is asked about at the one that the user names."""
    key = "sk-" + keys.hexes(32)
    code, out, _ = run(text=key)
    assert (code, httpserver.log) == (3, [])
    assert "issuer unknown" in out
    httpserver.expect_request("/user/balance").respond_with_json({"is_available": True})
    code, out, _ = run("--provider", "deepseek", endpoint(httpserver, "deepseek"), text=key)
    assert code == 1
    assert "  DeepSeek\n" in out


def test_a_form_that_detection_does_not_know(httpserver: HTTPServer, run: Run) -> None:
    """A new form tomorrow can be asked about today."""
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    key = "key!" + keys.alnum(30)
    code, out, _ = run("--provider", "openai", endpoint(httpserver), text=key)
    assert code == 1
    assert out.startswith(f"...{key[-4:]}  OpenAI")


def test_a_marked_key_is_not_handed_to_another_issuer(httpserver: HTTPServer, run: Run) -> None:
    """Its form says whose it is."""
    key = keys.openai_key()
    code, out, err = run("--provider", "groq", endpoint(httpserver, "groq"), text=key)
    assert (code, out, httpserver.log) == (2, "", [])
    assert "OpenAI" in err
    assert key[8:20] not in err


def wrong_calls() -> dict[str, tuple[str, ...]]:
    """Calls that put a key where it does not belong."""
    key, plain = keys.openai_key(), "gsk_" + keys.alnum(52)
    return {
        "argument": (key,),
        "arguments": ("-", key),
        "variable": ("--from-env", key),
        "variable-like": ("--from-env", plain),
        "provider": ("--provider", key),
        "endpoint": ("--endpoint", key),
        "endpoint-url": ("--endpoint", f"openai=https://{key}@host"),
        "endpoint-query": ("--endpoint", f"openai=https://host/?key={key}"),
    }


@pytest.mark.parametrize("place", list(wrong_calls()))
def test_wrong_calls_do_not_repeat_the_key(run: Run, place: str) -> None:
    """One line, exit 2, and nothing of what was typed."""
    call = wrong_calls()[place]
    code, out, err = run(*call, text=keys.openai_key())
    assert (code, out) == (2, "")
    assert err.startswith("keyscan: ")
    assert err.count("\n") == 1
    assert call[-1][-30:-4] not in err


@pytest.mark.parametrize("text", ["", "\n", "hello", "sk-your-api-key-here", "sk-" + "x" * 48])
def test_no_key_given(run: Run, text: str) -> None:
    """Nothing to ask about is a wrong call, not a dead key."""
    code, out, err = run(text=text)
    assert (code, out) == (2, "")
    assert err.startswith("keyscan: no key there")


def test_too_much_input(run: Run) -> None:
    """Whole files are a scan's work."""
    assert run(text="x" * (1 << 20) + "y")[0] == 2


def test_a_misspelt_provider_gets_a_suggestion(run: Run) -> None:
    """The nearest one."""
    for option in (("--provider", "opnai"), ("--endpoint", "opnai=https://x")):
        code, _, err = run(*option, text=keys.openai_key())
        assert code == 2
        assert "did you mean openai?" in err


def test_nothing_is_on_the_command_line(httpserver: HTTPServer) -> None:
    """The key that is piped in is in no process's argv."""
    key = keys.openai_key()
    seen: list[bytes] = []

    def look(_request: object) -> None:
        for name in os.listdir("/proc") if Path("/proc/self/cmdline").exists() else ():
            try:
                seen.append(Path("/proc", name, "cmdline").read_bytes())
            except OSError:  # no process, or one that has just ended
                continue

    httpserver.expect_request("/v1/models").respond_with_handler(look)  # type: ignore[arg-type]
    command = [sys.executable, "-m", "keyscan", "verify", endpoint(httpserver)]
    subprocess.run(command, input=key.encode(), capture_output=True, check=False, timeout=60)
    assert any(b"keyscan" in one for one in seen) or not Path("/proc/self").exists()
    assert [one for one in seen if key.encode() in one] == []


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_hidden_prompt(httpserver: HTTPServer) -> None:
    """On a terminal the key is asked for and not echoed."""
    import pty

    httpserver.expect_request("/v1/models").respond_with_json(DEAD, 401)
    key = keys.openai_key()
    command = [sys.executable, "-m", "keyscan", "verify", endpoint(httpserver)]
    environment = {**os.environ, "KEYSCAN_LANG": "en", "NO_COLOR": "1"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, command, environment)
    shown, typed = b"", False
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # how Linux tells the end of a terminal
            break
        if not part:
            break
        shown += part
        if not typed and b"not shown" in shown and shown.endswith(b": "):
            os.write(terminal, f"{key}\n".encode())
            typed = True
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"dead [invalid_key]" in shown
    assert key[8:20].encode() not in shown
