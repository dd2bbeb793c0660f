"""What a history's scan is narrowed to: dates and revisions, asked about before they are used.

git takes a date that it cannot read for the present, and a revision may be an option or a range:
either way nothing would be scanned, and the report would be clean.
"""

import re
from collections.abc import Iterable

from keyscan import git
from keyscan.errors import UsageError
from keyscan.model import msg

_AGO = re.compile(r"\d{1,4}[ .](?:second|minute|hour|day|week|month|year)s?[ .]ago")


def since(text: str) -> str:
    """A date as git reads it without a guess; a day begins at midnight. Raises UsageError."""
    from datetime import datetime  # late: most scans have no date

    if _AGO.fullmatch(text):
        return text
    try:
        when = datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            msg("--since takes a date as 2026-01-31, or `2 weeks ago`, and not {given}", given=text)
        ) from None
    if when > datetime.now().astimezone():
        raise UsageError(
            msg("--since {given} lies in the future: name a date that is past", given=text)
        )
    return when.isoformat(timespec="seconds")


def revisions(names: Iterable[str], cwd: str) -> list[str]:
    """The objects that branches, tags or commits name. Raises UsageError for anything else."""
    found = []
    for name in names:
        args = ["rev-parse", "--verify", "-q", "--end-of-options", name]
        oids = [] if name.startswith(("-", "^")) else git.run(args, cwd).out.decode().split()
        if len(oids) != 1 or oids[0].startswith("^"):
            raise UsageError(
                msg(
                    "--branch takes the name of a branch, a tag or a commit, and {name} is none;"
                    " `git branch -a` lists the branches",
                    name=name,
                )
            )
        found += oids
    return found
