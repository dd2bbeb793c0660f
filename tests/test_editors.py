"""Editors complete and check the settings, by the schema that ``keyscan config init`` writes."""

import subprocess
import sys
from pathlib import Path

import pytest

from keyscan.commands.config import BESIDE
from language_server import editor
from parts import scanner
from repo import Repo

pytestmark = pytest.mark.external
ROOT = Path(__file__).parents[1]

TOMBI = f"""\
[[schemas]]
root = "tool.keyscan"
path = "{BESIDE}"
include = ["pyproject.toml"]
"""


@pytest.fixture
def begun(repo: Repo) -> Path:
    subprocess.run([sys.executable, "-m", "keyscan", "config", "init"], check=True)
    return repo.path


def tombi(*words: str) -> list[str]:
    """With the network it would ask a catalogue of schemas."""
    return [scanner("tombi", "taplo"), *words, "--offline"]


def test_an_editor_completes_and_checks_the_file(begun: Path) -> None:
    path = begun / "keyscan.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    with editor(tombi("lsp"), begun) as server:
        wrong = server.opened(path, "\n".join([*lines, 'fail-onn = "any"']))
        server.opened(path, "\n".join([*lines, "", ""]))
        offered = server.completed(path, len(lines) + 1, 0)
        server.opened(path, "\n".join([*lines, "fail-on = "]))
        values = server.completed(path, len(lines), 10)

    assert any("fail-onn" in one for one in wrong)
    assert offered >= {"fail-on", "no-ignore", "pragmas", "allow", "rules"}
    assert values >= {'"any"', '"note"', '"live"'}


def test_an_editor_completes_a_pyproject(begun: Path) -> None:
    for page in ("configuration.md", "zh/configuration.md"):
        assert TOMBI in (ROOT / "docs" / page).read_text(encoding="utf-8")
    (begun / "tombi.toml").write_text(TOMBI)
    path = begun / "pyproject.toml"
    path.write_text("[tool.keyscan]\n\n")
    with editor(tombi("lsp"), begun) as server:
        server.opened(path, path.read_text())
        offered = server.completed(path, 1, 0)

    assert offered >= {"fail-on", "no-ignore", "pragmas", "allow", "rules"}


@pytest.mark.parametrize("line", ['fail-onn = "any"', 'fail-on = "sometimes"', "[[allow]]"])
def test_taplo_refuses_what_the_schema_refuses(begun: Path, line: str) -> None:
    """Even Better TOML is Taplo; its wheel has no language server that starts."""
    command = [scanner("taplo", "taplo"), "lint", "keyscan.toml"]
    subprocess.run(command, check=True, capture_output=True)
    with Path("keyscan.toml").open("a") as file:
        file.write(f"{line}\n")

    assert subprocess.run(command, check=False, capture_output=True).returncode == 1
