"""Pull and merge requests: refs that hosts keep serving and that a clone does not have.

They are fetched into a temporary repository that borrows the objects of the scanned one, so that
only what is missing is transferred, and nothing is left behind.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from keyscan import git
from keyscan.errors import IncompleteError, UsageError
from keyscan.model import msg
from keyscan.repository import Repository, repository

# GitHub, Gitea and Forgejo; GitLab; Bitbucket Server.
_REFS = ("refs/pull/*/head", "refs/merge-requests/*/head", "refs/pull-requests/*/from")


@contextmanager
def requests(where: Repository, remote: str) -> Iterator[Repository]:
    """A temporary repository with the remote's requests under ``refs/keyscan``.

    The only fetch of a scan, and only on request. The remote's address is taken from the scanned
    repository's configuration and nothing else of it: the fetch runs in a repository of our own.
    Raises UsageError for a remote that is not there, IncompleteError where the fetch fails.
    """
    address = _address(where, remote)
    with TemporaryDirectory(prefix="keyscan-", ignore_cleanup_errors=True) as folder:
        form = git.checked(["rev-parse", "--show-object-format"], where.folder).decode().strip()
        git.checked(["init", "-q", "--bare", f"--object-format={form}", "--template=", folder])
        lent = os.path.join(folder, "objects", "info", "alternates")
        with open(lent, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(os.path.join(where.common, "objects") + "\n")
        args = ["fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]
        specs = [f"+{ref}:refs/keyscan/{ref.removeprefix('refs/')}" for ref in _REFS]
        answer = git.run([*args, "--end-of-options", address, *specs], folder, fetch=True)
        if answer.code:
            raise IncompleteError(
                msg(
                    "the requests of {remote} could not be fetched ({why}); what is here was not"
                    " scanned either: leave out --refs to scan that",
                    remote=remote,
                    why=git.why(answer),
                )
            )
        yield repository(folder)


def _address(where: Repository, remote: str) -> str:
    answer = git.run(["config", "--get", f"remote.{remote}.url"], where.folder)
    address = os.fsdecode(answer.out).rstrip("\n")
    if answer.code or not address:
        raise UsageError(
            msg("no remote {remote}; `git remote` lists those that there are", remote=remote)
        )
    if "://" not in address and ":" not in address.split("/")[0]:
        return os.path.join(os.path.abspath(where.folder), address)  # a folder
    return address
