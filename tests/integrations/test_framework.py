"""``.pre-commit-config.yaml`` is edited as text: comments and style stay, and the meaning."""

from importlib import import_module
from typing import Any

import pytest

from keyscan.errors import UsageError
from keyscan.integrations.framework import entry, has_hooks, with_hooks, without_hooks

STYLES = {
    "usual": """\
# What runs here
default_stages: [pre-commit]

repos:  # all of them
  # formatting
  - repo: https://example.invalid/black
    rev: "1"  # pinned
    hooks:
      - id: black
        args: [--line-length, "100"]

# trailing remark
""",
    "not indented": "repos:\n- repo: local\n  hooks:\n  - id: a\n    name: a\n\nfail_fast: true\n",
    "four": "repos:\n\n    -   repo: local\n        hooks:\n        -   {id: a, name: a}\n",
    "no line end": "repos:\n  - repo: meta\n    hooks: [{id: identity}]",
    "windows": "repos:\r\n  - repo: meta\r\n    hooks: [{id: identity}]\r\nci: {skip: [a]}\r\n",
    "text block": """\
repos:
  - repo: local
    hooks:
      - id: a
        entry: |
          repos:
          - x
""",
    "empty": "fail_fast: true\nrepos:\n",
    "nothing in it": "repos: []\n",
    "nothing, with remarks": "# ours\nrepos: [ ]  # none yet\n\nfail_fast: true  # all\n",
    "nothing, windows": "repos: []  # none\r\nci: {skip: [a]}\r\n",
    "nothing, no line end": "repos: []\n# end",
    "null": "repos: null\n",
    "no file": "",
    "remarks alone": "# to be written\n---\n",
    "no repos": "fail_fast: true\n",
    "repos": "repos:\n",
    "document": "---\nrepos:\n  - repo: meta\n    hooks: [{id: identity}]\n...\n",
}


def parsed(data: bytes) -> Any:
    return import_module("yaml").safe_load(data)


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("address", [(), ("https://example.invalid/keyscan", "v1: #2")])
def test_our_entry_is_added_behind_the_others(text: str, address: tuple[str, ...]) -> None:
    data, wanted = text.encode(), entry(*address)
    new = with_hooks(data, wanted)
    old = {"repos": [], **(parsed(data) or {})}
    assert {**old, "repos": [*(old["repos"] or []), *parsed(wanted.encode())]} == parsed(new)
    assert has_hooks(new)
    assert not has_hooks(data)
    back = without_hooks(new)
    assert back is not None
    assert back.data == data


@pytest.mark.parametrize(
    "text", ["repos: [\n]\n", "repos: [{repo: meta, hooks: [{id: identity}]}]\n", "{repos: []}\n",
             "- a\n", "{a: 1}\n", "a\n", "repos: &x []\nb: *x\n", "a: |\n  b\n...\n",
             "a: |\n\n  b\nc: [\nrepos: []\n]\n", "b: >\nrepos: {}\n"]
)  # fmt: skip
def test_what_cannot_be_edited_safely_is_refused_with_the_lines(text: str) -> None:
    with pytest.raises(UsageError, match="keyscan-push"):
        with_hooks(text.encode(), entry())


def test_comments_beside_an_empty_list_stay() -> None:
    new = with_hooks(b"# ours\nrepos: []  # none yet\nci: {skip: [a]}  # slow\n", entry())
    assert new.startswith(b"# ours\nrepos:  # none yet\n")
    assert new.endswith(b"\nci: {skip: [a]}  # slow\n")


def test_entries_that_were_added_beside_ours_stay() -> None:
    for text in (b"repos: []\n", b""):
        more = with_hooks(text, entry()) + b"  - repo: meta\n    hooks: [{id: identity}]\n"
        back = without_hooks(more)
        assert back is not None
        assert [one["repo"] for one in parsed(back.data)["repos"]] == ["meta"]


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(UsageError, match="not valid YAML"):
        with_hooks(b"repos: [\n", entry())


def test_a_new_file_is_ours() -> None:
    new = with_hooks(None, entry())
    assert [one["repo"] for one in parsed(new)["repos"]] == ["local"]
    back = without_hooks(new)
    assert back is not None
    assert back.created
