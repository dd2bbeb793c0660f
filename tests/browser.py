"""A headless Chromium, spoken to in W3C WebDriver's own words: no library stands between."""

import json
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loopback import free_port, wait_for_port
from parts import program

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--window-size=1100,900",
)


class Browser:
    """One window. Methods are named for what a reader does."""

    def __init__(self, address: str, session: str) -> None:
        self._session = f"{address}/session/{session}"

    def open(self, page: Path) -> None:
        """Show a file, and wait until it is read."""
        call("POST", f"{self._session}/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns. The page's own policy does not bind it."""
        body = {"script": script, "args": list(arguments)}
        return call("POST", f"{self._session}/execute/sync", body)

    def type(self, selector: str, words: str) -> None:
        """Keys, one after another."""
        found = self._find(selector)
        call("POST", f"{self._session}/element/{found}/value", {"text": words})

    def click(self, selector: str) -> None:
        """A click in the middle of what the selector finds first."""
        call("POST", f"{self._session}/element/{self._find(selector)}/click", {})

    def complaints(self) -> list[str]:
        """What the browser had to say of the page since the last call: errors, broken policies."""
        return [one["message"] for one in self._log("browser")]

    def requests(self) -> list[str]:
        """Every file and address that was asked for since the last call."""
        events = [json.loads(one["message"])["message"] for one in self._log("performance")]
        sent = [one for one in events if one["method"] == "Network.requestWillBeSent"]
        urls = [one["params"]["request"]["url"] for one in sent]
        return [one for one in urls if not one.startswith(("chrome", "data:"))]  # its own pages

    def _log(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = call("POST", f"{self._session}/se/log", {"type": kind})
        return found

    def tell(self, command: str, **values: object) -> Any:
        """A command of Chromium's own protocol."""
        body = {"cmd": command, "params": values}
        return call("POST", f"{self._session}/goog/cdp/execute", body)

    def _find(self, selector: str) -> str:
        body = {"using": "css selector", "value": selector}
        found: dict[str, str] = call("POST", f"{self._session}/element", body)
        return next(iter(found.values()))


def call(method: str, url: str, body: Mapping[str, object] | None = None) -> Any:
    """The value of an answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        with error:
            told = json.load(error)["value"]
        raise AssertionError(f"{told['error']}: {told['message'].splitlines()[0]}") from None


@contextmanager
def browser(*, scripts: bool = True) -> Iterator[Browser]:
    """A new browser with an empty profile. Without ``scripts`` no page can run any."""
    chromium, driver = program("chromium"), program("chromedriver")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = {
            "binary": chromium,
            "args": [*_FLAGS, f"--user-data-dir={profile}"],
            "prefs": {} if scripts else {"profile.managed_default_content_settings.javascript": 2},
        }
        logs = dict.fromkeys(("browser", "performance"), "ALL")
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": logs}
        command = [driver, f"--port={port}", "--silent"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
            try:
                wait_for_port(port)
                body: dict[str, object] = {"capabilities": {"alwaysMatch": wanted}}
                session = call("POST", f"{address}/session", body)["sessionId"]
                try:
                    yield Browser(address, session)
                finally:
                    call("DELETE", f"{address}/session/{session}")
            finally:
                one.terminate()
