"""``keyscan ci`` and the network: a host that wants credentials, and issuers that are not asked."""

import base64
import os
import re
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from hosted import Host, on_github, ran
from keys import openai_key
from repo import Repo

TOKEN = "x-access-token:ghs_0123456789abcdef"
BASIC = "basic " + base64.b64encode(TOKEN.encode()).decode()
JOB = "basic " + base64.b64encode(b"gitlab-ci-token:job").decode()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def private(host: Host, authority: trustme.CA, tmp_path: Path) -> Iterator[HTTPServer]:
    """The host over https, for whoever has the token: git's own server behind a real socket."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def answer(request: Request) -> Response:
        given = request.headers.get("Authorization", "").replace("Basic", "basic")
        if given not in (BASIC, JOB):
            return Response(status=401, headers={"WWW-Authenticate": "Basic"})
        return _backend(request, host.origin.path.parent)

    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request(re.compile("/.*")).respond_with_handler(answer)
        yield server


def _backend(request: Request, root: Path) -> Response:
    """``git http-backend``, as any web server runs it."""
    environ = {
        **os.environ,
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query_string.decode(),
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "CONTENT_LENGTH": str(len(request.get_data())),
    }
    command = ["git", "http-backend"]
    done = subprocess.run(
        command, input=request.get_data(), env=environ, capture_output=True, check=True
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    headers = [tuple(line.split(": ", 1)) for line in head.decode().splitlines()]
    status = next((value for name, value in headers if name == "Status"), "200 OK")
    return Response(body, status, [one for one in headers if one[0] != "Status"])  # type: ignore[misc]


def shallow(host: Host, private: HTTPServer) -> tuple[Repo, dict[str, str]]:
    """A checkout of the last commit alone, whose remote is the private host."""
    job = host.checkout("main", 1)
    job.git("remote", "set-url", "origin", private.url_for("/origin/.git"))
    return job, {"GIT_SSL_CAINFO": str(host.folder / "ca.pem")}


def assert_no_token(folder: Path, *texts: str) -> None:
    secret = BASIC.removeprefix("basic ")
    written = [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
    for text in texts:
        assert "ghs_" not in text
        assert secret not in text
    assert not any(secret.encode() in one for one in written)


@pytest.mark.parametrize("section", ["http.{server}/.extraheader", "http.{server}.extraheader"])
def test_the_checkouts_own_credentials_are_used(
    host: Host, private: HTTPServer, section: str
) -> None:
    """As actions/checkout leaves them: a header for one server, in the clone's configuration."""
    _, commit = host.leak()
    job, environ = shallow(host, private)
    server = f"https://127.0.0.1:{private.port}"
    job.git("config", section.format(server=server), f"AUTHORIZATION: {BASIC}")
    done = on_github(job, "push", host.push(host.first), **environ)
    assert (done.code, commit[:12] in done.out) == (1, True), done.err
    assert on_github(job, "schedule", {}, **environ).code == 1
    assert_no_token(host.folder / "runner", done.out, done.err, done.summary)


def test_credentials_that_are_included_from_elsewhere_are_used(
    host: Host, private: HTTPServer
) -> None:
    """As newer versions of actions/checkout leave them."""
    host.leak()
    job, environ = shallow(host, private)
    file = host.folder / "credentials.config"
    server = f"https://127.0.0.1:{private.port}/"
    job.git("config", "-f", str(file), f"http.{server}.extraheader", f"AUTHORIZATION: {BASIC}")
    job.git("config", f"includeIf.gitdir:{job.path.as_posix()}/.git.path", str(file))
    assert on_github(job, "push", host.push(host.first), **environ).code == 1


def test_credentials_in_the_remotes_address_are_used_and_never_told(
    host: Host, private: HTTPServer
) -> None:
    """As GitLab's runner leaves them."""
    _, commit = host.leak()
    job, environ = shallow(host, private)
    address = private.url_for("/origin/.git")
    job.git("remote", "set-url", "origin", address.replace("://", f"://{TOKEN}@"))
    done = on_github(job, "push", host.push(host.first), **environ)
    assert (done.code, commit[:12] in done.out) == (1, True), done.err
    job.git("remote", "set-url", "origin", address.replace("://", f"://{TOKEN}x@"))
    done = on_github(job, "push", host.push(host.first), **environ)
    assert done.code == 3
    assert_no_token(host.folder / "runner", done.out, done.err, done.summary)


def test_gitlabs_job_token_is_used_for_gitlabs_server_alone(
    host: Host, private: HTTPServer
) -> None:
    host.leak()
    job, environ = shallow(host, private)
    push = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": host.head()}
    push |= {"CI_COMMIT_BEFORE_SHA": host.first, "GITLAB_CI": "true", "CI_JOB_TOKEN": "job"}
    server = f"https://127.0.0.1:{private.port}"
    assert ran(job.path, **environ, **push, CI_SERVER_URL=server).code == 1
    for other in ("https://127.0.0.1", "https://gitlab.example.invalid", ""):
        assert ran(job.path, **environ, **push, CI_SERVER_URL=other).code == 3


def test_without_credentials_it_says_what_to_add(host: Host, private: HTTPServer) -> None:
    """``persist-credentials: false`` in a private repository."""
    host.leak()
    job, environ = shallow(host, private)
    done = on_github(job, "push", host.push(host.first), **environ)
    assert done.code == 3
    assert done.err.endswith("\n        with:\n          fetch-depth: 0\n")


def issuer_of(httpserver: HTTPServer) -> str:
    httpserver.expect_request("/v1/models").respond_with_json({"object": "list", "data": []})
    return f"openai=http://127.0.0.1:{httpserver.port}"


def test_verification_is_on_request(host: Host, httpserver: HTTPServer) -> None:
    host.leak()
    endpoint = issuer_of(httpserver)
    job = host.checkout("main", 1)
    done = on_github(job, "push", host.push(host.first))
    assert (done.code, len(httpserver.log), done.outputs["live"]) == (1, 0, "0")
    assert "**not checked**" in done.summary
    done = on_github(job, "push", host.push(host.first), "--verify", "--endpoint", endpoint)
    assert (done.code, len(httpserver.log), done.outputs["live"]) == (1, 1, "1")
    assert "**live**<br>the issuer accepts it" in done.summary
    assert ": live; the issuer accepts it" in done.out


def test_a_forks_keys_are_never_sent_anywhere(host: Host, httpserver: HTTPServer) -> None:
    host.origin.git("checkout", "-q", "-b", "topic")
    host.leak()
    asked = ("--verify", "--endpoint", issuer_of(httpserver))
    for theirs, requests in (("stranger/r", 0), ("o/r", 1)):
        payload = host.request(theirs=theirs)
        job = host.checkout("refs/pull/1/merge", 1)
        done = on_github(job, "pull_request", payload, *asked)
        assert (done.code, len(httpserver.log)) == (1, requests)
        told = "this comes from a fork, so no issuer was asked about its keys"
        assert (told in done.out, told in done.summary) == (not requests, not requests)


def test_what_a_fork_brings_does_not_pass_as_not_live(host: Host, httpserver: HTTPServer) -> None:
    host.origin.git("checkout", "-q", "-b", "topic")
    key, _ = host.leak()
    asked = ("--verify", "--fail-on", "live", "--endpoint", issuer_of(httpserver))
    payload = host.request(theirs="stranger/r")
    done = on_github(host.checkout("refs/pull/1/merge", 1), "pull_request", payload, *asked)
    assert (done.code, httpserver.log) == (3, [])
    assert f"could not be determined with --fail-on live: sk-proj-...{key[-4:]}" in done.out


def test_a_dead_key_does_not_fail(host: Host, httpserver: HTTPServer) -> None:
    host.origin.add("b.py", f'key = "{openai_key()}"\n')
    host.origin.commit()
    error = {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided"}}
    httpserver.expect_request("/v1/models").respond_with_json(error, 401)
    endpoint = f"openai=http://127.0.0.1:{httpserver.port}"
    job = host.checkout("main", 1)
    done = on_github(job, "push", host.push(host.first), "--verify", "--endpoint", endpoint)
    assert (done.code, done.outputs["live"]) == (0, "0")
    assert "::notice " in done.out
    assert "**dead**" in done.summary
