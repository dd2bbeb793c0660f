"""An editor's side of a language server's protocol: as much of it as asks for completions."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Editor:
    """Has one folder open, and no settings of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", root: Path) -> None:
        assert process.stdin
        assert process.stdout
        self._in, self._out = process.stdin, process.stdout
        self._asked = 0
        self._said: dict[str, list[Any]] = {}
        where = {"uri": root.as_uri(), "name": root.name}
        abilities = {"workspace": {"configuration": True}}
        self.ask(
            "initialize",
            {"processId": None, "rootUri": where["uri"], "capabilities": abilities}
            | {"workspaceFolders": [where]},
        )
        self.tell("initialized", {})

    def opened(self, path: Path, text: str) -> list[str]:
        """What the server finds wrong in a file with this text."""
        one = {"uri": path.as_uri(), "languageId": "toml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": one})
        while one["uri"] not in self._said:
            self._next()
        return [wrong["message"] for wrong in self._said.pop(one["uri"])]

    def completed(self, path: Path, line: int, column: int) -> set[str]:
        """What the server offers at this place, counted from 0."""
        where = {"line": line, "character": column}
        answer = self.ask(
            "textDocument/completion", {"textDocument": {"uri": path.as_uri()}, "position": where}
        )
        return {one["label"] for one in (answer["items"] if isinstance(answer, dict) else answer)}

    def ask(self, method: str, params: Any) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._asked and "method" not in message:
                return message["result"]

    def tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _next(self) -> Any:
        """The next message; what the server asks is answered, what it says is kept."""
        size = 0
        while line := self._out.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        message = json.loads(self._out.read(size))
        method, params = message.get("method"), message.get("params")
        if method == "textDocument/publishDiagnostics":
            self._said[params["uri"]] = params["diagnostics"]
        elif method and "id" in message:
            asked = method == "workspace/configuration"
            answer = [None for _ in params["items"]] if asked else None
            self._send({"id": message["id"], "result": answer})
        return message

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._in.flush()


@contextlib.contextmanager
def editor(command: list[str], root: Path) -> Iterator[Editor]:
    """The server runs for as long; one that says nothing more ends the test with an error."""
    with subprocess.Popen(
        command,
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield Editor(process, root)
        finally:
            process.kill()
