"""Reports built from literals, for tests of what is shown and how a run ends."""

from keyscan.model import (
    Candidate,
    Confidence,
    Finding,
    Gap,
    Liveness,
    Location,
    Report,
    Stats,
    Suppressed,
    Verdict,
    msg,
)
from keyscan.secret import Secret

WHEN = "2026-01-02T03:04:05Z"


def secret(tail: str = "MxYA", prefix: str = "sk-proj-") -> Secret:
    """Shaped like no real key: only prefix and tail are ever shown."""
    return Secret(f"{prefix}{'0' * 8}{tail}", prefix)


def verdict(liveness: Liveness) -> Verdict:
    """An issuer's answer of this kind."""
    return Verdict(liveness, "ok", msg("the issuer accepts it"), WHEN)


def finding(
    *places: Location,
    tail: str = "MxYA",
    rule: str = "openai-project-key",
    provider: str = "openai",
    confidence: Confidence = Confidence.HIGH,
    names: tuple[str, ...] = ("OPENAI_API_KEY",),
    liveness: Liveness = Liveness.UNCHECKED,
) -> Finding:
    """A project key in ``.env`` unless told otherwise."""
    return Finding(
        secret(tail),
        rule,
        provider,
        confidence,
        (msg("form {form}", form="sk-proj-"), msg("marker")),
        places or (Location(".env", 1, 16),),
        names,
        Verdict() if liveness is Liveness.UNCHECKED else verdict(liveness),
    )


def note(path: str = "guide.py") -> Finding:
    """``chatgpt.api_key = "你的API密钥"``"""
    return Finding(
        Secret("你的API密钥", ""),
        "unknown-hard-coded-api_key",
        "unknown",
        Confidence.NOTE,
        (msg("placeholder assigned to {name} in code", name="chatgpt.api_key"),),
        (Location(path, 3, 20),),
        ("chatgpt.api_key",),
    )


def suppressed() -> Suppressed:
    """A placeholder."""
    candidate = Candidate(
        secret("xxxx"),
        "openai-project-key",
        "openai",
        Confidence.HIGH,
        (msg("marker"),),
        Location("docs/a.md", 7, 5),
    )
    return Suppressed(candidate, "placeholder", "repeated")


def gap(path: str = "secret.bin") -> Gap:
    """A file that could not be read."""
    return Gap(path, "unreadable", msg("cannot be read: {why}", why="Permission denied"))


def report(*findings: Finding, gaps: tuple[Gap, ...] = ()) -> Report:
    """With a placeholder suppressed and round numbers."""
    return Report(findings, (suppressed(),), gaps, Stats(340, 12_300_000, 0.84))
