"""How urgent a finding is shown to be. Where it stands may lower that; it never hides it."""

import re
from enum import StrEnum

from keyscan.model import Confidence, Finding, Liveness


class Severity(StrEnum):
    """From what must be rotated now to what is only worth a look."""

    CRITICAL = "critical"  # the issuer says that it works
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"  # a note, or a key that the issuer calls dead

    @property
    def rank(self) -> int:
        """4 for critical down to 0 for info."""
        return ("info", "low", "medium", "high", "critical").index(self.value)


_BY_CONFIDENCE = {
    Confidence.HIGH: Severity.HIGH,
    Confidence.MEDIUM: Severity.MEDIUM,
    Confidence.LOW: Severity.LOW,
    Confidence.NOTE: Severity.INFO,
}
_LOWERED = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}
_TRIAL = re.compile(
    r"(?i)(?:^|[/!._-])(?:tests?|testing|testdata|specs?|__tests__|conftest|fixtures?|mocks?"
    r"|cassettes|docs?|documentation|examples?|samples?|demos?|tutorials?)(?=[/!._-]|$)"
)


def severity(finding: Finding) -> Severity:
    """By the issuer's answer, else by confidence, one lower where every place is a trial."""
    if finding.verdict.liveness in (Liveness.LIVE, Liveness.DORMANT):
        return Severity.CRITICAL  # whatever the path says
    if finding.verdict.liveness is Liveness.DEAD:
        return Severity.INFO
    plain = _BY_CONFIDENCE[finding.confidence]
    return _LOWERED.get(plain, plain) if lowered(finding) else plain


def lowered(finding: Finding) -> bool:
    """Whether all its places are tests, documentation or examples by their paths."""
    return bool(finding.locations) and all(is_trial(one.path) for one in finding.locations)


def is_trial(path: str) -> bool:
    """Whether a folder or the file is named for tests, documentation or examples."""
    return _TRIAL.search(path) is not None
