"""Standard input, read to its end."""

from collections.abc import Iterator
from typing import BinaryIO

from keyscan.blocks import blocks
from keyscan.model import Blob, Gap, msg


def stdin(stream: BinaryIO) -> Iterator[Blob | Gap]:
    """The stream's content as path ``-``. A container larger than a block cannot be reopened."""
    try:
        yield from blocks(stream.read, "-", "stdin")
    except OSError as error:
        yield Gap("-", "unreadable", msg("cannot be read: {why}", why=error.strerror))
