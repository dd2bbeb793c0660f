"""Names that may hold a key: of files, branches and tags. Whoever clones them has the key.

All are looked at together, and only by the literals that keys themselves begin with: what names
a key, or hides one, is no part of a name. What is left goes through the rules as a blob.
"""

import os

from keyscan._literals import LITERALS, PREFIXES
from keyscan.literal_search import one_by_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keyscan.model import Blob

_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_LETTERS = _WORD[:-2]
_SMALL = b"abcdefghijklmnopqrstuvwxyz_-"
_LONGEST = 64  # no random letters are that many without a digit or a capital, as words are
_LEAST = 16  # characters of a key behind its prefix; no rule is content with fewer
# ``sk-ant-`` and the like begin with a prefix, too.
BEGINNINGS = (
    *PREFIXES,
    *(one for one in LITERALS if one[-1:] in (b"-", b"_") and not one.startswith(b"sk-")),
)
# Keys with these prefixes have letters and digits only: not in ``task_2_of_a_thing``.
_SOLID = frozenset(
    BEGINNINGS.index(one) for one in (b"sk_", b"ek_", b"r8_", b"fw_", b"hf_", b"api_org_")
)

# Of these, keys with as many hex digits as a hash: behind the others it is one, as in
# ``fw_<md5>.bin`` (firmware) and ``messages.sk_<sha256>.json`` (Slovak).
_LIKE_HASHES = BEGINNINGS.index(b"ek_")
_HASHES = frozenset((32, 40, 64))
_HEX = b"0123456789abcdefABCDEF"


def in_names(names: "Iterable[str]", before: str = "") -> "Iterator[Blob]":
    """The names that may hold a key; shown behind ``before``, which is not looked at.

    They are blobs of one line: that, and columns in it, is where a report says the key is.
    """
    data = os.fsencode("\0".join(names))
    suspects = suspicious(data)
    if not suspects:
        return
    from keyscan.model import Blob  # late: the fast hook looks at names, too

    done = 0
    for at in suspects:
        if at < done:
            continue
        start, end = data.rfind(b"\0", 0, at) + 1, data.find(b"\0", at)
        done = len(data) if end < 0 else end
        name = data[start:done]
        yield Blob(before + os.fsdecode(name), name, "name", column=len(before) + 1)


def suspicious(data: bytes) -> "list[int]":
    """Where a key may begin in names with a NUL between them, in order."""
    found = []
    for at, literal in one_by_one(data, BEGINNINGS):
        start = at + len(BEGINNINGS[literal])
        word = data[start : start + _LONGEST]
        solid = literal in _SOLID
        word = word[: len(word) - len(word.lstrip(_LETTERS if solid else _WORD))]
        hashed = len(word) in _HASHES and not word.translate(None, _HEX)
        if hashed and solid and literal != _LIKE_HASHES:
            continue
        if len(word) >= _LEAST and (solid or word.translate(None, _SMALL)):
            found.append(at)
    return sorted(found)
