"""What an event of a CI system brings in, compared with what. Pure: no git, no network."""

from dataclasses import dataclass

_HEX = frozenset("0123456789abcdef")
_NOT_IN_REFS = frozenset(" ~^:?*[\\\x7f")


@dataclass(frozen=True, slots=True)
class Event:
    """A push, a pull request, ...: the commits that ``head`` reaches and ``base`` does not.

    ``head`` and ``base`` are object ids, full names of branches, or revisions. Where ``base`` is
    empty or nowhere to be had, what ``branch`` (a full name) reaches counts as known, and without
    it nothing does. ``merge`` is a commit that merges head into its target: its first parent is
    a better base. ``everything``: all that the repository holds, whatever the rest says.
    ``files``: the files of ``head``, too. ``tag``: the full name of a tag on ``head``, whose own
    message counts. ``fork``: the content is a stranger's. ``commits`` is how many the event is
    said to bring, 0 where it does not say.
    """

    name: str
    head: str = "HEAD"
    base: str = ""
    branch: str = ""
    merge: str = ""
    everything: bool = False
    files: bool = False
    fork: bool = False
    commits: int = 0
    tag: str = ""


def oid(word: object) -> str:
    """The word if it is the id of an object; zeros, which stand for none, and the rest are ""."""
    if isinstance(word, str) and len(word) in (40, 64) and set(word) <= _HEX and word.strip("0"):
        return word
    return ""


def branch(name: object) -> str:
    """The full name of a branch given in short or in full; "" for what can be no branch."""
    if not isinstance(name, str) or not name:
        return ""
    full = name if name.startswith("refs/") else f"refs/heads/{name}"
    odd = not full.isprintable() or set(full) & _NOT_IN_REFS or ".." in full or "@{" in full
    return "" if odd or full.endswith(("/", ".lock", ".")) or "//" in full else full
