"""Numbered rotation steps as lines, for a report and for ``keyscan rotate``."""

from collections.abc import Iterable, Iterator

from keyscan.formats import Show, safe
from keyscan.formats._lines import Line, Part, joined, paragraph
from keyscan.i18n import render as said
from keyscan.model import Message, msg
from keyscan.provider import Provider
from keyscan.providers import all_providers
from keyscan.rotate import kinds_of, steps

_TITLES = {
    "project": "{name} project key",
    "service-account": "{name} service account key",
    "admin": "{name} admin key",
    "user": "{name} user key",
    "unprefixed": "{name} key without its beginning",
    "plan": "{name} subscription plan key",
    "management": "{name} management key",
    "organization": "{name} organization key",
    "personal": "{name} personal key",
    "service": "{name} service key",
    "oauth": "{name} sign-in token",
    "oauth-refresh": "{name} sign-in refresh token",
    "session": "{name} browser session",
    "chatgpt-session": "ChatGPT sign-in of {name}",
    "chatgpt-refresh": "ChatGPT refresh token of {name}",
    "codex-token": "{name} Codex access token",
    "client-secret": "{name} client secret",
    "webhook": "{name} webhook secret",
}


def title(provider: Provider, kind: str) -> Message:
    """What the key is called: the provider's name and the kind."""
    if provider.id == "unknown":
        return msg("API key of an unknown issuer")
    return Message(_TITLES.get(kind, "{name} API key"), (("name", provider.name),))


def title_ids() -> tuple[str, ...]:
    """The message ids of all titles, for the catalogs."""
    return (*_TITLES.values(), "{name} API key")


def numbered(steps: Iterable[Message], show: Show) -> Iterator[Line]:
    """``1. …``, wrapped with a hanging indent."""
    for number, step in enumerate(steps, 1):
        first = f"{number}. ".rjust(4)
        yield from paragraph(safe(said(step)), show, "    ", first)


def guide(provider: Provider, kind: str, show: Show) -> str:
    """The steps for a kind of key as text, and which other kinds there are."""
    heading = paragraph(said(title(provider, kind)), show, "  ", "")
    bold = ((Part(line[0].text, "bold"),) for line in heading)
    blocks = [bold, numbered(steps(provider, kind).steps, show)]
    others = [one for one in kinds_of(provider) if one not in ("api-key", kind)]
    if others:
        hint = msg("steps for another kind of key: --kind {kinds}", kinds=", ".join(others))
        blocks.append(paragraph(said(hint), show, "  ", ""))
    return joined(blocks, show)


def issuers(show: Show) -> str:
    """Every provider with its page, one a line."""
    known = [one for one in all_providers().values() if one.pages.keys]
    column = max(len(one.id) for one in known)
    rows = [(Part(one.id.ljust(column), "bold"), Part(f"  {one.pages.keys}")) for one in known]
    return joined([rows], show)
