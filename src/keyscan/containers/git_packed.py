"""What git packs objects in: deltas of each other, which ``keyscan history`` has git put together.

Gaps, so that nobody takes them as clean; the packs of a git directory are told in ``worktree``.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from keyscan.container import Container, Problem
from keyscan.model import msg

BUNDLES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
PACKS = (b"PACK\0\0\0\x02", b"PACK\0\0\0\x03")

# A format named in a heading is no bundle: what it can do, what it needs or its refs follow.
_HEADER = rb"# v\d git bundle\n(?:@[^\n]+\n)*(?:-?[0-9a-f]{40,64}[ \n]|\nPACK)"


def _fits(head: bytes) -> bool:
    return head.startswith(PACKS) or re.match(_HEADER, head) is not None


def members(file: BinaryIO) -> Iterator[Problem]:
    """No member, one problem."""
    if file.read(2) == b"PA":
        detail = msg(
            "a git pack is not opened: run `keyscan history` on its repository, or on an empty one"
            " after `git index-pack --stdin < FILE` there"
        )
        yield Problem("", "git-pack", detail)
        return
    detail = msg(
        "a git bundle is not opened: save it as a file, then run `git clone FILE FOLDER` and"
        " `keyscan history FOLDER`"
    )
    yield Problem("", "git-bundle", detail)


CONTAINER = Container(
    name="git",
    magics=tuple((0, magic) for magic in (*BUNDLES, *PACKS)),
    members=members,
    fits=_fits,
    derived=True,
)
