"""How a key may be hidden: each decoder turns a blob's bytes into further views of it."""

from collections.abc import Iterable, Iterator

from keyscan.model import Blob, Gap, View


def decode(blobs: Iterable[Blob | Gap]) -> Iterator[View | Gap]:
    """Each blob as it is, then as each decoder reads it. Gaps pass through."""
    for blob in blobs:
        yield blob if isinstance(blob, Gap) else View(blob, blob.data)
