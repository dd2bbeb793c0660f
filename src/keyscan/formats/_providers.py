"""The issuers that keyscan knows: as text, as JSON, and as the table of the README."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from keyscan.formats import Show
from keyscan.formats._lines import Line, Part, headed, joined
from keyscan.i18n import render as said
from keyscan.model import msg
from keyscan.provider import Provider
from keyscan.providers import all_providers

LABELS = {
    "keys": msg("keys"),
    "usage": msg("usage"),
    "billing": msg("billing"),
    "admin": msg("admin"),
    "chatgpt-refresh": msg("ChatGPT refresh"),
    "chatgpt-session": msg("ChatGPT session"),
    "client-secret": msg("client secret"),
    "codex-token": msg("Codex token"),
    "management": msg("management"),
    "oauth": msg("sign-in"),
    "oauth-refresh": msg("sign-in refresh"),
    "plan": msg("subscription plan"),
    "session": msg("session"),
    "webhook": msg("webhook"),
}
"""Words for pages_of's names; a test holds them against the providers."""

VERSION = 1  # of the JSON, described by providers.schema.json beside this file


def _every() -> list[Provider]:
    return [one for _, one in sorted(all_providers().items())]


def forms_of(provider: Provider) -> list[str]:
    """What the issuer's keys begin with, each once."""
    return sorted({rule.prefix for rule in provider.rules if rule.prefix})


def hosts_of(provider: Provider) -> list[str]:
    """The hosts that ``--verify`` contacts, in the order in which they are asked."""
    return list(dict.fromkeys(urlsplit(probe.url).hostname or "" for probe in provider.probes))


def _needs_evidence(provider: Provider) -> bool:
    """Whether some keys have a form that other vendors' keys have too. OpenAI's is of 2020."""
    return bool(provider.shapes) and provider.id != "openai"


def pages_of(provider: Provider) -> dict[str, str]:
    """What a console page is for → its address; the pages of special kinds of key by the kind."""
    pages = provider.pages
    named = {"keys": pages.keys, "usage": pages.usage, "billing": pages.billing}
    return {**{what: url for what, url in named.items() if url}, **dict(provider.kind_pages)}


def text(show: Show) -> str:
    """A paragraph for each issuer."""
    return joined((_paragraph(one, show) for one in _every()), show)


def _paragraph(provider: Provider, show: Show) -> Iterator[Line]:
    yield (Part(provider.id, "bold"), Part(f"  {provider.name}"))
    known = forms_of(provider)
    if _needs_evidence(provider):
        known.append(said(msg("shared shapes, with evidence")))
    elif provider.id == "unknown":
        known.append(said(msg("telling names")))
    asked = ", ".join(hosts_of(provider)) or said(msg("not asked"))
    rows = [(said(msg("forms")), ", ".join(known)), (said(msg("asked at")), asked)]
    rows += [(said(LABELS[what]), url) for what, url in pages_of(provider).items()]
    for head, told in rows:
        yield from headed(f"  {head}", "", told, show, "    ")


def document() -> dict[str, Any]:
    """The issuers as plain values."""
    return {"version": VERSION, "providers": [_plain(one) for one in _every()]}


def _plain(provider: Provider) -> dict[str, Any]:
    return {
        "id": provider.id,
        "name": provider.name,
        "rules": [
            {"id": one.id, "kind": one.kind, "prefix": one.prefix or None} for one in provider.rules
        ],
        "shared_shapes": list(provider.shapes),
        "hosts": hosts_of(provider),
        "pages": pages_of(provider),
    }


def json() -> str:
    """One JSON object, ending in a newline."""
    from json import dumps

    return dumps(document(), indent=2) + "\n"


def markdown() -> str:
    """One row for each issuer. In English: it stands in the README."""
    head = "| provider | issuer | known by | asked with `--verify` | keys are made and deleted at |"
    return "\n".join([head, "|---|---|---|---|---|", *map(_row, _every())]) + "\n"


def _row(provider: Provider) -> str:
    known = [f"`{form}`" for form in forms_of(provider)]
    if _needs_evidence(provider):
        known.append("a shared shape and evidence")
    elif provider.id == "unknown":
        known.append("a telling name")
    asked = ", ".join(hosts_of(provider)) or "not asked"
    page = f"<{provider.pages.keys}>" if provider.pages.keys else ""
    cells = (f"`{provider.id}`", provider.name, ", ".join(known), asked, page)
    return f"| {' | '.join(cells)} |"
