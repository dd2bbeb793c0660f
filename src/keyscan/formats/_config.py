"""The effective settings with where each came from: as the TOML that would set them, as JSON."""

import json as plain
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from keyscan.allowlist import Entry, expired
from keyscan.config import DEFAULT, Loaded
from keyscan.formats import Show, safe
from keyscan.formats._lines import Line, Part, joined
from keyscan.i18n import render as said
from keyscan.model import msg
from keyscan.policy import Policy
from keyscan.settings import SETTINGS

VERSION = 1  # of the JSON


def json(loaded: Loaded, own: str) -> str:
    """One JSON object; what a file can set, by its name there."""
    settings = {
        one.name: {
            "value": _plain(getattr(loaded.config, one.field)),
            "origin": loaded.origin(one.name),
        }
        for one in SETTINGS
    }
    document = {
        "version": VERSION,
        "root": safe(loaded.root),
        "files": [safe(one) for one in loaded.files],
        "user_file": safe(own) or None,
        "settings": settings,
    }
    return plain.dumps(document, indent=2) + "\n"


def _plain(value: Any) -> Any:
    """Frozen values as JSON has them, without what nobody set."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(one) for name, one in asdict(value).items() if one not in ("", ())}
    return value


def text(loaded: Loaded, own: str, show: Show) -> str:
    """Lines of TOML, each with a comment that names its origin."""
    blocks = [_head(loaded, own), _single(loaded), *_many(loaded)]
    return joined(blocks, show)


def _head(loaded: Loaded, own: str) -> Iterator[Line]:
    there = said(msg("there")) if own in loaded.files else said(msg("not there"))
    yield _comment(said(msg("paths are relative to {root}", root=safe(loaded.root))))
    if own:
        yield _comment(said(msg("your own file: {path} ({there})", path=safe(own), there=there)))
    for path in loaded.files:
        if path != own:
            yield _comment(said(msg("read: {path}", path=safe(os.path.relpath(path)))))


def _comment(words: str) -> Line:
    return (Part(f"# {words}", "dim"),)


def _single(loaded: Loaded) -> Iterator[Line]:
    for one in SETTINGS:
        if not one.many:
            value = getattr(loaded.config, one.field)
            if value in ("", ()):
                yield _comment(said(msg("{name} is not set", name=one.name)))
            else:
                yield (Part(f"{one.name} = {_toml(value)}  "), _origin(loaded.origin(one.name)))


def _origin(origin: str) -> Part:
    words = said(msg("default")) if origin == DEFAULT else safe(origin)
    return Part(f"# {words}", "dim")


def _many(loaded: Loaded) -> Iterator[Iterator[Line]]:
    config, today = loaded.config, Policy().today
    if config.endpoints:
        yield _table("[endpoints]", dict(config.endpoints), loaded.origin("endpoints"))
    for entry in config.allow:
        yield _table("[[allow]]", _fields(entry), _of_entry(entry, today))
    for provider in config.providers:
        fields = _fields(provider)
        for language, steps in zip(("en", "zh"), zip(*provider.steps, strict=True), strict=False):
            fields[f"steps.{language}"] = [*steps]
        yield _table(f"[providers.{provider.id}]", fields, loaded.origin("providers"))
    for rule in config.rules:
        yield _table("[[rules]]", {"id": rule.id, **_fields(rule)}, loaded.origin("rules"))


def _of_entry(entry: Entry, today: str) -> str:
    if not expired(entry, today):
        return entry.origin
    return said(msg("{origin}: EXPIRED, hides nothing", origin=entry.origin))


def _fields(value: Any) -> dict[str, Any]:
    fields = {
        name: getattr(value, name)
        for name in value.__dataclass_fields__
        if name not in ("origin", "id", "steps")
    }
    return {name: one for name, one in fields.items() if one not in ("", ())}


def _table(head: str, values: dict[str, Any], origin: str) -> Iterator[Line]:
    yield (Part(head, "bold"), Part("  "), _origin(origin))
    for name, value in values.items():
        yield (Part(f"{name} = {_toml(value)}"),)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and len(value) == 1:
        return _toml(value[0])
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_toml, value))}]"
    return plain.dumps(safe(str(value)), ensure_ascii=False)
