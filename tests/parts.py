"""Programs that a test needs: where they are, or a skip that says how to get them."""

import os
import shutil
from pathlib import Path

import pytest


def node_package(name: str) -> Path:
    """The folder of an installed npm package below ``$KEYSCAN_TEST_PARTS``."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    parts = os.environ.get("KEYSCAN_TEST_PARTS")
    if not parts:
        pytest.skip("KEYSCAN_TEST_PARTS is not set (npm install --prefix DIR " + name + ")")
    folder = Path(parts, "node_modules", name)
    if not folder.is_dir():
        pytest.skip(f"npm install --prefix {parts} {name}")
    return folder


def program(name: str) -> str:
    """The path of a program that Debian's package of the same name brings."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (apt-get install {name})")
    return found


def scanner(name: str, package: str) -> str:
    """The path of another scanner, installed from PyPI below ``$KEYSCAN_TEST_PARTS``."""
    parts = os.environ.get("KEYSCAN_TEST_PARTS")
    if not parts:
        pytest.skip(f"KEYSCAN_TEST_PARTS is not set ({package} in a venv below it)")
    found = shutil.which(name, path=os.pathsep.join(map(str, Path(parts, package).glob("[bS]*"))))
    if found is None:
        pytest.skip(f"python -m venv {parts}/{package}; its pip install {package}")
    return found
