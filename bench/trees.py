"""Generates trees of realistic source: this Python's own files, each copy a little different."""

import random
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import keyscan
from keyscan.model import Blob
from keyscan.pipeline import scan

_TEXT = {".py", ".pyi", ".c", ".h", ".txt", ".md", ".rst", ".json", ".toml", ".js", ".html", ".css"}
_LARGEST = 200_000  # bytes; the median of real trees is some 4 KB, the mean some 10 KB


@cache
def originals() -> tuple[tuple[str, bytes], ...]:
    """Name and content of the standard library's and the installed packages' text files.

    Files in which keyscan finds anything are left out, so that a generated tree is clean; so are
    keyscan's own, which are as full of the beginnings of keys as no other source.
    """
    roots = sorted({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
    found = {}
    own = Path(keyscan.__file__).parent
    for path in (path for root in roots for path in sorted(Path(root).rglob("*"))):
        if own in path.parents or path.suffix not in _TEXT or not path.is_file():
            continue
        if 0 < path.stat().st_size < _LARGEST:
            found[path] = path.read_bytes()
    clean = tuple(
        (path.name, data) for path, data in found.items() if not scan([Blob("f", data)]).findings
    )
    if len(clean) < 500:
        sys.exit("bench: this Python has too few source files to build a tree from")
    return clean


def copies(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """``count`` relative paths with contents, no two alike, the same for the same seed."""
    rng = random.Random(seed)
    pool = originals()
    for number in range(count):
        name, data = pool[rng.randrange(len(pool))]
        lines = data.split(b"\n")
        cut = rng.randrange(len(lines))
        changed = [*lines[:cut], b"# revision %d" % number, *lines[cut:]]
        folder = f"p{number // 2000:03}/m{number // 40 % 50:02}"
        yield f"{folder}/{number}_{name}", b"\n".join(changed)


def write(root: Path, count: int, seed: int = 0) -> int:
    """Write the tree and return its bytes."""
    total = 0
    for name, data in copies(count, seed):
        path = root / name
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        path.write_bytes(data)
        total += len(data)
    return total
