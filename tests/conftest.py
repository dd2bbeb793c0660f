"""Every test: no proxy, no certificate variables, and no way off this machine."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from repo import isolated_git as isolated_git
from repo import own_state as own_state
from repo import repo as repo

NETWORK_VARIABLES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)


@pytest.fixture(autouse=True)
def plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own network settings must not decide what a test sees."""
    for name in NETWORK_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def contacts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The ports that this process connected to; anything beyond loopback fails the test."""
    ports: list[int] = []
    escaped: list[str] = []
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _only_loopback(str(address[0]), escaped)
            ports.append(int(address[1]))
        connect(self, address)

    def guarded_resolve(host: Any, *args: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name.endswith(".invalid"):  # RFC 6761: never resolves; no need to ask anybody
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        _only_loopback(name, escaped)
        return resolve(host, *args, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)
    yield ports
    assert escaped == []


def _only_loopback(host: str, escaped: list[str]) -> None:
    if host in ("localhost", "None", "", "0.0.0.0", "::"):
        return
    try:
        inside = ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        escaped.append(host)
        pytest.fail(f"a test tried to reach {host}")
