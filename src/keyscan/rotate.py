"""Provider, kind of key and verdict → what to do now, in order. Pure.

The steps are the same sentences for every provider, filled with its pages; what is special
about a vendor stands in its file (``Provider.notes``, ``Provider.kind_pages``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keyscan.environment import line_for, variable_for
from keyscan.model import Confidence, Finding, Liveness, Message, Verdict, msg
from keyscan.provider import Provider
from keyscan.providers import all_providers, rules

_SIGN_INS = ("oauth", "oauth-refresh", "session", "chatgpt-session", "chatgpt-refresh")
_SHORT_LIVED = ("client-secret",)


@dataclass(frozen=True, slots=True)
class Rotation:
    """``url`` is the page where it starts (``""`` when the issuer is unknown)."""

    url: str
    steps: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What decides the steps: findings of the same case share them."""

    provider: str
    kind: str
    variant: str  # rotate, dormant, dead or note


def case_of(finding: Finding) -> Case:
    """The case of a finding. A note never names a key: its provider is where one is made."""
    if finding.confidence is Confidence.NOTE:
        owner = "openai" if finding.provider == "unknown" else finding.provider
        return Case(owner, "", "note")
    rule = rules().get(finding.rule)
    liveness = finding.verdict.liveness
    variant = liveness.value if liveness in (Liveness.DORMANT, Liveness.DEAD) else "rotate"
    return Case(finding.provider, rule.kind if rule else "api-key", variant)


def steps_for(finding: Finding) -> Rotation:
    """The steps for one finding."""
    case = case_of(finding)
    if case.variant == "note":
        return _for_note(finding, all_providers()[case.provider])
    return steps(
        all_providers()[case.provider], case.kind, names=finding.names, verdict=finding.verdict
    )


def steps(
    provider: Provider,
    kind: str = "",
    *,
    names: Iterable[str] = (),
    verdict: Verdict | None = None,
) -> Rotation:
    """The steps for a kind of key (``Rule.kind``). ``names`` are the variables that hold it."""
    liveness = verdict.liveness if verdict else Liveness.UNCHECKED
    url = page_of(provider, kind)
    if liveness is Liveness.DEAD:
        found = _when_dead(provider)
    elif kind in _SIGN_INS:
        found = _sign_in(provider, kind, url)
    elif kind in _SHORT_LIVED:
        found = _short_lived(provider, kind)
    else:
        found = _replacement(provider, kind, url, tuple(names), liveness)
    return Rotation(url, tuple(found))


def page_of(provider: Provider, kind: str) -> str:
    """Where keys of this kind are made and deleted."""
    return dict(provider.kind_pages).get(kind, provider.pages.keys)


def kinds_of(provider: Provider) -> tuple[str, ...]:
    """The kinds of key for which the steps can differ, in the order of the provider's rules."""
    kinds = [rule.kind for rule in provider.rules]
    kinds += [kind for kind, _ in (*provider.kind_pages, *provider.notes) if kind]
    return tuple(dict.fromkeys(kinds))


def _replacement(
    provider: Provider, kind: str, url: str, names: tuple[str, ...], liveness: Liveness
) -> Iterator[Message]:
    if liveness is Liveness.DORMANT:
        yield msg(
            "{name} knows this key and refuses it only for now: it can come back to life",
            name=provider.name,
        )
    yield from _opening(provider, kind, url)
    if provider.pages.usage:
        yield msg(
            "Export the usage before you delete anything, the figures of a key go with it: {url}",
            url=provider.pages.usage,
        )
    yield msg("If the key is already public, delete it at once and replace it afterwards")
    yield msg("Create a new key with the least scope that the program needs")
    if names:
        yield msg(
            "Deploy the new key wherever the old one is used, found as: {names}",
            names=", ".join(names),
        )
    else:
        yield msg("Deploy the new key wherever the old one is used")
    yield msg("Keep it out of the code: an environment variable or a secret store")
    yield msg("Delete the old key")
    yield _proof(provider, kind)
    yield from _damage(provider)
    yield _history()


def _opening(provider: Provider, kind: str, url: str) -> Iterator[Message]:
    if url:
        yield msg("Open the API keys page of {name}: {url}", name=provider.name, url=url)
    else:
        yield from _whose()
    yield from _notes(provider, kind)


def _notes(provider: Provider, kind: str) -> Iterator[Message]:
    for wanted, text in provider.notes:
        if wanted in ("", kind):
            yield Message(text)


def _whose() -> Iterator[Message]:
    """How to find out who issued a key that no evidence names."""
    yield msg(
        "Find out who issued the key: look for base_url, a host name or an SDK beside it, and in"
        " the history for who wrote that line"
    )
    yield msg(
        "A relay (one-api, new-api, LiteLLM) hands out keys of its own: they are deleted on the"
        " relay's token page, or by who runs it"
    )
    yield msg("`keyscan rotate` lists the issuers whose pages are known")


def _proof(provider: Provider, kind: str) -> Message:
    wanted = kind or "api-key"
    if any(wanted in one.kinds for one in provider.probes) or (not kind and provider.probes):
        return msg(
            "Run `keyscan verify` with the old key until it is called dead: some servers learn of"
            " a deletion minutes later"
        )
    return msg("Use the old key once and see it refused: keyscan has no way to ask about it")


def _damage(provider: Provider) -> Iterator[Message]:
    if provider.pages.usage:
        yield msg(
            "Look for use that is not yours since the key leaked: {url}", url=provider.pages.usage
        )
    if provider.pages.billing:
        yield msg(
            "Look at billing and automatic recharge, since a leaked key drains prepaid credit and"
            " automatic recharge refills it: {url}",
            url=provider.pages.billing,
        )


def _history() -> Message:
    return msg(
        "Only then clean the history, and know that this does not undo the leak: every clone,"
        " fork and cache still has the key"
    )


def _when_dead(provider: Provider) -> Iterator[Message]:
    yield msg("The issuer calls this key dead: nothing is left to rotate")
    yield from _damage(provider)
    yield msg("Take the key out of the files; cleaning the history is a matter of taste now")


def _sign_in(provider: Provider, kind: str, url: str) -> Iterator[Message]:
    """Tokens that a program got by signing in: nobody creates or deletes them on a keys page."""
    yield msg(
        "This is a sign-in to an account of {name}, not an API key: whoever has it acts as you",
        name=provider.name,
    )
    if url:
        yield msg("Sign out of all devices, which ends the token: {url}", url=url)
    yield from _notes(provider, kind)
    yield msg("Sign in again; change the password if you do not know who has the token")
    yield _history()


def _short_lived(provider: Provider, kind: str) -> Iterator[Message]:
    """Secrets that a server makes for one browser: they end before anybody could delete them."""
    yield from _notes(provider, kind)
    yield from _damage(provider)
    yield msg("Let the server hand them out one by one, and write none into a file")


def _for_note(finding: Finding, provider: Provider) -> Rotation:
    """No key stands here yet: how to keep it so."""
    name = finding.names[0] if finding.names else ""
    variable = variable_for(name, provider.id)
    line = line_for(finding.locations[0].path, name, variable)
    found = [
        msg("A key is about to be pasted here; write instead: {line}", line=line)
        if line
        else msg(
            "A key is about to be pasted here; read it from the environment variable {variable}",
            variable=variable,
        ),
        msg(
            "Set {variable} outside the repository, for example in a .env file that git ignores",
            variable=variable,
        ),
        msg("Keys are made here: {url}", url=provider.pages.keys),
        *_notes(provider, "note"),
    ]
    return Rotation(provider.pages.keys, tuple(found))
