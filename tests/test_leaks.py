"""A key never leaks through us: canaries in, everything that comes out is searched."""

import base64
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import keys
from keyscan import formats

WINDOW = 7  # characters of a key's body: the prefix class and the last four may be shown

CRASHES = {
    "detect": "keyscan.detect.name_before",
    "suppress": "keyscan.suppress.placeholder",
    "group": "keyscan.group.group",
}


@pytest.fixture(scope="module")
def canaries() -> dict[str, str]:
    return {form: keys.openai_key(form) for form in keys.OPENAI_FORMS}


@pytest.fixture
def corpus(tmp_path: Path, canaries: dict[str, str]) -> Path:
    root = tmp_path / "corpus"
    root.mkdir()
    for form, key in canaries.items():
        (root / f"{form}.py").write_text(f'client = OpenAI(api_key="{key}")\n')
        (root / f"{form}.env").write_text(f"OPENAI_API_KEY={key}\n")
        (root / f"{form}.b64").write_text(base64.b64encode(f"k: {key}\n".encode()).decode())
        (root / f"{form}.u16").write_bytes(f"$k = '{key}'".encode("utf-16"))
    relay = keys.alnum(40)
    canaries["relay"] = relay
    (root / "relay.py").write_text(f'openai.api_key = "{relay}"\n')
    return root


@pytest.fixture
def echo(httpserver: HTTPServer) -> str:
    """An issuer that repeats the key in the body, in headers and in the error's words."""
    served = 0

    def answer(request: Request) -> Response:
        nonlocal served
        served += 1
        sent = request.headers.get("Authorization", "")
        status = (401, 403, 429, 500, 200, 302)[served % 6]
        body = f'{{"error": {{"code": "{sent}", "message": "Incorrect API key: {sent}"}}}}'
        headers = {"x-request-id": sent, "x-error": sent, "location": f"/{sent}"}
        return Response(body, status, headers, content_type="application/json")

    httpserver.expect_request("/v1/models").respond_with_handler(answer)
    httpserver.expect_request("/v1/organization/admin_api_keys").respond_with_handler(answer)
    return httpserver.url_for("").rstrip("/")


def pieces(key: str) -> set[str]:
    """Every window of a key's body that must not be seen anywhere."""
    body = key.removesuffix(key[-4:])
    for known in ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-"):
        if body.startswith(known):
            body = body[len(known) :]
            break
    windows = {body[i : i + WINDOW] for i in range(len(body) - WINDOW + 1)}
    return {one for one in windows if one not in keys.MARKER and "service" not in one}


def assert_no_leak(where: str, content: bytes, canaries: dict[str, str]) -> None:
    for form, key in canaries.items():
        if form in ("named", "service-named"):
            key = key[-48:]  # the name is chosen by people and is not secret
        for piece in pieces(key):
            assert piece.encode() not in content, f"{where} holds a piece of the {form} key"


def environment(tmp_path: Path) -> dict[str, str]:
    scratch = tmp_path / "scratch"
    for name in ("tmp", "home", "cache"):
        (scratch / name).mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(scratch / "tmp"),
        "HOME": str(scratch / "home"),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "PYTHONFAULTHANDLER": "1",
        "FORCE_COLOR": "1",
        "HTTPX_LOG_LEVEL": "trace",
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
    }


def watched(
    call: list[str],
    cwd: Path,
    tmp_path: Path,
    stdin: bytes = b"",
    extra: dict[str, str] | None = None,
) -> tuple[bytes, bytes, int]:
    """Run, and read the command lines of the whole process tree while it runs."""
    seen: set[bytes] = set()
    stop = threading.Event()
    process = subprocess.Popen(
        call,
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment(tmp_path), **(extra or {})},
    )

    def watch() -> None:
        tree = {process.pid}
        while not stop.wait(0.002):
            seen.update(command_lines(tree))

    watcher = threading.Thread(target=watch)
    if Path("/proc/self/cmdline").exists():
        watcher.start()
    try:
        stdout, stderr = process.communicate(stdin, timeout=120)
    finally:
        process.kill()
        stop.set()
        if watcher.is_alive():
            watcher.join()
    return stdout + b"".join(sorted(seen)), stderr, process.returncode


def command_lines(tree: set[int]) -> Iterator[bytes]:
    """Of the processes in ``tree`` and their children, which join it; no others are our business.

    Any of them can end while it is read (ENOENT or ESRCH).
    """
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            parent = int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[1])
            if pid in tree or parent in tree:
                tree.add(pid)
                yield Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue


def check_everything(
    stdout: bytes, stderr: bytes, tmp_path: Path, canaries: dict[str, str]
) -> None:
    assert_no_leak("stdout or a command line", stdout, canaries)
    assert_no_leak("stderr", stderr, canaries)
    assert b"Traceback" not in stderr
    for path in (tmp_path / "scratch").rglob("*"):
        assert_no_leak(f"the name {path.name}", str(path).encode(), canaries)
        if path.is_file():
            assert_no_leak(f"the file {path.name}", path.read_bytes(), canaries)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc")
def test_the_watcher_sees_what_a_grandchild_was_called_with(tmp_path: Path) -> None:
    inner = [sys.executable, "-c", "import time; time.sleep(1)"]
    outer = f"import subprocess; subprocess.run([*{inner!r}, 'can' + 'ary'])"
    stdout, _, code = watched([sys.executable, "-c", outer], tmp_path, tmp_path)
    assert code == 0
    assert b"canary" in stdout


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("flags", [[], ["-v"], ["-vv", "--lang", "zh_CN"], ["-q"]])
def test_scan_with_verification_shows_no_key(
    corpus: Path,
    tmp_path: Path,
    canaries: dict[str, str],
    echo: str,
    format_: str,
    flags: list[str],
) -> None:
    out = tmp_path / "scratch" / "report"
    call = [sys.executable, "-m", "keyscan", "scan", "--format", format_, *flags]
    verify = ["--verify", "--endpoint", f"openai={echo}"]
    stdout, stderr, code = watched([*call, *verify, "."], corpus, tmp_path)
    assert code in (1, 3), stderr
    check_everything(stdout, stderr, tmp_path, canaries)
    stdout, stderr, code = watched([*call, "--output", str(out), "."], corpus, tmp_path)
    assert code == 1, stderr
    assert out.stat().st_size > 100
    check_everything(stdout, stderr, tmp_path, canaries)


def test_every_format_of_one_run_shows_no_key(
    corpus: Path, tmp_path: Path, canaries: dict[str, str], echo: str
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    wanted = [f"--format={name}={scratch / name}" for name in formats.names()]
    call = [sys.executable, "-m", "keyscan", "scan", "-v", *wanted]
    verify = ["--verify", "--endpoint", f"openai={echo}"]
    stdout, stderr, code = watched([*call, *verify, "."], corpus, tmp_path)
    assert code in (1, 3), stderr
    assert set(formats.names()) <= {one.name for one in scratch.iterdir()}
    check_everything(stdout, stderr, tmp_path, canaries)


OWN = """\
[providers.acme]
name = "{0}"
keys = "https://x/{0}"
usage = "https://x/?{0}"
billing = "https://{0}/"
steps.en = ["{0}"]
[[rules]]
id = "acme-api-key"
provider = "acme"
literal = "acme-"
pattern = "[0-9]{{20}}"
[[allow]]
reason = "{0}"
provider = "{0}"
path = ["{0}"]
"""


def test_a_configuration_with_keys_in_it_shows_no_key(tmp_path: Path) -> None:
    canaries = {"legacy": keys.openai_key("legacy")}
    there = tmp_path / "there"
    there.mkdir()
    (there / "keyscan.toml").write_text(OWN.format(canaries["legacy"]))
    (there / "a.py").write_text("key = 'acme-" + "0123456789" * 2 + "'\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    wanted = [f"--format={name}={scratch / name}" for name in formats.names()]
    for call in (
        ["config"],
        ["rotate"],
        ["rotate", "acme"],
        *(["providers", "--format", shape] for shape in ("text", "json", "markdown")),
        ["scan", "-v", *wanted],
    ):
        command = [sys.executable, "-m", "keyscan", *call]
        stdout, stderr, code = watched(command, there, tmp_path)
        assert code == (call[0] == "scan"), stderr
        check_everything(stdout, stderr, tmp_path, canaries)


@pytest.mark.parametrize("form", list(keys.OPENAI_FORMS))
def test_verify_shows_no_key(
    form: str, tmp_path: Path, canaries: dict[str, str], echo: str
) -> None:
    call = [sys.executable, "-m", "keyscan", "verify", "--endpoint", f"openai={echo}"]
    stdout, stderr, _ = watched(call, tmp_path, tmp_path, canaries[form].encode())
    check_everything(stdout, stderr, tmp_path, canaries)
    extra = {"LEAKED": canaries[form]}
    stdout, stderr, _ = watched([*call, "--from-env", "LEAKED"], tmp_path, tmp_path, b"", extra)
    check_everything(stdout, stderr, tmp_path, canaries)


def test_git_commands_show_no_key(
    corpus: Path, tmp_path: Path, canaries: dict[str, str], echo: str
) -> None:
    """The index, a range, the history, messages, each hook; with keys in names and messages."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@localhost"]
    for words in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "one"]):
        subprocess.run([*git, *words], cwd=corpus, check=True)
    key = canaries["legacy"]
    (corpus / f"{key}.txt").write_text(f"name = '{key}'\n")
    (corpus / "message").write_text(f"use {canaries['proj-74']}\n")
    subprocess.run([*git, "add", "."], cwd=corpus, check=True)
    keyscan = [sys.executable, "-m", "keyscan"]
    verify = ["--verify", "--endpoint", f"openai={echo}"]
    shown = ["--format", "json", "-vv"]
    before = (
        (["scan", "--staged", *verify], b""),
        (["scan", "--staged", *shown], b""),
        (["hook", "pre-commit", "-vv"], b""),
        (["hook", "files", "-vv", "message", "legacy.py"], b""),
        (["hook", "commit-msg", "message"], b""),
        (["doctor"], b""),
    )
    for words, stdin in before:
        stdout, stderr, code = watched([*keyscan, *words], corpus, tmp_path, stdin)
        assert code in (1, 3), (words, stderr)
        check_everything(stdout, stderr, tmp_path, canaries)
    subprocess.run([*git, "commit", "-q", "-F", "message"], cwd=corpus, check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], cwd=corpus, capture_output=True).stdout
    push = b"refs/heads/main %s refs/heads/main %s\n" % (head.strip(), b"0" * 40)
    after = (
        (["scan", "--range", "HEAD~1..HEAD", *shown], b""),
        (["hook", "pre-push", "origin", "nowhere"], push),
        (["history", *verify], b""),
        (["history", *shown], b""),
    )
    for words, stdin in after:
        stdout, stderr, code = watched([*keyscan, *words], corpus, tmp_path, stdin)
        assert code in (1, 3), (words, stderr)
        check_everything(stdout, stderr, tmp_path, canaries)
    records = [path for path in (corpus / ".git").rglob("keyscan/*") if path.is_file()]
    for path in records:
        assert_no_leak(f"the record {path.name}", path.read_bytes(), canaries)


def test_a_key_given_as_an_argument_is_refused_without_repeating_it(tmp_path: Path) -> None:
    """The caller's own command line cannot be unsaid; what we print can."""
    key = keys.openai_key()
    for call in (["verify", key], ["scan", key], [key], ["rotate", key], ["hook", key]):
        done = subprocess.run(
            [sys.executable, "-m", "keyscan", *call],
            cwd=tmp_path,
            capture_output=True,
            env=environment(tmp_path),
        )
        assert done.returncode in (2, 3), call
        assert_no_leak(call[0][:6], done.stdout + done.stderr, {"argument": key})


@pytest.mark.parametrize("where", sorted(CRASHES.values()))
def test_a_crash_shows_no_key(
    where: str, corpus: Path, tmp_path: Path, canaries: dict[str, str]
) -> None:
    """The exception's own text is a key: it must not be printed, and the exit code is 3."""
    module, name = where.rsplit(".", 1)
    wrapper = f"""
import sys, {module}
from pathlib import Path
def crash(*args, **named):
    key = Path("legacy.env").read_text()
    raise ValueError(key)
{module}.{name} = crash
from keyscan.__main__ import main
main(["scan", "-vv", "."])
"""
    stdout, stderr, code = watched([sys.executable, "-c", wrapper], corpus, tmp_path)
    assert code == 3
    assert b"internal error" in stderr
    check_everything(stdout, stderr, tmp_path, canaries)


def test_reveal_is_called_only_where_the_key_must_leave() -> None:
    """Secret.reveal is for the modules that send or remove a key."""
    source = Path(__file__).parents[1] / "src" / "keyscan"
    callers = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if ".reveal()" in path.read_text(encoding="utf-8")
    }
    bridge = "integrations/detect_secrets.py"  # hands the key to the program that loaded it
    assert callers <= {"verify.py", "revoke.py", "fix.py", "purge.py", bridge}
