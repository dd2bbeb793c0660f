"""Runs a function as a user whom file permissions stop, also where tests run as root."""

import os
import pickle
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
NOBODY = 65534


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that any user can enter; pytest's own are for one user only."""
    folder = Path(tempfile.mkdtemp(prefix="keyscan-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_away(folder: Path) -> None:
    """Make everything below ``folder`` belong to the user of ``unprivileged``."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def unprivileged(function: Callable[[], T]) -> T:
    """The function's result, from a child without privileges. Skips where there is no fork."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork and other permissions")
    if os.geteuid() != 0:
        return function()
    here, there = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of earlier tests
        child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            with os.fdopen(there, "wb") as pipe:
                pickle.dump(function(), pipe)
        finally:
            os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    assert data, "the function failed in the child"
    result: T = pickle.loads(data)
    return result
