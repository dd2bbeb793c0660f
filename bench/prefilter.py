"""Throughput of the literal search, with each library and with none, and of the whole flow.

python -m bench.prefilter [--megabytes N] [--runs N]
"""

import argparse
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from itertools import islice
from statistics import median
from typing import TypeVar

from bench import measure, trees
from keyscan import literal_search, sift
from keyscan.detect import literals
from keyscan.literal_search import one_by_one
from keyscan.model import Blob
from keyscan.pipeline import scan

_BLOCK = 1 << 20
Find = Callable[[bytes, bytes, int], int]
Hits = Callable[[bytes], list[tuple[int, int]]]
T = TypeVar("T")


def main() -> None:
    """Search the same blocks of mixed source with each implementation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=64)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    blocks = _blocks(options.megabytes)
    print(f"## Literal search\n\nMeasured on {measure.machine()}; {len(blocks)} blocks of 1 MiB.")
    print("One core, data in memory, medians.\n\n| search | literals | MB/s |\n|---|---:|---:|")
    searches: dict[str, Find] = {"bytes.find": bytes.find}
    if literal_search.find is not bytes.find:
        searches = {"stringzilla": literal_search.find, **searches}
    else:
        print("| stringzilla | | not installed |")
    for name, find in searches.items():
        for wanted in (literals(), *(_some(count) for count in (1, 10, 20, 40))):
            speed = _speed(_searcher(find, wanted), blocks, options.runs)
            own = " (keyscan's)" if wanted == literals() else ""
            print(f"| {name} | {len(wanted)}{own} | {speed:,.0f} |")
    literal_search.find = next(iter(searches.values()))
    for name, every in (("one by one", sift._slow), ("hyperscan", sift.fast_search())):
        if name == "hyperscan" and not find_spec("hyperscan"):
            print("| hyperscan | | not installed |")
            continue
        speed = _speed(_lister(every), blocks, options.runs)
        print(f"| {name} | {len(sift._SOUGHT)} (the first look's) | {speed:,.0f} |")
    blobs = [Blob(str(number), block) for number, block in enumerate(blocks)]
    whole = _speed(lambda one: scan([one]), blobs, options.runs)
    print(f"| the whole flow, from blob to report | {len(literals())} | {whole:,.0f} |")


def _blocks(megabytes: int) -> list[bytes]:
    """Mixed source in blocks of one MiB."""
    stream = b"".join(data for _, data in islice(trees.copies(1_000_000, 7), megabytes * 150))
    return [stream[at : at + _BLOCK] for at in range(0, megabytes * _BLOCK, _BLOCK)]


def _some(count: int) -> tuple[bytes, ...]:
    """``count`` literals: keyscan's own, then their base64 forms, as decoders would add."""
    own = literals()
    encoded = [b64encode(b"xx"[:skip] + one)[skip + 1 : -4] for one in own for skip in range(3)]
    longer = [one for one in dict.fromkeys(encoded) if len(one) >= 3]
    return (*own, *longer)[:count]


def _searcher(find: Find, wanted: Sequence[bytes]) -> Hits:
    def search(data: bytes) -> list[tuple[int, int]]:
        literal_search.find = find
        return list(one_by_one(data, wanted))

    return search


def _lister(search: Callable[[bytes], Iterable[tuple[int, int]]]) -> Hits:
    return lambda data: list(search(data))


def _speed(work: Callable[[T], object], parts: Sequence[T], runs: int) -> float:
    """MB (10⁶ bytes) per second of wall time."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        for part in parts:
            work(part)
        seconds.append(time.perf_counter() - started)
    return len(parts) * _BLOCK / 1e6 / median(seconds)


if __name__ == "__main__":
    main()
