"""``--endpoint openai=http://127.0.0.1:8080`` → which address is asked instead of the issuer's.

Given on the command line or in the user's own configuration, never by scanned content: whoever
names the host receives the keys.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from keyscan.errors import UsageError
from keyscan.model import msg
from keyscan.providers import all_providers


def parse(values: Iterable[str]) -> Mapping[str, str]:
    """Base URL by provider id, without a trailing slash. ``UsageError`` says what is wrong.

    https, or plain http to this machine itself; no user, query or fragment. What the user
    wrote is not repeated in an error: it may hold a password.
    """
    chosen: dict[str, str] = {}
    for value in values:
        name, equals, url = value.partition("=")
        if not equals:
            raise UsageError(
                msg("--endpoint takes PROVIDER=URL, such as openai=http://127.0.0.1:8080")
            )
        known_provider(name)
        if name in chosen:
            raise UsageError(msg("--endpoint names {provider} twice", provider=name))
        chosen[name] = _base(name, url)
    return chosen


def known_provider(name: str) -> str:
    """The id of a provider that can be asked. ``UsageError`` names the nearest one."""
    known = {one.id for one in all_providers().values() if one.probes}
    if name in known:
        return name
    near = get_close_matches(name.lower(), sorted(known), 1)
    if near:
        raise UsageError(msg("no such provider; did you mean {provider}?", provider=near[0]))
    raise UsageError(
        msg("no such provider; these can be asked: {providers}", providers=" ".join(sorted(known)))
    )


def _base(name: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError(
            msg("the --endpoint of {provider} is not a web address", provider=name)
        ) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise UsageError(
            msg("the --endpoint of {provider} must start with https://host", provider=name)
        )
    if "@" in parts.netloc or parts.query or parts.fragment or not _clean(url):
        raise UsageError(
            msg("the --endpoint of {provider} may hold host, port and path only", provider=name)
        )
    if parts.scheme == "http" and not is_loopback(parts):
        raise UsageError(
            msg(
                "the --endpoint of {provider} must use https: plain http would show the key to"
                " the network (allowed for 127.0.0.1 and localhost only)",
                provider=name,
            )
        )
    return url.rstrip("/")


def _clean(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url and "\\" not in url


def is_loopback(parts: SplitResult) -> bool:
    """Whether the host is this machine: ``localhost`` or a literal loopback address."""
    host = parts.hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def address(probe_url: str, base: str | None) -> str:
    """Where a probe goes: its built-in address, or its path and query on another base."""
    if base is None:
        return probe_url
    parts = urlsplit(probe_url)
    return base + parts.path + (f"?{parts.query}" if parts.query else "")
