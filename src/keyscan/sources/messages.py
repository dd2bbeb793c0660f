"""The message that ``git commit`` is about to record, from the file that git gives to its hook."""

import re
from collections.abc import Iterator

from keyscan.errors import UsageError
from keyscan.model import Blob, Gap, msg

# What `git commit --verbose` puts below the message: a scissors line, a comment of its own, the
# diff. The comment sign is configurable (core.commentChar), so it is whatever starts both lines.
_SCISSORS = re.compile(rb"^(\S{1,8}) -{24} >8 -{24}\r?\n\1 ", re.MULTILINE)


def commit_message(path: str) -> Iterator[Blob | Gap]:
    """The file's text as far as git records it.

    Comment lines stay: whether git strips them depends on ``--cleanup`` and on whether an editor
    ran, and a key that is typed there is a key to rotate. The diff below the scissors is the
    index's business. Raises UsageError where there is no such file.
    """
    try:
        with open(path, "rb") as stream:
            text = stream.read()
    except OSError as error:
        raise UsageError(
            msg(
                "the message file {path} cannot be read: {why}; git names it to its commit-msg"
                " hook, as in `keyscan hook commit-msg .git/COMMIT_EDITMSG`",
                path=path,
                why=error.strerror,
            )
        ) from None
    cut = _SCISSORS.search(text)
    yield Blob("commit-message", text[: cut.start()] if cut else text, "message")
