"""Runs the commands of the documentation; ``python tests/docs.py`` writes their outputs anew.

How a page is written:

- A ```` ```console ```` block holds commands after ``$ `` (``> `` continues one) and what they
  print. ``...`` in a line stands for any text, alone in a line for any lines. ``$ echo $?`` shows
  an exit code; without it a command ends with 0 or 1.
- A ```` ```sh ```` block holds commands whose output does not matter.
- ``<!-- file: NAME -->`` before any other block: the block is written to that file.
- ``<!-- run: COMMAND -->`` on a line of its own is run and not shown, to set something up.
- ``<!-- ci: NAME -->`` before a block: ``.ci/run`` runs it.
- ``NOT_RUN`` names what cannot run here, each with the reason.

The blocks of a page run one after another in bash, in a fresh repository with a folder ``HOME`` of
its own. A key is written as it would be shown (``sk-proj-...MxYA``); the commands and files get a
real one, made when the page runs. Issuers answer on 127.0.0.1: port 8080 says that a key is live,
port 8081 that there is no such key.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from hookable import shims
from keys import MARKER

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PLACE = "/home/you/project"  # what the pages call the folder of their repository

NOT_RUN = {
    r"python -m pip install|py -m venv|pipx? install|uv tool install": "installs from an index"
    " or from a clone: .ci/run installs the wheel and runs the README's two commands",
    r"(?s)(--verify|keyscan verify(?! \"))(?!.*(127\.0\.0\.1|--help))": "would ask the real"
    " issuers, or for a key at a prompt: tests/test_verify.py asks servers on loopback",
    r"bench/run|python -m bench\.": "takes minutes and installs peers: run on purpose",
}


class Step(NamedTuple):
    """A command of a page, or a file (``name``) that is written. ``line`` counts from 1.

    ``expected`` are the lines of output, None where they do not matter; ``end`` is the line
    after them.
    """

    text: str
    line: int
    end: int
    expected: tuple[str, ...] | None = None
    name: str = ""


class Block(NamedTuple):
    """A fenced block: its language, first line of content, lines, and the comment before it."""

    language: str
    line: int
    lines: tuple[str, ...]
    remark: str


class Done(NamedTuple):
    """What a step did: its exit code and output, in the words of the page."""

    step: Step
    code: int
    output: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    """Every fenced block of a page."""
    lines = page.read_text("utf-8").splitlines()
    start, fence, language, remark = 0, "", "", ""
    for number, line in enumerate(lines, 1):
        found = re.match(r"(`{3,})(\S*)", line.strip())
        if fence:
            if line.strip() == fence:
                yield Block(language, start + 1, tuple(lines[start : number - 1]), remark)
                fence = ""
        elif found:
            fence, language, start = found[1], found[2], number
            remark = lines[number - 2].strip() if number > 1 else ""
            remark = remark if remark.startswith("<!--") else ""
        elif hidden := re.fullmatch(r"<!-- run: (.+) -->", line.strip()):
            yield Block("sh", number, (hidden[1],), "")


def steps(page: Path) -> Iterator[Step]:
    """What runs, in order. Blocks that ``.ci/run`` runs or a script wrote are left out."""
    for block in blocks(page):
        named = re.fullmatch(r"<!-- file: (\S+) -->", block.remark)
        if named:
            text = "\n".join(block.lines) + "\n"
            yield Step(text, block.line, block.line + len(block.lines), name=named[1])
        elif re.match(r"<!-- (ci:|picture)", block.remark):
            continue
        elif block.language == "sh":
            for at, text in _joined(block):
                yield Step(text, at, at)
        elif block.language == "console":
            yield from _commands(block)


def _joined(block: Block) -> Iterator[tuple[int, str]]:
    """Commands of a script, with the lines that a backslash continues; comments are none."""
    text, start = "", 0
    for at, line in enumerate(block.lines, block.line):
        start = start if text else at
        text += line
        if line.endswith("\\"):
            text += "\n"
            continue
        if text.strip() and not text.lstrip().startswith("#"):
            yield start, text
        text = ""


def _commands(block: Block) -> Iterator[Step]:
    command: list[str] = []
    output: list[str] = []
    start = block.line
    for at, line in enumerate((*block.lines, "$ "), block.line):
        if line.startswith("$ "):
            if command:
                yield Step("\n".join(command), start, at, tuple(output))
            command, output, start = [line[2:]], [], at
        elif line.startswith("> ") and not output:
            command.append(line[2:])
        else:
            output.append(line)


def left_out(text: str) -> str:
    """Why a command is not run here, or ``""``."""
    return next((why for form, why in NOT_RUN.items() if re.search(form, text)), "")


# what keys begin with → the last four characters where a page names none, and what makes the rest
_KEY = re.compile(r"(sk-(?:proj-|admin-|svcacct-|ant-api03-)?)\.\.\.([A-Za-z0-9]{4})?")
_TAILS = {"sk-ant-api03-": "w2AA", "sk-": "7c1e"}


def made(prefix: str, tail: str = "") -> str:
    """The key that a page calls ``prefix...tail``: always the same, and committed nowhere."""
    seed = hashlib.shake_256(f"keyscan's pages: {prefix}{tail}".encode())
    tail = tail or _TAILS.get(prefix, "MxYA")
    if prefix == "sk-":
        return f"{prefix}{seed.hexdigest(16)[:-4]}{tail}"
    if prefix == "sk-ant-api03-":
        return prefix + urlsafe_b64encode(seed.digest(96)).decode()[:91] + tail
    half = 58 if prefix == "sk-admin-" else 74
    text = urlsafe_b64encode(seed.digest(half * 2)).decode().replace("-", "a").replace("_", "b")
    return prefix + text[:half] + MARKER + text[half : 2 * half - 4] + tail


class Folder(NamedTuple):
    """Where a page runs, and what its words stand for there."""

    path: Path
    live: int
    dead: int

    def real(self, text: str) -> str:
        """A page's command with keys and ports that work."""
        text = _KEY.sub(lambda found: made(found[1], found[2] or ""), text)
        text = text.replace(PLACE, str(self.path))
        return text.replace(":8080", f":{self.live}").replace(":8081", f":{self.dead}")

    def shown(self, text: str) -> str:
        """An output in the page's words; what differs from run to run is settled."""
        text = text.replace(f":{self.live}", ":8080").replace(f":{self.dead}", ":8081")
        text = text.replace(str(self.path), PLACE).replace(str(self.path.parent), "/home/you")
        return re.sub(r"\d+(?:\.\d+)? (s|秒)(?![a-z])", r"0.0 \1", text)


class _Live(BaseHTTPRequestHandler):
    """Answers as OpenAI does to a key that works."""

    status = 200
    body = b'{"object": "list", "data": [{"id": "gpt-5", "object": "model"}]}'

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


class _Dead(_Live):
    """Answers as OpenAI does to a key that was deleted."""

    status = 401
    body = b'{"error": {"code": "invalid_api_key", "type": "invalid_request_error"}}'


@contextmanager
def issuers() -> Iterator[tuple[int, int]]:
    """Two servers on loopback; yields their ports."""
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), _Live) as live,
        ThreadingHTTPServer(("127.0.0.1", 0), _Dead) as dead,
    ):
        for one in (live, dead):
            threading.Thread(target=one.serve_forever, daemon=True).start()
        yield live.server_port, dead.server_port
        for one in (live, dead):
            one.shutdown()


def environment(home: Path, language: str) -> dict[str, str]:
    """What a page's commands see: nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR") if name in os.environ}
    bins = (shims(home / "bin"), Path(sys.executable).parent)
    return {
        **kept,
        "PATH": os.pathsep.join([*map(str, bins), os.environ["PATH"]]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "KEYSCAN_LANG": language,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
        "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
        "KEYSCAN_SOURCE": str(ROOT),
    }


def run(page: Path) -> list[Done]:
    """Run a page's steps in a fresh repository. What cannot run here is not among them."""
    wanted = [one for one in steps(page) if one.name or not left_out(one.text)]
    with tempfile.TemporaryDirectory() as home, issuers() as ports:
        folder = Folder(Path(home).resolve() / "project", *ports)
        folder.path.mkdir()
        (folder.path.parent / ".gitconfig").write_text(
            "[user]\n name = Ada\n email = ada@example.invalid\n[init]\n defaultBranch = main\n"
        )
        language = "zh_CN" if "zh" in page.parts else "en"
        script = "\n".join(["git init -q .", *_script(wanted, folder)])
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder.path,
            env=environment(folder.path.parent, language),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=300,
            check=False,
        )
        return list(_read(done.stdout, wanted, folder))


def _script(wanted: list[Step], folder: Folder) -> Iterator[str]:
    """``$?`` is that of the command before, as on a terminal."""
    for number, one in enumerate(wanted):
        if one.name:
            content = folder.path.parent / f"file-{number}"
            content.write_text(folder.real(one.text), "utf-8")
            yield f'mkdir -p "$(dirname "{one.name}")"; cp "{content}" "{one.name}"'
        else:
            yield folder.real(one.text)
        yield f"__code=$?; printf '\\036{number} %d\\036' $__code; (exit $__code)"


def _read(told: str, wanted: list[Step], folder: Folder) -> Iterator[Done]:
    secret = re.compile(r"[A-Za-z0-9]{12}" + MARKER)
    parts = re.split(r"\x1e\d+ (\d+)\x1e", told)
    for one, output, code in zip(wanted, parts[::2], parts[1::2], strict=False):
        assert not secret.search(output), f"a key in the output of {one.text!r}"
        assert not re.search("internal error|内部错误|Traceback", output), output
        shown = folder.shown(output).rstrip("\n").splitlines()
        yield Done(one, int(code), tuple(line.rstrip() for line in shown))


def fits(expected: tuple[str, ...], output: tuple[str, ...]) -> bool:
    """Whether an output is what a page shows, its ``...`` standing for anything."""
    form = ""
    for line in expected:
        if line.strip() == "...":
            form += r"(?:.*\n)*?"
        else:
            form += ".*?".join(map(re.escape, line.rstrip().split("..."))) + "\n"
    return re.fullmatch(form, "".join(f"{line}\n" for line in output)) is not None


def rewrite(page: Path) -> int:
    """Put the real output where a page shows another. Returns how many were changed."""
    lines = page.read_text("utf-8").splitlines()
    changed = 0
    for done in reversed(run(page)):
        step = done.step
        if step.expected is not None and not fits(step.expected, done.output):
            lines[step.end - 1 - len(step.expected) : step.end - 1] = done.output
            changed += 1
    page.write_text("\n".join(lines) + "\n", "utf-8")
    return changed


if __name__ == "__main__":
    for one in [Path(name).resolve() for name in sys.argv[1:]] or PAGES:
        print(f"{one.relative_to(ROOT)}: {rewrite(one)} outputs written")
