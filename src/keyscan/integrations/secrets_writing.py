"""Adds keys to detect-secrets' baseline, so that its own hook takes the file as it is.

Its hook scans the committed files and takes out of the baseline whatever it does not find there,
so an entry must be one that it makes itself. Its own library scans the files that hold keys, and
of what it finds only what is a key of ours is written. All else in the file stays as it is:
labels, plugins, filters and their settings, fields that we do not know.

Only plugins and filters that come with detect-secrets are run, and ours. One that the file names
by a path is code of the repository, and the filter that lets plugins ask the network is left out.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from detect_secrets.__version__ import VERSION  # noqa: TID253 - this is the bridge
from detect_secrets.core.plugins.util import (  # noqa: TID253
    get_mapping_from_secret_type_to_class,
)
from detect_secrets.core.potential_secret import PotentialSecret  # noqa: TID253
from detect_secrets.core.secrets_collection import SecretsCollection  # noqa: TID253
from detect_secrets.settings import (  # noqa: TID253
    default_settings,
    get_settings,
    transient_settings,
)

from keyscan.integrations import place
from keyscan.integrations.secrets_baseline import names, read
from keyscan.model import Finding

_ASKS = "detect_secrets.filters.common.is_ignored_due_to_verification_policies"
_LISTS = ("wordlist", "gibberish")  # filters that read files which the baseline names
_OURS = "KeyscanDetector"


def add(path: str, findings: Iterable[Finding], *, anew: bool) -> tuple[Finding, ...]:
    """Write the keys into the file at ``path``; returns those that detect-secrets does not see."""
    keys = tuple(findings)
    data = None if anew else place.content(Path(path))
    folder = os.path.dirname(os.path.abspath(path))
    document = dict(read(data, path, folder).document) if data is not None else _empty()
    before = document["results"]
    results = {name: [*rows] for name, rows in before.items()}
    for name, secret in _seen(keys, folder, document):
        rows = results.setdefault(name, [])
        if not any(_same(row, secret) for row in rows):
            rows.append({**secret.json(), "filename": name})
    document["results"] = {name: results[name] for name in sorted(results)}
    if document["results"] != before or data is None:
        place.put(Path(path), (json.dumps(document, indent=2) + "\n").encode())
    written = read(json.dumps(document).encode(), path, folder)
    return tuple(one for one in keys if written.acceptance(one) is None)


def _empty() -> dict[str, Any]:
    """What ``detect-secrets scan`` begins with, without what asks the network."""
    with default_settings():
        return {"version": VERSION, **get_settings().json(), "results": {}}


def _same(row: Mapping[str, Any], secret: PotentialSecret) -> bool:
    return row["hashed_secret"] == secret.secret_hash and row.get("type") == secret.type


def _seen(
    keys: tuple[Finding, ...], folder: str, document: Mapping[str, Any]
) -> Iterator[tuple[str, PotentialSecret]]:
    """What detect-secrets finds of these keys in their files, in the order of lines."""
    by_file: dict[str, list[str]] = {}
    for one in keys:
        for spot in one.locations:
            key = one.secret.prefix + one.secret.body  # to compare, never to show
            by_file.setdefault(names(spot, folder)[0], []).append(key)
    with transient_settings(_runnable(document)):
        found = SecretsCollection(root=folder)
        for name in by_file:
            if not name.startswith("../") and os.path.isfile(os.path.join(folder, name)):
                found.scan_file(name)
        for name, secret in found:
            value = secret.secret_value or ""
            if value and any(value in key or key in value for key in by_file.get(name, ())):
                yield name, secret


def _runnable(document: Mapping[str, Any]) -> dict[str, Any]:
    """The file's settings, without code that the file brings."""
    known: Mapping[str, Any] = get_mapping_from_secret_type_to_class()
    own = {kind.__name__ for kind in known.values()}
    plugins = [one for one in document.get("plugins_used", []) if "path" not in one]
    filters = [
        one
        for one in document.get("filters_used", [])
        if one["path"].startswith("detect_secrets.filters.")
        and one["path"] != _ASKS
        and one["path"].split(".")[2] not in _LISTS
    ]
    usable = [one for one in plugins if one["name"] in own]
    if any(one.get("name") == _OURS for one in document.get("plugins_used", [])):
        from keyscan.integrations import detect_secrets

        usable.append({"name": _OURS, "path": Path(detect_secrets.__file__).as_uri()})
    return {"plugins_used": usable, "filters_used": filters}
