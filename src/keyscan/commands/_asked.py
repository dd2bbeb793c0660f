"""What ``scan`` and ``history`` share: the options of a report, and the way from it to the end."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from keyscan.commands._baseline import Named, baseline_options, judged
from keyscan.commands._configured import config_options, with_own_changes
from keyscan.commands._options import common_options, endpoint_option, output_options, shown
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Report, msg
from keyscan.outcome import exit_code, explanation

if TYPE_CHECKING:
    from keyscan.baseline import Known


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of these options, found to fit together before anything is scanned."""

    verify: bool
    endpoint: tuple[str, ...]
    baseline: Named
    format: tuple[str, ...]
    output: str | None
    fail_on: str
    exit_zero: bool
    verbose: int
    quiet: bool

    def __post_init__(self) -> None:
        if not self.verify and self.fail_on == "live":
            raise UsageError(msg("--fail-on live needs --verify: nobody has asked the issuers"))
        if not self.verify and self.endpoint:
            raise UsageError(msg("--endpoint needs --verify: without it nobody is asked"))
        self.endpoints()

    def endpoints(self) -> Mapping[str, str]:
        """Provider → the address to ask instead of the issuer's own."""
        if not self.endpoint:
            return {}
        from keyscan.endpoints import parse  # late: a scan without verification asks nobody

        return parse(self.endpoint)

    def finish(
        self,
        report: Report,
        known: "Known | None",
        *,
        whole: bool,
        bases: Iterable[str] = (),
        root: str = "",
    ) -> ExitCode:
        """Verify, hold against the baseline (see ``_baseline.judged``), show, judge."""
        report = self.concluded(report, known, whole=whole, bases=bases)
        self.show(report, root)
        return self.code(report)

    def concluded(
        self,
        report: Report,
        known: "Known | None",
        *,
        whole: bool,
        bases: Iterable[str] = (),
        cwd: str | None = None,
        ask: bool = True,
    ) -> Report:
        """The report as it is shown; without ``ask`` nobody is asked, whatever the options say."""
        if self.verify and ask and report.findings:
            report = self._verified(report)
        bases = tuple(bases)
        report = judged(report, known, whole=whole, bases=bases, cwd=cwd)
        report = with_own_changes(report, bases, cwd)
        return replace(report, notices=(*report.notices, *explanation(report, self.fail_on)))

    def show(self, report: Report, root: str = "") -> None:
        """Print the report, or write it to files. Its paths are links below ``root``, if given."""
        shown(
            report,
            format=self.format,
            output=self.output,
            verbose=self.verbose,
            quiet=self.quiet,
            root=root,
        )

    def code(self, report: Report) -> ExitCode:
        """What the report means for whoever called."""
        return exit_code(report, self.fail_on, self.exit_zero)

    def _verified(self, report: Report) -> Report:
        from keyscan.verify import verify  # late: brings in httpx

        findings, notices = verify(report.findings, endpoints=self.endpoints())
        return replace(report, findings=findings, notices=(*report.notices, *notices))


def report_options(function: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """All options of a report. Passes ``asked``, one value for all of them."""

    @wraps(function)
    def command(**values: Any) -> ExitCode:
        asked = Asked(**{name: values.pop(name) for name in Asked.__slots__})
        return function(asked=asked, **values)

    for options in (
        common_options,
        output_options,
        config_options,
        baseline_options,
        endpoint_option,
    ):
        command = options(command)
    return click.option(
        "--verify", is_flag=True, help="Ask the issuers whether the keys are live."
    )(command)
