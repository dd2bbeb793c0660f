"""Where else an issuer may be asked: the user decides, within limits."""

import pytest

from keyscan.endpoints import address, parse
from keyscan.errors import UsageError


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ("openai=https://gateway.example/openai/", "https://gateway.example/openai"),
        ("openai=http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("openai=http://127.9.9.9", "http://127.9.9.9"),
        ("openai=http://[::1]:80/", "http://[::1]:80"),
        ("openai=http://localhost:1", "http://localhost:1"),
    ],
)
def test_accepted(value: str, base: str) -> None:
    """https anywhere, plain http to this machine only."""
    assert parse([value]) == {"openai": base}


@pytest.mark.parametrize(
    "value",
    [
        *("", "openai", "openai=", "openai=host", "openai=ftp://127.0.0.1", "=https://x"),
        *("openai=http://10.0.0.1", "openai=http://localhost.evil.example"),
        *(
            "openai=http://127.0.0.1.nip.example",
            "openai=http://0.0.0.0",
            "openai=http://2130706433",
        ),
        *("openai=http://127.0.0.1@evil.example", "openai=https://user:pw@host"),
        *("openai=https://host?x=1", "openai=https://host#x", "openai=https://host:99999"),
        *("openai=https://host:0", "openai=https://ho st", "openai=https://[::1"),
        *("openai=https://host\\@evil", "openai=https://host\n", "openai=https://h\u00f6st"),
        *("nobody=https://host", "unknown=https://host", "perplexity=https://host"),
    ],
)
def test_refused(value: str) -> None:
    """With a sentence that does not repeat it: it may hold a password."""
    with pytest.raises(UsageError) as refusal:
        parse([value])
    assert "pw" not in str(refusal.value)


def test_twice() -> None:
    """Which of the two was meant cannot be known."""
    with pytest.raises(UsageError):
        parse(["openai=https://a", "openai=https://b"])


def test_address() -> None:
    """The probe's path and query on the given base."""
    probe = "https://api.openai.com/v1/organization/admin_api_keys?limit=1"
    assert address(probe, None) == probe
    base = "http://127.0.0.1:1/gw"
    assert address(probe, base) == f"{base}/v1/organization/admin_api_keys?limit=1"
