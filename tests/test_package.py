"""The package as people get it: the wheel's contents, the README's promises, the repository."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import keyscan
from generate_readme import PICTURE, part, parts, picture

ROOT = Path(__file__).parents[1]


def tracked_files() -> list[str]:
    """Paths that git knows in this repository; skips where the tests run without it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout
    if not listed:
        pytest.skip("not a git repository")
    return [path for path in listed.decode().split("\0") if path]


def project() -> dict[str, object]:
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel made by the build backend itself, without a network."""
    folder = tmp_path_factory.mktemp("dist")
    code = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    pytest.importorskip("hatchling", reason="the build backend is not installed here")
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    in_wheel = {name for name in wheel.namelist() if ".dist-info/" not in name}
    in_source = {path.removeprefix("src/") for path in tracked_files() if path.startswith("src/")}
    # files not committed yet are in a developer's wheel, too
    assert (
        in_source - {path for path in in_source if not (ROOT / "src" / path).exists()} <= in_wheel
    )
    assert {name.split("/")[0] for name in in_wheel} == {"keyscan"}


@pytest.mark.parametrize(
    "pattern",
    [
        r"keyscan/py\.typed",
        r"keyscan/.*\.schema\.json",
        r"keyscan/locale/zh_CN/LC_MESSAGES/keyscan\.mo",
        r"keyscan_cli-.*\.dist-info/licenses/LICENSE",
    ],
)
def test_the_wheel_holds_what_is_no_python_file(wheel: zipfile.ZipFile, pattern: str) -> None:
    assert [name for name in wheel.namelist() if re.fullmatch(pattern, name)]


def test_the_distribution_is_called_keyscan_cli_and_carries_the_packages_version(
    wheel: zipfile.ZipFile,
) -> None:
    metadata = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
    lines = wheel.read(metadata).decode().splitlines()
    assert "Name: keyscan-cli" in lines
    assert f"Version: {keyscan.__version__}" in lines
    assert "License-Expression: Apache-2.0" in lines


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; old = set(sys.modules); import keyscan; print(set(sys.modules) - old)"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert shown == "{'keyscan'}\n"


def test_run_time_dependencies_are_those_that_were_agreed() -> None:
    needs = project()["dependencies"]
    assert isinstance(needs, list)
    names = {re.split(r"[\[<>=]", one)[0] for one in needs}
    agreed = {"click", "detect-secrets", "httpx", "hyperscan", "pathspec", "pypdf", "rich"}
    agreed |= {"stringzilla", "truststore"}
    assert agreed == names


def test_the_readme_names_every_run_time_dependency() -> None:
    licences = readme().partition("## Licence")[2]
    needs = project()["dependencies"]
    assert isinstance(needs, list)
    names = {re.split(r"[\[<>=]", one)[0] for one in needs}
    assert {name for name in names if not re.search(rf"\b{name}\b", licences)} == set()


def test_the_top_level_holds_only_what_was_agreed() -> None:
    agreed = {"pyproject.toml", "src", "hooks", "tests", ".pre-commit-hooks.yaml", "README.md"}
    platforms = {"LICENSE", "CHANGELOG.md", "action.yml", ".github", ".ci", "bench", ".gitignore"}
    platforms |= {".pre-commit-config.yaml", "docs"}
    assert {path.split("/")[0] for path in tracked_files()} - agreed - platforms == set()


def test_no_key_shaped_string_is_committed() -> None:
    """keyscan's own judgement of everything that git tracks here, but for notes."""
    call = [sys.executable, "-m", "keyscan", "scan", "--format", "json", "--", *tracked_files()]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    keys = [one for one in report["findings"] if one["confidence"] != "note"]
    places = [(one["rule"], one["locations"]) for one in keys]
    assert (places, report["gaps"], done.returncode) == ([], [], 0)


@pytest.mark.parametrize("name", ["scan", "test"])
def test_the_readme_marks_one_command_for_ci(name: str) -> None:
    marked = re.findall(rf"^<!-- ci: {name} -->\n```sh\n(.+)\n```$", readme(), re.M)
    assert len(marked) == 1
    assert marked[0].startswith("python3 -m venv .venv && ")


def test_the_readme_names_every_exit_code() -> None:
    from keyscan.errors import ExitCode

    rows = re.findall(r"^\| (\d) \| ", readme(), re.M)
    assert [str(code.value) for code in ExitCode] == rows


def test_what_scripts_write_of_the_pages_is_as_they_write_it() -> None:
    """If this fails: PYTHONPATH=tests python tests/generate_readme.py"""
    stale = [(page.name, name) for page, name, text in parts() if part(_read(page), name) != text]
    assert stale == []


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the picture is taken of a POSIX terminal")
def test_the_readmes_picture_is_what_keyscan_prints() -> None:
    """Its words: how rich draws them may change with its version."""
    assert _words(picture()) == _words(_read(PICTURE))
    assert f"]({PICTURE.relative_to(ROOT).as_posix()})" in readme()


def _words(drawn: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", drawn, flags=re.S).split())


def test_the_readme_is_short() -> None:
    assert len(readme().splitlines()) < 250
