"""SARIF's rules: what kind of key it is, how sure and how urgent, and the steps of rotation."""

from collections.abc import Iterable
from typing import Any

from keyscan.formats._markdown import escaped
from keyscan.formats._plain import text, title_of, told
from keyscan.model import Confidence, Finding, Message, msg
from keyscan.providers import all_providers
from keyscan.rotate import case_of, steps
from keyscan.severity import Severity, severity

HOME = "https://pypi.org/project/keyscan-cli/"

# GitHub's scale: over 9.0 is critical, from 7.0 high, from 4.0 medium, over 0 low.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "1.0",
}
_PRECISION = {
    Confidence.HIGH: "very-high",
    Confidence.MEDIUM: "high",
    Confidence.LOW: "medium",
    Confidence.NOTE: "low",
}


def rules_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """One descriptor for each rule that found something, by id."""
    by_rule: dict[str, list[Finding]] = {}
    for one in findings:
        by_rule.setdefault(one.rule, []).append(one)
    return [_rule(rule, by_rule[rule]) for rule in sorted(by_rule)]


def _rule(rule: str, same: list[Finding]) -> dict[str, Any]:
    first = same[0]
    case = case_of(first)
    note = case.variant == "note"
    kind = "note" if note else case.kind
    rotation = steps(all_providers()[case.provider], "" if note else case.kind)
    lines = [told(one) for one in (_before(rotation.url) if note else rotation.steps)]
    name = told(title_of(first))
    about = told(_about(note))
    worst = max(map(severity, same), key=lambda one: one.rank)
    surest = max((one.confidence for one in same), key=lambda one: one.rank)
    return {
        "id": rule,
        "name": pascal_case(rule),
        "shortDescription": {"text": _ended(name[:1].upper() + name[1:])},
        "fullDescription": {"text": _ended(about)},
        "helpUri": text(rotation.url) or HOME,
        "help": {
            "text": "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)),
            "markdown": _markdown(name, about, lines),
        },
        "defaultConfiguration": {"level": "note" if note else "error"},
        "properties": {
            "tags": ["security", "secret", text(first.provider), kind, "external/cwe/cwe-798"],
            "precision": _PRECISION[surest],
            "problem.severity": "recommendation" if note else "error",
            "security-severity": _SCORES[worst],
        },
    }


def pascal_case(word: str) -> str:
    """``openai-project-key`` → ``OpenaiProjectKey``: SARIF's form of a name."""
    return "".join(part[:1].upper() + part[1:] for part in word.replace("_", "-").split("-"))


def _about(note: bool) -> Message:
    if note:
        return msg("Whoever fills in this placeholder puts a key into a file that git tracks.")
    return msg("Whoever reads this key can use it and spend on it, until its issuer deletes it.")


def _before(url: str) -> list[Message]:
    """What to do before a key is pasted."""
    return [
        msg("Read the key from an environment variable, set outside the repository"),
        msg("Keys are made here: {url}", url=url),
    ]


def _markdown(name: str, about: str, lines: list[str]) -> str:
    numbered = [f"{number}. {escaped(line)}" for number, line in enumerate(lines, 1)]
    return "\n".join((f"**{escaped(name)}**", "", escaped(about), "", *numbered))


def _ended(words: str) -> str:
    return words if words.endswith((".", "。")) else f"{words}."
