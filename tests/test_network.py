"""Corporate networks: real proxies, real certificates, and what went wrong in words."""

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer

from keyscan.model import Liveness, Verdict
from keyscan.network import SetupError, proxy_for
from keyscan.verify import verify
from loopback import QUICK, asked, free_port, openai_finding, wait_for_port

LIST = {"object": "list", "data": []}
HTTPS = "https://api.openai.com/v1/models"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A company's own certificate authority, which no system trusts."""
    return trustme.CA()


@pytest.fixture(scope="module")
def issuer(authority: trustme.CA) -> Iterator[HTTPServer]:
    """An https server at localhost that calls every key live."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request("/v1/models").respond_with_json(LIST)
        yield server


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    """The authority's certificate as a file."""
    path = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def base(issuer: HTTPServer) -> str:
    return f"https://localhost:{issuer.port}"


@contextmanager
def program(*command: str, port: int) -> Iterator[int]:
    """A proxy in its own process."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, *command], stdout=quiet, stderr=quiet) as run:
        try:
            wait_for_port(port)
            yield port
        finally:
            run.terminate()


@contextmanager
def http_proxy(*options: str) -> Iterator[int]:
    port = free_port()
    command = ("-m", "proxy", "--hostname", "127.0.0.1", "--port", str(port))
    with program(*command, "--num-workers", "1", "--num-acceptors", "1", *options, port=port):
        yield port


@contextmanager
def socks_proxy() -> Iterator[int]:
    port = free_port()
    # From Python 3.14 on, no event loop is there unless somebody sets one.
    start = (
        "import asyncio; asyncio.set_event_loop(asyncio.new_event_loop());"
        " from pproxy.server import main; main()"
    )
    with program("-c", start, "-l", f"socks5://127.0.0.1:{port}", port=port):
        yield port


def unreachable(verdict: Verdict, words: str) -> None:
    """Trouble on the way is unknown, never dead, and told in words."""
    assert (verdict.liveness, verdict.reason) == (Liveness.UNKNOWN, "network")
    assert words in str(verdict.detail)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_company_certificate(
    issuer: HTTPServer, bundle: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both names are known from other tools; httpx itself ignores the second."""
    unreachable(asked(openai_finding(), base(issuer)), "not trusted")
    monkeypatch.setenv(name, bundle)
    assert asked(openai_finding(), base(issuer)).liveness is Liveness.LIVE


@pytest.mark.parametrize("name", ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
@pytest.mark.skipif(not Path("/usr/bin/openssl").exists(), reason="needs openssl's rehash")
def test_a_folder_of_certificates(
    issuer: HTTPServer, bundle: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named by their hashes, as OpenSSL wants them."""
    folder = str(Path(bundle).parent)
    subprocess.run(["openssl", "rehash", folder], check=True)
    monkeypatch.setenv(name, folder)
    assert asked(openai_finding(), base(issuer)).liveness is Liveness.LIVE


def test_another_name_on_the_certificate(
    authority: trustme.CA, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trusted authority does not make every certificate right."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.invalid").configure_cert(context)
    monkeypatch.setenv("SSL_CERT_FILE", bundle)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request("/v1/models").respond_with_json(LIST)
        unreachable(asked(openai_finding(), base(server)), "not trusted")
        assert server.log == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_file_that_is_none(
    issuer: HTTPServer, content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is named, so that it can be mended; the scan's findings are not lost."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    unreachable(asked(openai_finding(), base(issuer)), "SSL_CERT_FILE")


def test_https_spoken_to_an_http_port(httpserver: HTTPServer) -> None:
    """Told as what it is."""
    url = f"https://127.0.0.1:{httpserver.port}"
    unreachable(asked(openai_finding(), url), "TLS")


def test_dns_failure() -> None:
    """A name that does not resolve."""
    detail = "the name api.invalid could not be resolved (DNS)"
    unreachable(asked(openai_finding(), "https://api.invalid"), detail)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_http_proxy(
    issuer: HTTPServer,
    bundle: str,
    name: str,
    contacts: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CONNECT through a proxy, which is told; plain http to this machine goes past it."""
    monkeypatch.setenv("SSL_CERT_FILE", bundle)
    with http_proxy() as port:
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        contacts.clear()
        (judged,), notices = verify(
            [openai_finding()], endpoints={"openai": base(issuer)}, limits=QUICK
        )
        assert judged.verdict.liveness is Liveness.LIVE
        assert set(contacts) == {port}
        told = f"keys are verified through the proxy http://127.0.0.1:{port}"
        assert told in [str(one) for one in notices]


def test_proxy_that_wants_a_password(
    issuer: HTTPServer, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it: 407 in words. With it: an answer, and the password is never shown."""
    monkeypatch.setenv("SSL_CERT_FILE", bundle)
    with http_proxy("--basic-auth", "ann:pass-word") as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        unreachable(asked(openai_finding(), base(issuer)), "(407)")
        monkeypatch.setenv("HTTPS_PROXY", f"http://ann:pass-word@127.0.0.1:{port}")
        (judged,), notices = verify(
            [openai_finding()], endpoints={"openai": base(issuer)}, limits=QUICK
        )
    assert judged.verdict.liveness is Liveness.LIVE
    assert "pass-word" not in repr((judged, notices))
    assert any(f"http://127.0.0.1:{port}" in str(one) for one in notices)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
def test_socks_proxy(
    issuer: HTTPServer,
    bundle: str,
    scheme: str,
    contacts: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ALL_PROXY with SOCKS; ``socks://`` is how GNOME writes it."""
    monkeypatch.setenv("SSL_CERT_FILE", bundle)
    with socks_proxy() as port:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{port}")
        contacts.clear()
        assert asked(openai_finding(), base(issuer)).liveness is Liveness.LIVE
        assert set(contacts) == {port}


def test_proxy_that_is_not_there(
    issuer: HTTPServer, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not gone around; NO_PROXY does that."""
    monkeypatch.setenv("SSL_CERT_FILE", bundle)
    for scheme in ("http", "socks5"):
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{free_port()}")
        verdict = asked(openai_finding(), base(issuer))
        assert (verdict.liveness, verdict.reason) == (Liveness.UNKNOWN, "network")
    for exempt in ("localhost", f"localhost:{issuer.port}", "*", "example.com, localhost"):
        monkeypatch.setenv("NO_PROXY", exempt)
        assert asked(openai_finding(), base(issuer)).liveness is Liveness.LIVE


def test_plain_http_to_this_machine_never_takes_a_proxy(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy could read it."""
    httpserver.expect_request("/v1/models").respond_with_json(LIST)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert asked(openai_finding(), httpserver.url_for("")).liveness is Liveness.LIVE


@pytest.mark.parametrize(
    "value", ["socks4://127.0.0.1:1", "ftp://x", "http://", "http://[", "http://h:port"]
)
def test_a_proxy_setting_that_cannot_be_used(
    value: str, contacts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown with the reason, for every key, and no way around it."""
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(SetupError):
        proxy_for(HTTPS)
    (judged,), _ = verify([openai_finding()], limits=QUICK)
    unreachable(judged.verdict, "proxy")
    assert contacts == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("http://ann:pw@proxy.example:3128", "http://proxy.example:3128"),
        ("https://proxy.example", "https://proxy.example"),
        ("socks5h://ann:pw@[::1]:1080", "socks5h://[::1]:1080"),
        ("socks://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
    ],
)
def test_proxies_are_shown_without_credentials(
    value: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scheme, host and port."""
    monkeypatch.setenv("HTTPS_PROXY", value)
    proxy = proxy_for(HTTPS)
    assert proxy is not None
    assert proxy.shown == shown


def test_no_proxy_set() -> None:
    """The usual case."""
    if os.name == "posix" and sys.platform != "darwin":  # others have system-wide settings
        assert proxy_for(HTTPS) is None
