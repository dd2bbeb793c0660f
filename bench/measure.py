"""Times commands side by side and prints a Markdown table. POSIX only (CPU comes from wait4).

The commands take turns, round by round, so that a noisy moment hits all of them. hyperfine runs
one command after the other and reports no CPU medians; ``--hyperfine`` runs it on the same
commands for anyone who prefers a known judge.
"""

import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

Command = Sequence[str]


@dataclass(slots=True)
class Timing:
    """Wall and CPU (user + system, children included) milliseconds of each run."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    exit_codes: set[int] = field(default_factory=set)


def once(command: Command, cwd: Path, timing: Timing) -> None:
    """Run a command with its output thrown away and add what it took."""
    void = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    os.chdir(cwd)
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], list(command), os.environ, file_actions=void)
    _, status, usage = os.wait4(process, 0)
    timing.wall.append((time.perf_counter() - started) * 1000)
    timing.cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
    timing.exit_codes.add(os.waitstatus_to_exitcode(status))


def compare(commands: Mapping[str, Command], cwd: Path, runs: int) -> dict[str, Timing]:
    """``runs`` rounds after one that only warms the caches."""
    for command in commands.values():
        once(command, cwd, Timing())
    timings = {name: Timing() for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            once(command, cwd, timings[name])
    return timings


def table(title: str, timings: Mapping[str, Timing], base: str, extra: str = "") -> None:
    """Medians and minima in ms, and the median's ratio to that of ``base``."""
    count = len(next(iter(timings.values())).wall)
    print(f"\n### {title}\n\n{extra}Medians of {count} runs, taken in turns; minima in brackets.\n")
    print(f"| command | wall ms | CPU ms | wall ÷ {base} | CPU ÷ {base} | exit |")
    print("|---|---:|---:|---:|---:|---|")
    own = timings[base]
    for name, one in timings.items():
        wall, cpu = median(one.wall), median(one.cpu)
        print(
            f"| {name} | {wall:.1f} ({min(one.wall):.1f}) | {cpu:.1f} ({min(one.cpu):.1f})"
            f" | {wall / median(own.wall):.2f} | {cpu / median(own.cpu):.2f}"
            f" | {', '.join(map(str, sorted(one.exit_codes)))} |"
        )


def hyperfine(commands: Mapping[str, Command], cwd: Path, runs: int) -> None:
    """The same commands, judged by hyperfine."""
    if not shutil.which("hyperfine"):
        sys.exit("bench: hyperfine is not installed")
    call = ["hyperfine", "-N", "-i", "--warmup", "1", "--runs", str(runs), "--style", "basic"]
    for name, command in commands.items():
        call += ["-n", name, shlex.join(command)]
    subprocess.run(call, cwd=cwd, check=True)


def machine() -> str:
    """What was measured on, in one line."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}"
    )


def beside_python(name: str) -> str:
    """The console script of the environment that runs this file."""
    script = Path(sys.executable).parent / name
    if not script.exists():
        sys.exit(f"bench: no {name} beside {sys.executable}; run `pip install .` there first")
    return str(script)
