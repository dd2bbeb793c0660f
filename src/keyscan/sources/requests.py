"""Pull and merge requests: refs that hosts keep serving and that a clone does not have.

They are fetched into a temporary repository (``borrowed``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from keyscan import git
from keyscan.errors import IncompleteError
from keyscan.model import msg
from keyscan.repository import Repository, repository
from keyscan.sources.borrowed import address, borrowing

# GitHub, Gitea and Forgejo; GitLab; Bitbucket Server.
_REFS = ("refs/pull/*/head", "refs/merge-requests/*/head", "refs/pull-requests/*/from")
FETCHED = "refs/keyscan/"  # where they are in the temporary repository


@contextmanager
def requests(where: Repository, remote: str) -> Iterator[Repository]:
    """A temporary repository with the remote's requests under ``refs/keyscan``.

    The only fetch of a scan, and only on request. The remote's address is taken from the scanned
    repository's configuration and nothing else of it: the fetch runs in a repository of our own.
    Raises UsageError for a remote that is not there, IncompleteError where the fetch fails.
    """
    source = address(where, remote)
    with borrowing(where) as folder:
        args = ["fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]
        specs = [f"+{ref}:{FETCHED}{ref.removeprefix('refs/')}" for ref in _REFS]
        answer = git.run([*args, "--end-of-options", source, *specs], folder, fetch=True)
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
