"""The way out: which proxy, which certificates, and what went wrong, in words.

httpx reads the environment itself, but ignores REQUESTS_CA_BUNDLE and the system's trust store,
does not say which proxy it takes, and would send plain http to this machine through one.
"""

import os
import socket
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx  # noqa: TID253 - only verification imports this module, and late
import truststore  # noqa: TID253 - the same

from keyscan.model import Message, msg

_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


class SetupError(Exception):
    """The environment's own network settings cannot be used."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Proxy(NamedTuple):
    """``url`` may hold a password; ``shown`` is scheme, host and port."""

    url: str
    shown: str


class Trouble(NamedTuple):
    """Why no answer came. ``again`` says that another try may help, ``host`` that the next key
    would fare no better with this host."""

    detail: Message
    again: bool = False
    host: bool = False


def proxy_for(url: str) -> Proxy | None:
    """The proxy of HTTPS_PROXY, ALL_PROXY or the system's settings, unless NO_PROXY names the host.

    Plain http goes to this machine only and never through a proxy: it would show the key.
    ``SetupError`` for a proxy of a kind that cannot be used.
    """
    parts = urlsplit(url)
    if parts.scheme == "http":
        return None
    proxies = getproxies()
    chosen = proxies.get("https") or proxies.get("all")
    if not chosen or proxy_bypass(parts.netloc) or proxy_bypass(parts.hostname or ""):
        return None
    return _proxy(chosen)


def _proxy(address: str) -> Proxy:
    if "://" not in address:
        address = f"http://{address}"
    elif address.lower().startswith("socks://"):  # as GNOME writes it
        address = f"socks5{address[len('socks') :]}"
    try:
        parts = urlsplit(address)
        shown = f"{parts.scheme}://{_host_and_port(parts)}"
    except ValueError:
        raise SetupError(msg("the proxy in the environment is not an address")) from None
    if not parts.hostname:
        raise SetupError(msg("the proxy in the environment is not an address"))
    if parts.scheme not in _PROXY_SCHEMES:
        raise SetupError(msg("the proxy {proxy} is of a kind that keyscan cannot use", proxy=shown))
    return Proxy(address, shown)


def _host_and_port(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def tls_context() -> ssl.SSLContext:
    """SSL_CERT_FILE, SSL_CERT_DIR or REQUESTS_CA_BUNDLE, otherwise the system's trust store.

    As in the tools that made these variables known, each replaces the system's own list.
    """
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        value = os.environ.get(name)
        if value:
            return _context_from(name, Path(value))
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _context_from(name: str, path: Path) -> ssl.SSLContext:
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except OSError:  # ssl.SSLError is one
        raise SetupError(
            msg("{name} names {path}, which holds no readable certificates", name=name, path=path)
        ) from None


def trouble(error: Exception, host: str) -> Trouble:
    """What went wrong on the way to ``host``, by type: an exception's text may hold the key."""
    causes = _causes(error)
    if isinstance(error, httpx.ProxyError):
        return Trouble(_proxy_words(error, host), host=True)
    if any(isinstance(one, socket.gaierror) for one in causes):
        return Trouble(msg("the name {host} could not be resolved (DNS)", host=host), host=True)
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return Trouble(_tls_words(causes, host), host=True)
    if isinstance(error, httpx.ConnectTimeout):
        return Trouble(msg("no connection to {host} in time", host=host), host=True)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Trouble(msg("{host} did not answer in time", host=host), again=True)
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return Trouble(msg("{host} refused the connection", host=host), host=True)
    if isinstance(error, httpx.ConnectError):
        return Trouble(msg("no connection to {host}", host=host), host=True)
    if isinstance(error, httpx.TransportError):
        return Trouble(msg("the connection to {host} broke off", host=host), again=True)
    return Trouble(msg("asking failed ({kind})", kind=type(error).__name__))


def _proxy_words(error: httpx.ProxyError, host: str) -> Message:
    status = str(error)[:3]  # httpx begins with the status of the proxy's answer to CONNECT
    if status == "407":
        return msg("the proxy wants a user name and password (407)")
    if status.isdigit():
        return msg(
            "the proxy does not connect to {host} (status {status})", host=host, status=status
        )
    return msg("the proxy does not connect to {host}", host=host)


def _tls_words(causes: list[BaseException], host: str) -> Message:
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return msg(
            "the certificate of {host} is not trusted (TLS); if your company inspects traffic,"
            " name its certificate in SSL_CERT_FILE",
            host=host,
        )
    return msg("no secure connection to {host} (TLS)", host=host)


def _causes(error: BaseException) -> list[BaseException]:
    """The exception and everything that led to it, groups included."""
    found: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        one = queue.pop()
        if one is None or one in found:
            continue
        found.append(one)
        queue += [one.__cause__, one.__context__]
        queue += one.exceptions if isinstance(one, BaseExceptionGroup) else []
    return found
