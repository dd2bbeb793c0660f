"""A detect-secrets plugin that carries all of keyscan's rules: ``detect-secrets scan -p FILE``.

``python -m keyscan.integrations.detect_secrets`` prints FILE. The plugin never touches the
network, with or without ``--no-verify``: whether a key is live is asked by ``keyscan verify``.

Some of detect-secrets' default filters drop keys before or after any plugin sees them, silently.
Disable these, each with a ``--disable-filter`` of its own:

- ``detect_secrets.filters.heuristic.is_indirect_reference`` drops every line that assigns the
  result of a call: ``client = OpenAI(api_key="…")``, ``os.getenv("OPENAI_API_KEY", "…")``. This is
  how most programs hold a key.
- ``detect_secrets.filters.heuristic.is_potential_uuid`` drops what contains a UUID, which
  Langfuse's and Volcengine's keys do.
- ``detect_secrets.filters.heuristic.is_lock_file``, ``…is_swagger_file`` and
  ``…is_non_text_file`` skip whole files by their names (``poetry.lock``, ``swagger.json``,
  ``bundle.js.map``).

detect-secrets reads lines: what stands more than five lines away is no context for a rule here,
and archives and binary files are not read. ``keyscan scan`` has neither limit.
"""

from collections.abc import Generator, Iterator
from typing import Any

from detect_secrets.constants import VerifiedResult  # noqa: TID253 - this is the bridge
from detect_secrets.core.potential_secret import PotentialSecret  # noqa: TID253
from detect_secrets.plugins.base import RegexBasedDetector  # noqa: TID253

from keyscan.decoders import literals
from keyscan.model import Blob, Confidence
from keyscan.pipeline import scan
from keyscan.prefilter import runs, search


class KeyscanDetector(RegexBasedDetector):
    """Every rule of keyscan as one plugin.

    It is regex-based by name only: detect-secrets spares such plugins a filter that takes keys
    behind a word such as ``org_id`` for identifiers.
    """

    secret_type = "keyscan: OpenAI-style API key"  # noqa: S105 - a description
    denylist = ()

    def analyze_string(self, string: str, **_: Any) -> Generator[str, None, None]:
        """The keys in one string, without what stands around it."""
        yield from _keys("", [string], 0)

    def analyze_line(
        self,
        filename: str,
        line: str,
        line_number: int = 0,
        context: Any = None,
        **_: Any,
    ) -> set[PotentialSecret]:
        """The keys that begin in a line; ``context`` (a ``CodeSnippet``) tells whose they are."""
        lines, target = ([line], 0) if context is None else (context.lines, context.target_index)
        around = [*lines[:target], line, *lines[target + 1 :]]
        return {
            PotentialSecret(self.secret_type, filename, key, line_number)
            for key in _keys(filename, around, target)
        }

    def verify(self, secret: str) -> VerifiedResult:  # noqa: ARG002 - called by this name
        """Not here: detect-secrets would ask twice for each key, and take an error for a no."""
        return VerifiedResult.UNVERIFIED


def _keys(path: str, lines: list[str], target: int) -> Iterator[str]:
    """The whole keys that begin in ``lines[target]``, notes and placeholders left out."""
    raw = [one.rstrip("\r\n").encode("utf-8", "surrogateescape") for one in lines]
    if not (search(raw[target], literals()) or runs(raw[target])):
        return
    for finding in scan([Blob(path, b"\n".join(raw))]).findings:
        here = any(place.line == target + 1 for place in finding.locations)
        if here and finding.confidence is not Confidence.NOTE:
            yield finding.secret.reveal()  # detect-secrets keeps its SHA-1


if __name__ == "__main__":
    print(__file__)
