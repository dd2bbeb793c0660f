"""``keyscan verify``: one pasted key (or a few), asked about at its issuer."""

import os
import re
import sys
from dataclasses import replace

import click

from keyscan import i18n
from keyscan.commands._configured import Configured
from keyscan.commands._options import endpoint_option, lang_option, say
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Confidence, Finding, Liveness, Location, Report, msg

_LARGEST = 1 << 20  # bytes of standard input; whole files are a scan's work
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CODES = {
    Liveness.LIVE: ExitCode.FINDINGS,
    Liveness.DORMANT: ExitCode.FINDINGS,
    Liveness.DEAD: ExitCode.CLEAN,
    Liveness.UNKNOWN: ExitCode.INCOMPLETE,
    Liveness.UNCHECKED: ExitCode.INCOMPLETE,
}


@click.command(name="verify", cls=Configured)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[-]")
@click.option("--from-env", "variable", metavar="NAME", help="Take the key from this variable.")
@click.option("--provider", metavar="ID", help="Who issued it, where its form does not say.")
@endpoint_option
@click.option(
    "-f",
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the answer is written.",
)
@lang_option
def command(
    words: tuple[str, ...],
    variable: str | None,
    provider: str | None,
    endpoint: tuple[str, ...],
    shape: str,
) -> ExitCode:
    """Ask the issuer whether a key is live.

    The key comes from standard input, from a hidden prompt, or from --from-env; never from the
    command line, which other users and your shell's history can read.

    \b
    Exit codes: 0  every key is dead
                1  a key is live or dormant: rotate it
                2  the call is wrong, or no key was given
                3  it could not be determined
    """
    _refuse_arguments(words)
    # Late: nothing of this is needed for --help or a wrong call.
    from keyscan.endpoints import known_provider, parse
    from keyscan.verify import verify

    endpoints = parse(endpoint)
    owner = known_provider(provider) if provider else ""
    text = _from_environment(variable) if variable is not None else _from_input()
    found = tuple(_named(one, owner) for one in _keys_in(text, variable or "", owner))
    judged, notices = verify(found, endpoints=endpoints)
    for notice in notices:
        click.echo(f"keyscan: {i18n.render(notice)}", err=True)
    _show(Report(judged, notices=notices), shape)
    return max(_CODES[one.verdict.liveness] for one in judged)


def _refuse_arguments(words: tuple[str, ...]) -> None:
    """The words are not repeated: one of them may be the key."""
    if words not in ((), ("-",)):
        raise UsageError(
            msg(
                "a key does not belong on the command line: this one is now in your shell's"
                " history and was visible to other users; run `keyscan verify` and paste it"
            )
        )


def _from_environment(name: str) -> bytes:
    value = os.environ.get(name) if _NAME.fullmatch(name) else None
    if not value:
        raise UsageError(
            msg("--from-env takes the name of a variable that is set, not the key itself")
        )
    return value.encode("utf-8", "surrogateescape")


def _from_input() -> bytes:
    if sys.stdin is not None and sys.stdin.isatty():
        prompt = i18n.render(msg("Paste the key (it is not shown)"))
        return str(click.prompt(prompt, hide_input=True, err=True)).encode()
    text = sys.stdin.buffer.read(_LARGEST + 1) if sys.stdin is not None else b""
    if len(text) > _LARGEST:
        raise UsageError(
            msg("that is more than a few keys; for whole files: keyscan scan --verify -")
        )
    return text


def _keys_in(text: bytes, name: str, owner: str) -> tuple[Finding, ...]:
    """The keys that detection sees; a single word that it does not know is a key all the same.

    ``owner`` is the provider that the user names: what looks like a placeholder may be a key then.
    """
    from keyscan.model import Blob
    from keyscan.pipeline import scan
    from keyscan.placeholder import placeholder
    from keyscan.policy import Policy

    data = f"{name}=".encode() + text if name else text
    report = scan([Blob("-", data, "stdin")], Policy(pragmas=False))  # whoever pastes it asks
    found = tuple(one for one in report.findings if one.confidence is not Confidence.NOTE)
    if found:
        return found
    word = text.decode("utf-8-sig", "replace").strip().strip("\"'")
    hollow = report.suppressed or len(word) < 16 or placeholder(word)
    if len(word.split()) != 1 or (hollow and not owner):
        raise UsageError(msg("no key there; pipe one in, or run `keyscan verify` and paste it"))
    return (_unknown(word, name),)


def _unknown(word: str, name: str) -> Finding:
    from keyscan.secret import Secret

    evidence = (msg("fits no known form"),)
    place = Location("-", 1, 1, "stdin")
    names = (name,) if name else ()
    return Finding(
        Secret(word, ""), "unknown-pasted", "unknown", Confidence.MEDIUM, evidence, (place,), names
    )


def _named(finding: Finding, owner: str) -> Finding:
    """The finding under the provider that the user names, unless its form says another."""
    if not owner:
        return finding
    from keyscan.providers import all_providers, rules

    marked = rules().get(finding.rule)
    if finding.provider == owner and marked is not None:
        return replace(finding, confidence=Confidence.HIGH)
    if finding.provider != "unknown" and marked is not None and marked.literals:
        raise UsageError(
            msg(
                "{key} has the form of a {name} key: keyscan does not hand it to another issuer;"
                " leave out --provider",
                key=finding.secret.redacted,
                name=all_providers()[finding.provider].name,
            )
        )
    sure = Confidence.HIGH  # the user's word is the strongest evidence
    return replace(finding, provider=owner, rule=f"{owner}-api-key", confidence=sure)


def _show(report: Report, shape: str) -> None:
    from keyscan.formats import _verified, render, show_on

    show = show_on(sys.stdout)
    if shape == "json":
        say(render("json", report, show), show, for_people=False)
    else:
        say(_verified.text(report, show), show)
