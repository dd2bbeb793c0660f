"""A scan of a whole tree beside ripgrep with the same literals, page cache warm.

python -m bench.tree [--files N] [--runs N] [--keep FOLDER] [--hyperfine]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import measure, trees
from keyscan import sift

# All that the first look seeks, but for two with a line break, which ripgrep does not take.
LITERALS = tuple(one for one in sift._SOUGHT if b"\n" not in one)


def main() -> None:
    """Two copies of the question: a git repository, and the same files without one."""
    options = _options()
    if not shutil.which("rg"):
        sys.exit("bench: ripgrep (rg) is not installed; there is nothing to compare with")
    print(f"## Tree\n\nMeasured on {measure.machine()}.")
    with tempfile.TemporaryDirectory() as folder:
        base = options.keep or Path(folder)
        wanted = base / "literals"
        wanted.parent.mkdir(parents=True, exist_ok=True)
        wanted.write_bytes(b"\n".join(LITERALS) + b"\n")
        root = base / "tree"
        total = _tree(root, options.files)
        for kind in ("git", "plain"):
            hidden = [".git"] if kind == "plain" else []
            with _without(root, hidden):
                _measure(kind, root, wanted, options, total)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="build the tree here, or use the one that is")
    parser.add_argument("--hyperfine", action="store_true", help="let hyperfine judge")
    return parser.parse_args()


def _tree(root: Path, files: int) -> int:
    """Build the tree, once, as a repository with everything committed; return its bytes."""
    size = root.parent / "bytes"
    if not size.exists():
        size.write_text(str(trees.write(root, files)))
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "tree"]):
            fast = ("-c", "core.looseCompression=0", "-c", "gc.auto=0")
            who = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
            subprocess.run(["git", *fast, *who, *words], cwd=root, check=True)
    return int(size.read_text())


class _without:
    """Moves names out of a folder for a while."""

    def __init__(self, root: Path, names: list[str]) -> None:
        self.pairs = [(root / name, root.parent / f"away{name}") for name in names]

    def __enter__(self) -> None:
        for here, away in self.pairs:
            here.rename(away)

    def __exit__(self, *_: object) -> None:
        for here, away in self.pairs:
            away.rename(here)


def _measure(kind: str, root: Path, wanted: Path, options: argparse.Namespace, total: int) -> None:
    # -a: keyscan reads binaries too; -c: reads every file to its end; --no-ignore only where
    # keyscan does not honour ignore files either
    words = ["rg", "-a", "-c", "-F", "--hidden", "--no-config", "-f", str(wanted)]
    words += ["-g", "!.git"] if kind == "git" else ["--no-ignore"]
    commands = {
        "rg": [*words, "."],
        "rg -j1": [*words, "-j1", "."],
        "keyscan scan": [measure.beside_python("keyscan"), "scan", "."],
    }
    if options.hyperfine:
        measure.hyperfine(commands, root, options.runs)
        return
    timings = measure.compare(commands, root, options.runs)
    title = {"git": "In a git repository", "plain": "Outside of one"}[kind]
    about = f"{options.files:,} files, {total / 1e6:,.0f} MB, {len(LITERALS)} literals. "
    measure.table(title, timings, "rg", about)


if __name__ == "__main__":
    main()
