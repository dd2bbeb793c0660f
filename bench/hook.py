"""The pre-commit hook's cold start on 1 and 20 staged files, beside git, Python and its peers.

python -m bench.hook [--peers VENV] [--runs N] [--hyperfine]
"""

import argparse
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from bench import measure, trees

# how each peer scans what is staged, as its own documentation says; none may ask the network
PEERS = {
    "detect-secrets-hook": ("detect-secrets-hook", "{files}"),
    "betterleaks": ("betterleaks", "git", "--staged", "--no-banner", "."),
    "kingfisher": (
        *("kingfisher", "scan", ".", "--staged", "--no-validate"),
        *("--no-update-check", "--redact"),
    ),
    "gitleaks": ("gitleaks", "git", "--staged", "--no-banner", "."),
}


def main() -> None:
    """Build a repository with staged files, check that each tool sees a key, time a clean run."""
    options = _options()
    print(f"## Hook, cold start\n\nMeasured on {measure.machine()}.")
    for staged in (1, 20):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            files = _repository(root, staged)
            commands = _commands(options.peers, files)
            if options.hyperfine:
                measure.hyperfine(commands, root, options.runs)
                continue
            seen = _sees_a_key(_commands(options.peers, [*files, "leak.py"]), root)
            timings = measure.compare(commands, root, options.runs)
            noun = "file" if staged == 1 else "files"
            measure.table(f"{staged} staged {noun}", timings, "python -c pass", seen)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, help="environment with bench/requirements.txt")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--hyperfine", action="store_true", help="let hyperfine judge")
    return parser.parse_args()


def _repository(root: Path, staged: int) -> list[str]:
    """A repository of 400 committed files, of which ``staged`` have a staged change."""
    trees.write(root, 400, seed=1)
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "base")
    files = sorted(path for path in root.rglob("*.py"))[:staged]
    for number, path in enumerate(files):
        path.write_text(path.read_text() + f"\n\ndef added_{number}():\n    return {number}\n")
    _git(root, "add", ".")
    return [path.relative_to(root).as_posix() for path in files]


def _git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    subprocess.run(["git", *who, *words], cwd=root, check=True)


def _commands(peers: Path | None, files: list[str]) -> dict[str, list[str]]:
    commands = {
        "git diff --cached": ["git", "diff", "--cached"],
        "python -c pass": [sys.executable, "-c", "pass"],
        "keyscan-hook": [measure.beside_python("keyscan-hook")],
        "keyscan hook pre-commit": [measure.beside_python("keyscan"), "hook", "pre-commit"],
        "keyscan scan --staged": [measure.beside_python("keyscan"), "scan", "--staged"],
    }
    missing = []
    for name, words in PEERS.items():
        found = shutil.which(words[0], path=str(peers / "bin") if peers else None)
        if found is None:
            missing.append(name)
            continue
        arguments = [one for word in words[1:] for one in (files if word == "{files}" else [word])]
        commands[name] = [found, *arguments]
        binary = _bundled(peers, words[0])
        if binary is not None:
            commands[f"{name} (bare binary)"] = [str(binary), *arguments]
    if missing:
        print(f"\nNot installed, so not measured: {', '.join(missing)}.")
    return commands


def _bundled(peers: Path | None, name: str) -> Path | None:
    """The program inside a wheel whose console script is a Python wrapper that starts it."""
    root = peers if peers is not None else Path(sysconfig.get_path("data"))
    return next(root.glob(f"lib/python*/site-packages/*/bin/{name}"), None)


def _sees_a_key(commands: dict[str, list[str]], root: Path) -> str:
    """A fast tool that is blind wins nothing: stage a key, and say who stops the commit."""
    # made at run time: no key-shaped string is committed
    halves = [secrets.token_urlsafe(60)[:74] for _ in range(2)]
    leak = root / "leak.py"
    leak.write_text(f'OPENAI_API_KEY = "sk-proj-{("T3Blbk" + "FJ").join(halves)}"\n')
    _git(root, "add", "leak.py")
    blind = []
    for name, command in commands.items():
        timing = measure.Timing()
        measure.once(command, root, timing)
        if timing.exit_codes == {0} and name not in ("git diff --cached", "python -c pass"):
            blind.append(name)
    _git(root, "rm", "-q", "--cached", "leak.py")
    leak.unlink()
    return f"Let a staged OpenAI project key pass: {', '.join(blind) or 'none'}. "


if __name__ == "__main__":
    main()
