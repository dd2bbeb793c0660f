"""``.pre-commit-config.yaml`` with our hooks in it: text in, text out, all else kept."""

import re
from typing import Any

from keyscan.errors import UsageError
from keyscan.integrations import marked
from keyscan.model import msg

TYPES = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")
_REPOS = re.compile(rb"^repos:[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)", re.M)
_NONE = re.compile(
    rb"^repos:[ \t]*(?:\[[ \t]*\]|~|null)[ \t]*?([ \t]*#[^\r\n]*)?(\r?)(?:\n|\Z)", re.M
)
_INSTEAD = "# the line above was:"  # nothing, where there was no such line
_WAS = re.compile(rf"^[ \t]*{_INSTEAD}[ \t]*([^\r\n]*)".encode(), re.M)
_LOCAL = """\
- repo: local
  hooks:
    - id: keyscan
      name: keyscan (staged changes)
      entry: keyscan-hook
      language: system
      stages: [pre-commit, pre-merge-commit, manual]
      pass_filenames: false
      always_run: true
      require_serial: true
    - id: keyscan-push
      name: keyscan (pushed commits)
      entry: keyscan hook pre-push
      language: system
      stages: [pre-push]
      pass_filenames: false
      always_run: true
      require_serial: true
    - id: keyscan-msg
      name: keyscan (commit message)
      entry: keyscan hook commit-msg
      language: system
      stages: [commit-msg]
"""
_REMOTE = """\
- repo: {repo}
  rev: {rev}
  hooks:
    - id: keyscan
    - id: keyscan-push
    - id: keyscan-msg
"""


def entry(repo: str = "", rev: str = "") -> str:
    """The lines of our entry: of a hook repository, or of the keyscan that is on PATH."""
    import json  # late: quoted as JSON, an address is YAML whatever it holds

    return _REMOTE.format(repo=json.dumps(repo), rev=json.dumps(rev)) if repo else _LOCAL


def has_hooks(data: bytes) -> bool:
    """Whether the configuration names one of our hooks already, by us or by hand."""
    return any(
        str(hook.get("id", "")).startswith("keyscan")
        for repo in _repos(_parsed(data)) or []
        if isinstance(repo, dict)
        for hook in repo.get("hooks") or []
        if isinstance(hook, dict)
    )


def with_hooks(data: bytes | None, wanted: str) -> bytes:
    """The configuration with our entry behind the others. None: there is no file yet.

    Raises UsageError with the lines to add where the text cannot be edited safely: what is
    parsed afterwards must be what was there and our entry.
    """
    if data is None:
        return marked.insert(b"repos:\n", 7, wanted, indent="  ", created=True)
    old = _parsed(data)
    opened, lines = _opened(data, old, wanted)
    place = _place(opened)
    if place is not None and isinstance(old, dict | None):
        at, indent = place
        new = marked.insert(opened, at, lines, indent=indent)
        expected = {**(old or {}), "repos": [*(_repos(old) or []), *_parsed(wanted.encode())]}
        if _try_parsed(new) == expected:
            return new
    raise UsageError(
        msg(
            "this .pre-commit-config.yaml cannot be edited safely; add these lines to `repos:`"
            " yourself:\n{lines}",
            lines=wanted,
        )
    )


def without_hooks(data: bytes) -> marked.Removed | None:
    """The configuration as it was before ``with_hooks``; None where nothing of that is in it."""
    found = marked.removed(data)
    was = _WAS.search(data)
    if not found or not was or _repos(_try_parsed(found.data)):
        return found
    end = b"\r\n" if b"\r\n" in data else b"\n"
    line = was[1] + end if was[1] else b""
    return found._replace(data=_REPOS.sub(lambda _: line, found.data, count=1))


def _opened(data: bytes, old: Any, wanted: str) -> tuple[bytes, str]:
    """The text with a ``repos:`` that lines can follow, and the lines, which say what it was.

    ``repos: []`` loses its brackets, an empty file or one without ``repos`` gets the line.
    """
    end = b"\r\n" if b"\r\n" in data else b"\n"
    none = _NONE.search(data)
    if none and _repos(old) in ([], None):
        head = b"repos:" + (none[1] or b"") + end
        was = none[0].rstrip(b"\r\n").decode(errors="replace")
        return data[: none.start()] + head + data[none.end() :], f"{_INSTEAD} {was}\n{wanted}"
    if old is None or (isinstance(old, dict) and "repos" not in old):
        data += b"" if not data or data.endswith(b"\n") else end
        return data + b"repos:" + end, f"{_INSTEAD}\n{wanted}"
    return data, wanted


def _place(data: bytes) -> tuple[int, str] | None:
    """Behind the last line of ``repos:``, and how far its entries are indented."""
    head = _REPOS.search(data)
    if not head:
        return None
    at = end = head.end()
    indent: str | None = None
    for line in data[at:].splitlines(keepends=True):
        at += len(line)
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        lead = len(line) - len(line.lstrip(b" "))
        if lead == 0 and not text.startswith(b"-"):
            break
        indent = " " * lead if indent is None else indent
        end = at
    return end, "  " if indent is None else indent


def _repos(config: Any) -> list[Any] | None:
    repos = config.get("repos") if isinstance(config, dict) else None
    return repos if isinstance(repos, list) else None


def _parsed(data: bytes) -> Any:
    import yaml  # late: 20 ms

    try:
        return yaml.safe_load(data)
    except yaml.YAMLError:
        raise UsageError(
            msg("this .pre-commit-config.yaml is not valid YAML; run `pre-commit validate-config`")
        ) from None


def _try_parsed(data: bytes) -> Any:
    try:
        return _parsed(data)
    except UsageError:
        return None
