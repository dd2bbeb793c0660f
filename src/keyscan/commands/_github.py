"""What GitHub Actions is told beside the text: annotations, the step summary, and outputs.

Source: docs.github.com, "Workflow commands". Elsewhere nothing of it happens.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from keyscan.errors import KeyscanError, UsageError
from keyscan.i18n import render as said
from keyscan.model import Confidence, Report, msg
from keyscan.outcome import MUST_ROTATE


class Channel:
    """The ways to GitHub, by the names of the variables that hold their paths; none elsewhere."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        get = environ.get
        self.on = get("GITHUB_ACTIONS") == "true"
        self.folder = get("RUNNER_TEMP", "") if self.on else ""
        self._summary = get("GITHUB_STEP_SUMMARY", "") if self.on else ""
        self._outputs = get("GITHUB_OUTPUT", "") if self.on else ""
        home, name = get("GITHUB_SERVER_URL", ""), get("GITHUB_REPOSITORY", "")
        self._files = f"{home}/{name}/blob/" if home and name else ""

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """What is printed in here is text: a path that looks like a workflow command is none."""
        if not self.on:
            yield
            return
        fence = secrets.token_hex(16)
        click.echo(f"::stop-commands::{fence}")
        try:
            yield
        finally:
            click.echo(f"::{fence}::")

    def tell(self, report: Report, written: Mapping[str, str]) -> None:
        """Annotations, summary and outputs; ``written`` are paths of reports by their outputs."""
        if not self.on:
            return
        from keyscan import formats
        from keyscan.formats._summary import summary

        click.echo(formats.render("github", report, formats.Show()), nl=False)
        _append(self._summary, summary(report, self._files))
        keys = [one for one in report.findings if one.confidence is not Confidence.NOTE]
        live = sum(one.verdict.liveness in MUST_ROTATE for one in keys)
        outputs = {"findings": str(len(keys)), "live": str(live), **written}
        _append(self._outputs, "".join(f"{name}={value}\n" for name, value in outputs.items()))

    def failed(self, error: KeyscanError) -> None:
        """The run ended early: the same line as an annotation, and in the summary."""
        if not self.on:
            return
        from keyscan.formats._markdown import escaped
        from keyscan.formats.github import Annotation, command
        from keyscan.redact import redact

        line = redact(said(error.message))
        title = said(msg("nothing was scanned"))
        click.echo(command(Annotation("error", f"keyscan: {title}", line)), nl=False)
        first, _, lines = line.partition("\n")
        code = f"\n```yaml\n{lines}\n```\n" if lines else ""
        _append(self._summary, f"### keyscan: {title}\n\n{escaped(first)}\n{code}")


@contextmanager
def channel(environ: Mapping[str, str]) -> Iterator[Channel]:
    """The way to GitHub, which also hears of an error that ends the run."""
    made = Channel(environ)
    try:
        yield made
    except KeyscanError as error:
        made.failed(error)
        raise


def _append(path: str, text: str) -> None:
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            msg("cannot write {path}: {why}", path=os.path.basename(path), why=error.strerror)
        ) from None
