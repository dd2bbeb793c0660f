"""Writes what scripts can write of the documentation: ``python tests/generate_readme.py``.

The terminal picture is what keyscan really prints for a file with a key made at run time; the
tables come from the providers' own data and from ``bench/README.md``. ``tests/test_package.py``
fails when a page and the program differ.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from docs import issuers, made
from keyscan.provider import Probe, Provider
from keyscan.providers import all_providers

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "terminal.svg"
_COLUMNS, _ROWS = 100, 60


def part(text: str, name: str) -> str:
    """What stands between ``<!-- name -->`` and ``<!-- /name -->``, without its outer newlines."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"\n<!-- /{name} -->")[0]


def with_part(text: str, name: str, new: str) -> str:
    """The text with one part replaced."""
    form = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    if not form.search(text):
        raise SystemExit(f"no part {name}")
    return form.sub(lambda found: f"{found[1]}{new}\n{found[2]}", text)


_CHINESE = {
    "| provider | issuer | known by | asked with `--verify` | keys are made and deleted at |": (
        "| 提供商 | 签发方 | 识别依据 | `--verify` 时查询 | 创建和删除密钥的页面 |"
    ),
    "a shared shape and evidence": "共用的形态加旁证",
    "a telling name": "有指示意义的名称",
    "not asked": "不查询",
    "| provider | request | the key is sent in | kinds of key |": (
        "| 提供商 | 请求 | 密钥所在的请求头 | 密钥类型 |"
    ),
    "| provider | why nobody is asked |": "| 提供商 | 不查询的原因 |",
    "no read without side effects is known": "没有已知的无副作用的只读请求",
}


def chinese(table: str) -> str:
    """A table's few words in Chinese; the rest is names and addresses."""
    for english, said in _CHINESE.items():
        table = table.replace(english, said)
    return table


def providers() -> str:
    """The table of providers, as `keyscan providers --format markdown` prints it."""
    call = [sys.executable, "-m", "keyscan", "providers", "--format", "markdown"]
    done = subprocess.run(call, capture_output=True, text=True, check=True, encoding="utf-8")
    return done.stdout.rstrip("\n")


def requests() -> str:
    """Every request that ``--verify`` can make, in the order of the asking."""
    rows = ["| provider | request | the key is sent in | kinds of key |", "|---|---|---|---|"]
    rows += [_request(one, probe) for one in _every() for probe in one.probes]
    return "\n".join(rows)


def _every() -> list[Provider]:
    return [one for _, one in sorted(all_providers().items())]


def _request(provider: Provider, probe: Probe) -> str:
    header = "`Authorization: Bearer`" if probe.auth == "bearer" else f"`{probe.auth}`"
    cells = (f"`{provider.id}`", f"`GET {probe.url}`", header, ", ".join(probe.kinds))
    return f"| {' | '.join(cells)} |"


def unasked() -> str:
    """The providers whose keys are sent nowhere."""
    return ", ".join(f"`{one.id}`" for one in _every() if not one.probes)


def measured(heading: str, table: int = 0) -> str:
    """A table below a heading of ``bench/README.md``: nothing is claimed that was not measured."""
    text = (ROOT / "bench" / "README.md").read_text("utf-8").partition(f"\n{heading}\n")[2]
    tables: list[str] = re.findall(r"(?:^\|.*\|$\n?)+", text, re.M)
    return tables[table].rstrip("\n")


def printed() -> str:
    """What a terminal gets, colours included: a folder with one key, scanned, its issuer asked."""
    with tempfile.TemporaryDirectory() as folder, issuers() as (live, _):
        key = made("sk-proj-")
        Path(folder, "app.py").write_text(
            f'from openai import OpenAI\n\nclient = OpenAI(api_key="{key}")\n'
        )
        call = ["keyscan", "--verify", "--endpoint", f"openai=http://127.0.0.1:{live}"]
        shown = _on_terminal([sys.executable, "-m", *call], folder)
        assert key not in shown
        asked = " ".join(call).replace(str(live), "8080")
        return f"$ {asked}\n{settled(shown)}".replace(str(live), "8080")


def _on_terminal(call: list[str], folder: str) -> str:
    import pty  # late: POSIX only, as is this script
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (_ROWS, _COLUMNS))
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("LC_")},
        "KEYSCAN_LANG": "en",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "COLUMNS": str(_COLUMNS),
    }
    environment.pop("NO_COLOR", None)
    child = subprocess.Popen(call, cwd=folder, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    pieces: list[bytes] = []
    try:
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    except OSError:  # Linux says so when the child has gone
        pass
    os.close(ours)
    child.wait()
    return b"".join(pieces).decode().replace("\r\n", "\n").strip()


def settled(shown: str) -> str:
    """A picture without what differs from run to run: time, and links to a temporary folder."""
    shown = re.sub(r"\x1b\]8;;.*?\x1b\\", "", shown)
    return re.sub(r"\d+(?:\.\d+)? (?:ms|s)\b", "0.1 s", shown)


def picture() -> str:
    """The terminal as SVG, without fonts from elsewhere."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(
        record=True, width=_COLUMNS, file=StringIO(), force_terminal=True, legacy_windows=False
    )
    console.print(Text.from_ansi(printed()), soft_wrap=False)
    drawn = console.export_svg(title="keyscan", unique_id="keyscan")
    drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.S)
    drawn = drawn.replace("Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


PARTS: dict[tuple[str, str], Callable[[], str]] = {
    ("providers.md", "providers"): providers,
    ("security.md", "requests"): requests,
    ("security.md", "unasked"): unasked,
    ("comparison.md", "hook-1"): lambda: measured("#### 1 staged file"),
    ("comparison.md", "hook-20"): lambda: measured("#### 20 staged files"),
    ("comparison.md", "tree"): lambda: measured("#### In a git repository"),
    ("comparison.md", "history"): lambda: measured("### History"),
    ("comparison.md", "large"): lambda: measured("#### Large repositories"),
    ("comparison.md", "again"): lambda: measured("#### A second scan"),
}
"""(page below docs/, name of its part) → what stands there; in Chinese, too."""


def parts() -> Iterator[tuple[Path, str, str]]:
    """Page, name and text of every generated part."""
    for (page, name), write in PARTS.items():
        text = write()
        yield ROOT / "docs" / page, name, text
        yield ROOT / "docs" / "zh" / page, name, chinese(text)


def main() -> None:
    """Rewrite the pages in place."""
    for page, name, text in parts():
        if page.exists():
            page.write_text(with_part(page.read_text("utf-8"), name, text), "utf-8")
    PICTURE.write_text(picture(), "utf-8")


if __name__ == "__main__":
    main()
