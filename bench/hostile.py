"""Time and memory on content made to cost much, at sizes n, 2n and 4n.

``python -m bench.hostile`` prints a Markdown table. Each scan runs in a process of its own: CPU
seconds are of the scan alone, memory is the process's peak. ``×`` compares 4n with n: 4 is
linear, 16 is quadratic. Keys are made at run time.
"""

import argparse
import io
import json
import os
import random
import resource
import string
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

MARKER = "T3Blbk" + "FJ"
ALNUM = string.ascii_letters + string.digits
_MIB = 1 << 20


def _rng() -> random.Random:
    return random.Random(20)


def _words(rng: random.Random, size: int, count: int) -> Iterable[str]:
    for _ in range(count):
        yield "".join(rng.choices(ALNUM, k=size))


def _line(n: int) -> bytes:
    text = " ".join(_words(_rng(), 9, 10_000)).encode()
    return (text * (n // len(text) + 1))[:n]


def _real_keys(n: int) -> bytes:
    rng = _rng()
    halves = zip(_words(rng, 20, n), _words(rng, 20, n), strict=True)
    return "\n".join(f"sk-{one}{MARKER}{two}" for one, two in halves).encode()


def _ambiguous(n: int) -> bytes:
    return "\n".join(f"k{i} = sk-{body}" for i, body in enumerate(_words(_rng(), 48, n))).encode()


def _bomb(n: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(n):
            archive.writestr(f"{i}.txt", bytes(16 * _MIB))
    return file.getvalue()


def _nested(n: int) -> bytes:
    inner = json.dumps(json.dumps({"text": "a " + MARKER + ' "quoted" b'}))
    return "\n".join([inner] * n).encode()


def _deep(n: int) -> bytes:
    """Strings in strings, as deep as escaping allows: each level doubles the backslashes."""
    text = MARKER
    while len(text) < 1000:
        text = json.dumps({"t": text})
    return "\n".join([text] * (n * 100 // len(text))).encode()


# name → (content of size n, n: what the issue asks for at 4n, the unit of n)
CASES: dict[str, tuple[Callable[[int], bytes], int, str]] = {
    "one line": (_line, 50 * _MIB // 4, "bytes"),
    "bare markers": (lambda n: (MARKER + "\n").encode() * n, 250_000, "markers"),
    "bare markers, one line": (lambda n: (MARKER + " ").encode() * n, 250_000, "markers"),
    "OpenAI keys": (_real_keys, 250_000, "keys"),
    "ambiguous keys": (_ambiguous, 250_000, "keys"),
    "api_key=": (lambda n: b"api_key=\n" * n, 250_000, "names"),
    "api_key, quoted": (lambda n: b'api_key="your key", ' * n, 250_000, "names"),
    "eyJ": (lambda n: b"eyJhbGciOi.eyJ " * n, 250_000, "tokens"),
    "base64 runs": (
        lambda n: "\n".join(_words(_rng(), 64, n)).encode(),
        250_000,
        "lines",
    ),
    "joints": (lambda n: b'"a" + "b" + ' * n + b'"sk-proj-"', 250_000, "joints"),
    "joints of pieces": (lambda n: b'"sk-proj-" + "b" + ' * n, 250_000, "joints"),
    "escapes": (lambda n: b"\\u0073" * n, 250_000, "escapes"),
    "nested JSON strings": (_nested, 25_000, "strings"),
    "deep JSON strings": (_deep, 25_000, "hundred bytes"),
    "zip bomb": (_bomb, 16, "members of 16 MiB"),
}


def _peak() -> float:
    """MiB. Linux hands a parent's peak down in ``ru_maxrss``, but not in ``VmHWM``."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (_MIB if sys.platform == "darwin" else 1024)


def _scan(path: Path) -> None:
    """In the child: scans a file and prints CPU seconds, peak MiB, findings and gaps."""
    from keyscan.pipeline import scan
    from keyscan.sources.files import files

    started = time.process_time()
    report = scan(files([str(path)]))
    seconds = time.process_time() - started
    peak = _peak()
    gaps = ", ".join(sorted({gap.reason for gap in report.gaps}))
    print(json.dumps([seconds, peak, len(report.findings), gaps]))


def measured(content: bytes) -> tuple[float, float, int, str]:
    """CPU seconds, peak MiB, findings and gaps of a scan of a file with this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hostile.txt")
        path.write_bytes(content)
        call = [sys.executable, "-m", "bench.hostile", "--scan", str(path)]
        root = Path(__file__).parents[1]
        shown = subprocess.run(call, cwd=root, env=os.environ, stdout=subprocess.PIPE, check=True)
    seconds, peak, findings, gaps = json.loads(shown.stdout)
    return seconds, peak, findings, gaps


def main() -> None:
    """The table, or one scan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scan", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--only", help="cases whose name holds this")
    parser.add_argument("--divide", type=int, default=1, help="smaller sizes, for a quick look")
    options = parser.parse_args()
    if options.scan:
        _scan(options.scan)
        return
    print("| content | 4n | MB | CPU s at n, 2n, 4n | × | peak MiB at n, 4n | found | gaps |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    for name, (build, size, unit) in CASES.items():
        if options.only and options.only not in name:
            continue
        n = max(1, size // options.divide)
        size_mb, rows = 0.0, []
        for times in (1, 2, 4):
            content = build(n * times)
            size_mb = len(content) / 1e6
            rows.append(measured(content))
        seconds = ", ".join(f"{row[0]:.2f}" for row in rows)
        print(
            f"| {name} | {4 * n:,} {unit} | {size_mb:.1f} | {seconds}"
            f" | {rows[2][0] / max(rows[0][0], 0.01):.1f} | {rows[0][1]:.0f}, {rows[2][1]:.0f}"
            f" | {rows[2][2]:,} | {rows[2][3]} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
