"""A temporary repository of our own that borrows the objects of the scanned one.

What is fetched goes there, so that only what is missing is transferred, nothing of the scanned
repository's configuration is in force, and nothing is left behind.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from keyscan import git
from keyscan.errors import UsageError
from keyscan.model import msg
from keyscan.repository import Repository
from keyscan.temporary import temporary_folder

ENDLESS = 0x7FFFFFFF  # the depth that git itself takes for all of the history


@contextmanager
def borrowing(where: Repository, *, lends: bool = True) -> Iterator[str]:
    """The folder of an empty bare repository that has all objects of ``where``, if that lends."""
    with temporary_folder() as folder:
        form = git.checked(["rev-parse", "--show-object-format"], where.folder).decode().strip()
        git.checked(["init", "-q", "--bare", f"--object-format={form}", "--template=", folder])
        lent = os.path.join(folder, "objects", "info", "alternates")
        with open(lent, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(os.path.join(where.common, "objects") + "\n" if lends else "")
        if lends and where.shallow:  # for the server to know what is not here
            shutil.copyfile(os.path.join(where.common, "shallow"), os.path.join(folder, "shallow"))
        yield folder


def address(where: Repository, remote: str) -> str:
    """Where a remote is, as an absolute path if it is a folder. Raises UsageError for none."""
    answer = git.run(["config", "--get", f"remote.{remote}.url"], where.folder)
    found = os.fsdecode(answer.out).rstrip("\n")
    if answer.code or not found:
        raise UsageError(
            msg("no remote {remote}; `git remote` lists those that there are", remote=remote)
        )
    if "://" not in found and ":" not in found.split("/")[0]:
        return os.path.join(os.path.abspath(where.folder), found)  # a folder
    return found
