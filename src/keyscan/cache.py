"""What of a repository's store is known to be clean, so that a second scan reads only the rest.

A file in the git directory's own folder ``keyscan`` (mode 0600): names of packs and of objects,
never content. It counts only as long as rules, decoders and everything else in this package are
byte for byte the same, and only for the user who wrote it: it is signed with a key of the user's
own, so that a record that came with somebody else's copy of a repository clears nothing. It is
written beside and renamed, so that a crash or two runs at once leave one whole record.
"""

import hmac
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from keyscan import __version__
from keyscan.model import Message, msg
from keyscan.providers import own

_SIGNATURE = 64  # hex letters in front


@dataclass(frozen=True, slots=True)
class Record:
    """``packs``: name → size and time of those read to their end. ``clean`` and ``suspects`` are
    object names: those outside of these packs that hold nothing, and all that were looked at
    closer and are looked at again each time, because they may hold a finding. All that ``tips``
    reach was there, but for what ``missing`` names. Of the suspects, ``traced`` were touched by
    ``touched`` among the commits that ``tips`` reach, and by no others.
    """

    packs: dict[str, tuple[int, int]]
    clean: frozenset[str]
    suspects: dict[str, str]  # name → kind
    tips: tuple[str, ...]
    missing: tuple[str, ...] = ()
    traced: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()


def load(common: str) -> Record | None:
    """The record of a git directory, or None where there is none that counts."""
    try:
        data = _path(common).read_bytes()
        signature, body = data[:_SIGNATURE], data[_SIGNATURE:]
        if not hmac.compare_digest(signature, _signed(common, body)):
            return None
        plain = json.loads(body)
        packs = {name: (int(size), int(when)) for name, (size, when) in plain["packs"].items()}
        clean, suspects = frozenset(plain["clean"]), dict(plain["suspects"])
        tips, missing = tuple(plain["tips"]), tuple(plain["missing"])
        traced, touched = frozenset(plain["traced"]), frozenset(plain["touched"])
        return Record(packs, clean, suspects, tips, missing, traced, touched)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(common: str, record: Record) -> Message | None:
    """Write it; what went wrong as one warning, since the scan itself is as good without."""
    body = json.dumps(
        {
            "packs": record.packs,
            "clean": sorted(record.clean),
            "suspects": record.suspects,
            "tips": record.tips,
            "missing": record.missing,
            "traced": sorted(record.traced),
            "touched": sorted(record.touched),
        }
    ).encode()
    path = _path(common)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _write(beside, _signed(common, body) + body)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        return msg("the next scan will read everything again: {why}", why=error.strerror)
    return None


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _path(common: str) -> Path:
    return Path(common) / "keyscan" / "history"


def _signed(common: str, body: bytes) -> bytes:
    """Over the rules and the place as well: a copied record is not that of this repository."""
    digest = hmac.new(_own_key(), digestmod=sha256)
    for part in (rules(), os.path.realpath(common).encode(errors="surrogateescape"), body):
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest().encode()


def _own_key() -> bytes:
    """A random number of this user. Raises OSError where it cannot be kept."""
    base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = Path(base) if base else Path.home() / ".local" / "state"
    path = folder / "keyscan" / "record-key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        _write(beside, os.urandom(32))
        beside.replace(path)
        return path.read_bytes()


def rules() -> bytes:
    """Changes with whatever decides what is found: the version, every file of the package, and the
    rules of a configuration.
    """
    digest = sha256(__version__.encode())
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(sha256(path.read_bytes()).digest())
    for optional in ("stringzilla", "hyperscan", "backports.zstd"):
        digest.update(_has(optional))
    digest.update(repr(own()).encode())
    return digest.digest()


def _has(module: str) -> bytes:
    from importlib.util import find_spec

    try:
        return b"1" if find_spec(module) else b"0"
    except ModuleNotFoundError:
        return b"0"


def packs(folders: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Size and time of each pack in object folders, by its path."""
    found = {}
    for folder in folders:
        for entry in _entries(os.path.join(folder, "pack")):
            if entry.name.endswith(".pack"):
                with suppress(FileNotFoundError):  # gone since it was listed
                    state = entry.stat()
                    found[entry.path] = (state.st_size, state.st_mtime_ns)
    return found


def loose(folders: Iterable[str]) -> Iterator[str]:
    """Names of the objects that are in no pack."""
    for folder in folders:
        for first in _entries(folder):
            if len(first.name) == 2 and first.is_dir():
                for rest in _entries(first.path):
                    name = first.name + rest.name
                    if len(name) in (40, 64) and not set(name) - set("0123456789abcdef"):
                        yield name


def _entries(folder: str) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
