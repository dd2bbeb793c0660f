"""Writes README.md's generated parts: ``python tests/generate_readme.py``.

The table of providers is that of ``keyscan providers --format markdown``, and the terminal picture
is what keyscan really prints for a file with a key made at run time. ``tests/test_package.py``
fails when the page and the program differ.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from keys import openai_key

README = Path(__file__).parents[1] / "README.md"


def part(text: str, name: str) -> str:
    """What stands between ``<!-- name -->`` and ``<!-- /name -->``, without its outer newlines."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"\n<!-- /{name} -->")[0]


def with_part(text: str, name: str, new: str) -> str:
    """The text with one part replaced."""
    old = f"<!-- {name} -->\n{part(text, name)}\n<!-- /{name} -->"
    if old not in text:
        raise SystemExit(f"README.md: no part {name}")
    return text.replace(old, f"<!-- {name} -->\n{new}\n<!-- /{name} -->")


def providers() -> str:
    """The table of providers, as `keyscan providers --format markdown` prints it."""
    call = [sys.executable, "-m", "keyscan", "providers", "--format", "markdown"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n")


class _Issuer(BaseHTTPRequestHandler):
    """Answers as OpenAI does to a key that works."""

    def do_GET(self) -> None:
        body = b'{"object": "list", "data": [{"id": "gpt-5", "object": "model"}]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


def picture() -> str:
    """What a person sees: a folder with one key in it, scanned, its issuer asked."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadingHTTPServer(("127.0.0.1", 0), _Issuer) as issuer,
    ):
        threading.Thread(target=issuer.serve_forever, daemon=True).start()
        code = f'client = OpenAI(api_key="{openai_key()}")\n'
        Path(folder, "app.py").write_text(f"from openai import OpenAI\n\n{code}")
        environment = {**os.environ, "KEYSCAN_LANG": "en", "NO_COLOR": "1", "COLUMNS": "100"}
        here = f"openai=http://127.0.0.1:{issuer.server_port}"
        call = [sys.executable, "-m", "keyscan", "scan", "--verify", "--endpoint", here]
        shown = subprocess.run(
            call, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        issuer.shutdown()
    said = f"$ keyscan --verify --endpoint {here}\n{shown.stdout.strip()}"
    return f"```console\n{said}\n```"


def settled(shown: str) -> str:
    """A picture without what differs from run to run: last four characters, port, time."""
    shown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8080", shown)
    shown = re.sub(r"\.\.\.[A-Za-z0-9_-]{4}", "...MxYA", shown)
    return re.sub(r"\d+(?:\.\d+)? (?:ms|s)\b", "0.01 s", shown)


def main() -> None:
    """Rewrite the page in place."""
    text = README.read_text(encoding="utf-8")
    text = with_part(text, "providers", providers())
    text = with_part(text, "picture", settled(picture()))
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
