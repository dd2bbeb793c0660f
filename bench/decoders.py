"""Throughput on clean source with all decoders, and with none; reading included.

python -m bench.decoders [--files N] [--runs N]

"None" still searches for the providers' own literals and reads each file, but knows no encoded
form, looks for no long run and for no wide text, and never decodes.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench import measure, trees

_CODE = """
import os, sys, time
from keyscan import decoders, pipeline, sift
from keyscan.providers import rules_by_literal
from keyscan.sources.files import files
if sys.argv[2] == "none":
    known = set(rules_by_literal())
    kept = tuple(one for one in sift._SOUGHT if one in known)
    ends = [sum(one in known for one in sift._SOUGHT[:end])
            for end in (sift._ALWAYS, sift._NAMES_FROM)]
    sift._SOLID = frozenset(kept.index(sift._SOUGHT[one]) for one in sift._SOLID)
    sift._SOUGHT, sift._STEMS_FROM = kept, len(kept)
    sift._ALWAYS, sift._NAMES_FROM = ends
    sift._long_runs = sift._wide_text = lambda *_: sift._nowhere
    decoders._children = lambda *_: iter(())
started = time.perf_counter()
report = pipeline.scan(files([sys.argv[1]], harmless=pipeline.harmless))
print(report.stats.bytes, len(report.findings), time.perf_counter() - started, sum(os.times()[:4]))
"""


def main() -> None:
    """Both take turns in processes of their own; the ratio is that of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trees.write(Path(folder), options.files, seed=7)
        speeds: dict[str, list[tuple[float, float]]] = {"all": [], "none": []}
        for _ in range(options.runs):
            for kind, found in speeds.items():
                found.append(_once(folder, kind))
    print(f"## Decoders\n\nMeasured on {measure.machine()}; {options.files} files, medians.\n")
    print("| decoders | MB/s | MB per CPU second |\n|---|---:|---:|")
    medians = {
        kind: [median(one[i] for one in found) for i in (0, 1)] for kind, found in speeds.items()
    }
    for kind, (wall, cpu) in medians.items():
        print(f"| {kind} | {wall:,.0f} | {cpu:,.0f} |")
    ratios = [medians["all"][i] / medians["none"][i] for i in (0, 1)]
    print(f"| all ÷ none (at least 0.80) | {ratios[0]:.2f} | {ratios[1]:.2f} |")


def _once(folder: str, kind: str) -> tuple[float, float]:
    command = [sys.executable, "-c", _CODE, folder, kind]
    done = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return tuple(int(done[0]) / 1e6 / float(time) for time in done[2:])  # type: ignore[return-value]


if __name__ == "__main__":
    main()
