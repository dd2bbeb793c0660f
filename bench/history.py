"""A repository's whole store beside git itself and the peers, and how the cost grows with it.

python -m bench.history REPO [REPO...] [--peers VENV] [--runs N] [--again]
python -m bench.history --grow --found
"""

import argparse
import json
import os
import random
import shutil
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from math import log
from pathlib import Path
from statistics import correlation, linear_regression, median

from bench import measure

SERIES = (1, 1_000, 3_000, 10_000, 30_000, 100_000)  # commits
CAT = "git cat-file to cat"  # a bar would end the cell of a table
# What all peers have a rule for, and what only the first two have.
COMMON = (
    *("openai-api-key", "anthropic-api-key", "anthropic-admin-api-key", "cohere-api-token"),
    *("perplexity-api-key", "huggingface-access-token", "huggingface-organization-api-token"),
)
MODELS = (
    *COMMON,
    *("cerebras-api-key", "deepseek-api-key", "elevenlabs-api-key", "gcp-gemini-api"),
    *("groq-api-key", "langchain-langsmith-personal-access-token", "mistral-api-key"),
    *("langchain-langsmith-service-key", "nvidia-api-key", "openrouter-api-key"),
    *("replicate-api-token", "togetherai-api-key", "xai-api-key"),
)
_KINGFISHER = (
    *("kingfisher", "scan", "{repo}", "--no-validate", "--no-update-check", "--redact"),
    *("--quiet", "--no-timeouts"),
)
_RULES = tuple(word for one in MODELS for word in ("--rule", f"betterleaks.{one}"))
# how each peer reads a whole history, as its own documentation says; none may ask the network
PEERS = {
    "kingfisher --turbo, models' rules": (*_KINGFISHER, "--turbo", *_RULES),
    "kingfisher --turbo": (*_KINGFISHER, "--turbo"),
    "kingfisher": _KINGFISHER,
    "betterleaks, models' rules": (
        *("betterleaks", "git", "--no-banner", "--isolate-rule", ",".join(MODELS), "{repo}"),
    ),
    "gitleaks, models' rules": (
        *("gitleaks", "git", "--no-banner", "--enable-rule", ",".join(COMMON), "{repo}"),
    ),
}


def main() -> None:
    """Repositories that are there, or a generated series."""
    options = _options()
    print(f"## History\n\nMeasured on {measure.machine()}.")
    if options.again:
        _again(options.repos, options.runs)
    for repo in () if options.again else options.repos:
        commands = _commands(str(repo.resolve()), options.peers)
        timings = measure.compare(commands, repo, options.runs)
        measure.table(
            repo.resolve().name, timings, CAT, f"{_memory(commands['keyscan, one process'])}. "
        )
    if options.grow:
        _grow()
    if options.found:
        _found()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repos", nargs="*", type=Path, metavar="REPO")
    parser.add_argument("--peers", type=Path, help="environment with bench/requirements.txt")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--again", action="store_true", help="a second scan, after one commit")
    parser.add_argument("--grow", action="store_true", help="1k to 100k generated commits")
    parser.add_argument("--found", action="store_true", help="1,000 keys in 100,000 commits")
    return parser.parse_args()


def _again(repos: list[Path], runs: int) -> None:
    """A first scan of a copy, and one after one new commit: medians of wall seconds."""
    print("\n### A second scan\n\n| repository | first scan s | after one commit s | ratio |")
    print("|---|---:|---:|---:|")
    for repo in repos:
        firsts, seconds = [], []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "repo"
                shutil.copytree(repo, copy, symlinks=True)
                command = [measure.beside_python("keyscan"), "history", str(copy)]
                env = {**os.environ, "XDG_STATE_HOME": folder}
                firsts.append(_seconds(command, env))
                _one_more(copy)
                seconds.append(_seconds(command, env))
        first, second = median(firsts), median(seconds)
        name = repo.resolve().name
        print(f"| {name} | {first:.2f} | {second:.2f} | {second / first:.2f} |", flush=True)


def _commands(repo: str, peers: Path | None) -> dict[str, list[str]]:
    cat = 'git -C "$0" cat-file --batch-all-objects --batch --unordered --buffer | cat >/dev/null'
    own = [measure.beside_python("keyscan"), "history", repo, "--no-cache", "--processes"]
    commands = {
        CAT: ["sh", "-c", cat, repo],
        "keyscan, one process": [*own, "1"],
        "keyscan, two processes": [*own, "2"],
    }
    for name, words in PEERS.items():
        found = _bundled(peers, words[0]) or shutil.which(words[0])
        if found:
            commands[name] = [
                str(found),
                *(repo if word == "{repo}" else word for word in words[1:]),
            ]
        else:
            print(f"\nNot installed, so not measured: {name}.")
    return commands


def _bundled(peers: Path | None, name: str) -> Path | None:
    """The program inside a wheel: two of the peers' wrappers have one name."""
    places = f"lib/python*/site-packages/*/bin/{name}"
    return next(peers.glob(places), None) if peers else None


def _memory(command: list[str]) -> str:
    """The largest of the processes, git's included."""
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=_void())
    _, _, usage = os.wait4(pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return f"Memory of keyscan at its largest: {usage.ru_maxrss * unit / 1e6:,.0f} MB"


def _void() -> list[tuple[int, int, str, int, int]]:
    return [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]


def _grow() -> None:
    """Wall seconds for each size, the second scan, and the power of the size that fits."""
    print("\n### A generated series\n\n| commits | first scan s | after one commit s | ratio |")
    print("|---:|---:|---:|---:|")
    points = []
    for commits in SERIES:
        with tempfile.TemporaryDirectory() as folder:
            repo = Path(folder) / "repo"
            _generate(repo, commits)
            command = [measure.beside_python("keyscan"), "history", str(repo)]
            env = {**os.environ, "XDG_STATE_HOME": folder}
            first = _seconds([*command, "--no-cache"], env)
            _seconds(command, env)
            _one_more(repo)
            second = _seconds(command, env)
            points.append((commits, first))
            print(f"| {commits:,} | {first:.2f} | {second:.2f} | {second / first:.2f} |")
    fixed = points[0][1]  # one commit: what starting costs
    sizes = [log(commits) for commits, _ in points[1:]]
    power = linear_regression(sizes, [log(seconds - fixed) for _, seconds in points[1:]])
    line = linear_regression(*zip(*points, strict=True))
    print(
        f"\nSeconds over {fixed:.2f} (one commit) grow with the commits to the power of"
        f" {power.slope:.2f} (least squares of the logarithms); the straight line is"
        f" {line.intercept:.2f} s and {line.slope * 1e6:.0f} µs for each commit, with a correlation"
        f" of {correlation(*zip(*points, strict=True)):.4f}."
    )


def _found() -> None:
    """Many keys, each traced to its commit: what does that add to the scan?"""
    print("\n### Found keys\n\n| commits | keys | found | first scan s |\n|---:|---:|---:|---:|")
    for commits, keys in ((100_000, 0), (100_000, 10), (100_000, 1_000)):
        with tempfile.TemporaryDirectory() as folder:
            repo = Path(folder) / "repo"
            _generate(repo, commits, keys)
            command = [measure.beside_python("keyscan"), "history", str(repo), "--no-cache"]
            started = time.perf_counter()
            done = subprocess.run([*command, "--format", "json"], stdout=subprocess.PIPE)
            seconds = time.perf_counter() - started
            found = len(json.loads(done.stdout)["findings"])
            print(f"| {commits:,} | {keys:,} | {found:,} | {seconds:.2f} |", flush=True)


def _seconds(command: list[str], env: dict[str, str]) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, env=env, check="--no-cache" in command, capture_output=True)
        times.append(time.perf_counter() - started)
        if "--no-cache" not in command:
            break
    return median(times)


def _generate(repo: Path, commits: int, keys: int = 0) -> None:
    """``commits`` versions of 200 files of about 4 kB, packed; some bring in a key for a while."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repo)], check=True)
    importing = ["git", "-C", str(repo), "fast-import", "--quiet"]
    with subprocess.Popen(importing, stdin=subprocess.PIPE) as git:
        assert git.stdin
        for part in _stream(commits, keys):
            git.stdin.write(part)
    assert git.returncode == 0


def _stream(commits: int, keys: int) -> Iterator[bytes]:
    chance = random.Random(1)
    files = [[f"value_{n}_{line} = {line}\n" for line in range(150)] for n in range(200)]
    for number in range(commits):
        which = number % len(files)
        files[which][chance.randrange(150)] = f"value_{number} = {chance.random()}\n"
        data = "".join(files[which]).encode()
        if keys and number % (commits // keys) == 0:
            data += b"api_key = 'sk-%s'\n" % _body(chance).encode()
        yield (
            b"commit refs/heads/main\ncommitter bench <bench@localhost> %d +0000\n"
            b"data 7\nchange\nM 100644 inline file%d.py\ndata %d\n%s\n"
        ) % (1_700_000_000 + number, which, len(data), data)


def _body(chance: random.Random) -> str:
    halves = ("".join(chance.choices(string.ascii_letters + string.digits, k=20)) for _ in "ab")
    return ("T3Blbk" + "FJ").join(halves)


def _one_more(repo: Path) -> None:
    who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    git = ["git", "-C", str(repo), *who]
    blob = subprocess.run(
        [*git, "hash-object", "-w", "--stdin"], input=b"new\n", check=True, capture_output=True
    ).stdout.decode()
    listed = subprocess.run([*git, "ls-tree", "-z", "HEAD"], check=True, capture_output=True)
    tree = subprocess.run(
        [*git, "mktree", "-z"],
        input=listed.stdout + f"100644 blob {blob.strip()}\tone-more.py\0".encode(),
        check=True,
        capture_output=True,
    ).stdout.decode()
    commit = subprocess.run(
        [*git, "commit-tree", "-p", "HEAD", "-m", "one more", tree.strip()],
        check=True,
        capture_output=True,
    ).stdout.decode()
    subprocess.run([*git, "update-ref", "HEAD", commit.strip()], check=True)


if __name__ == "__main__":
    main()
