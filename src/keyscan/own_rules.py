"""Providers and rules of a team's own, such as a company's gateway, out of its configuration.

A rule of one's own is a literal and what follows it. It never takes a key away from a vendor whose
marked form the key has, and never belongs to one: a key that it finds is shown to nobody but an
address that the user's own configuration names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keyscan.automaton import Pattern
from keyscan.model import Confidence, Match, msg
from keyscan.pattern_syntax import PatternError
from keyscan.setting_values import Where, choice, only, table, tables, text

if TYPE_CHECKING:
    from keyscan.provider import Provider, Rule

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LITERAL = re.compile(r"[!-~]{3,40}")
_PART = r"([A-Za-z0-9._~:/?!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
# RFC 3986, without what no report can hold as a link: a name or password in it, an IPv6 address.
_PAGE = re.compile(rf"https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?]{_PART})?(#{_PART})?")
_LEAST = 12  # characters behind the literal: a report shows the last four
_LONGEST = 1000
_MOST = 100  # rules, providers
_STEPS = 20
PROVIDER_KEYS = ("name", "keys", "usage", "billing", "steps")
RULE_KEYS = ("id", "provider", "literal", "pattern", "confidence")
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class OwnProvider:
    """``keys``, ``usage`` and ``billing`` are pages. ``steps`` are further steps: (en, zh)."""

    id: str
    name: str
    keys: str
    usage: str = ""
    billing: str = ""
    steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OwnRule:
    """``pattern`` (see ``pattern_syntax``) is what follows ``literal`` in a key."""

    id: str
    provider: str
    literal: str
    pattern: str
    confidence: str = "high"


def providers(where: Where, value: Any) -> tuple[OwnProvider, ...]:
    """The table ``providers``."""
    found = table(where, value)
    if len(found) > _MOST:
        raise where.wrong(msg("at most {count} entries", count=_MOST))
    return tuple(_provider(where.at(name), name, one) for name, one in found.items())


def rules(where: Where, value: Any) -> tuple[OwnRule, ...]:
    """The tables ``rules``."""
    found = tables(where, value)
    if len(found) > _MOST:
        raise where.wrong(msg("at most {count} entries", count=_MOST))
    return tuple(_rule(where.at(str(number)), one) for number, one in enumerate(found, 1))


def _provider(where: Where, name: str, value: Any) -> OwnProvider:
    from keyscan.providers import built_in

    value = table(where, value)
    only(where, value, PROVIDER_KEYS)
    if not _ID.fullmatch(name) or len(name) > 40:
        raise where.wrong(msg("an id has lower-case letters, digits and single dashes"))
    if name in (*built_in(), "unknown"):
        raise where.wrong(msg("this is a provider that keyscan knows; choose another id"))
    for key in ("name", "keys"):
        if key not in value:
            raise where.wrong(msg("needs {key}", key=key))
    pages = {key: _page(where.at(key), value[key]) for key in PROVIDER_KEYS[1:4] if key in value}
    return OwnProvider(
        id=name,
        name=text(where.at("name"), value["name"], 80),
        steps=_steps(where.at("steps"), value.get("steps", {})),
        **pages,
    )


def _page(where: Where, value: Any) -> str:
    url = text(where, value)
    if not _PAGE.fullmatch(url):
        raise where.wrong(msg("must be a web address such as https://gateway.example/keys"))
    return url


def _steps(where: Where, value: Any) -> tuple[tuple[str, str], ...]:
    """Pairs of the same step in English and in Chinese; what is missing is in the other."""
    value = table(where, value)
    only(where, value, LANGUAGES)
    said: dict[str, tuple[str, ...]] = {}
    for language in value:
        here = where.at(language)
        if not isinstance(value[language], list) or len(value[language]) > _STEPS:
            raise here.wrong(msg("must be a list of at most {count} sentences", count=_STEPS))
        said[language] = tuple(text(here, one, 500) for one in value[language])
    english = said.get("en") or said.get("zh", ())
    chinese = said.get("zh") or english
    if len(english) != len(chinese):
        raise where.wrong(msg("needs as many steps in zh as in en"))
    return tuple(zip(english, chinese, strict=True))


def _rule(where: Where, value: Mapping[str, Any]) -> OwnRule:
    only(where, value, RULE_KEYS)
    for key in RULE_KEYS[:4]:
        if key not in value:
            raise where.wrong(msg("needs {key}", key=key))
    found = OwnRule(**{key: text(where.at(key), value[key]) for key in value})
    if not _ID.fullmatch(found.id) or not found.id.startswith(f"{found.provider}-"):
        raise where.at("id").wrong(
            msg("begins with its provider: {provider}-api-key", provider=found.provider)
        )
    if not _LITERAL.fullmatch(found.literal):
        raise where.at("literal").wrong(msg("must be 3 to 40 visible ASCII characters"))
    choice("high", "medium", "low")(where.at("confidence"), found.confidence)
    try:
        least = Pattern(found.pattern).least
    except PatternError as error:
        raise where.at("pattern").wrong(error.message) from None
    if least < _LEAST:
        raise where.at("pattern").wrong(
            msg(
                "can match {least} characters; a key has at least {count} behind its literal",
                least=least,
                count=_LEAST,
            )
        )
    return found


def register(
    providers: tuple[OwnProvider, ...], rules: tuple[OwnRule, ...], asked: frozenset[str]
) -> None:
    """Make them known to everything that asks for providers, for the rest of this process.

    ``asked`` are the providers for which the user named an address: it is asked in OpenAI's way,
    as gateways are (LiteLLM, one-api, vLLM).
    """
    if not providers:
        return
    from keyscan import i18n, sift
    from keyscan.providers import add

    made_of = tuple((one.id, one.literal, one.pattern, one.confidence) for one in rules)
    add(tuple(_made(one, rules, one.id in asked) for one in providers), made_of)
    sift.also(tuple(dict.fromkeys(one.literal.encode() for one in rules)))
    i18n.also({english: chinese for one in providers for english, chinese in one.steps})


def _made(own: OwnProvider, rules: tuple[OwnRule, ...], asked: bool) -> "Provider":
    from keyscan.provider import Pages, Provider
    from keyscan.providers.openai import PROVIDER as OPENAI

    return Provider(
        own.id,
        own.name,
        Pages(own.keys, own.usage, own.billing),
        rules=tuple(_rule_of(one) for one in rules if one.provider == own.id),
        probes=tuple(one for one in OPENAI.probes if "api-key" in one.kinds) if asked else (),
        notes=tuple(("", english) for english, _ in own.steps),
    )


def _rule_of(own: OwnRule) -> "Rule":
    from keyscan.provider import Rule, starts_clear
    from keyscan.shape import glued_right

    literal, body = own.literal.encode(), Pattern(own.pattern)
    sure = Confidence(own.confidence)

    def match(data: bytes, at: int) -> Match | None:
        if not data.startswith(literal, at) or not starts_clear(data, at):
            return None
        begin = at + len(literal)
        end = body.longest(data, begin, begin + _LONGEST)
        if end < 0 or _is_a_vendors(data, at, end):
            return None
        evidence = [msg("form {form}", form=own.literal)]
        if glued_right(data, end):
            evidence.append(msg("text follows without a break"))
        return Match(at, end, sure.lowered() if len(evidence) > 1 else sure, tuple(evidence))

    return Rule(own.id, own.literal, (literal,), match)


def _is_a_vendors(data: bytes, start: int, end: int) -> bool:
    """Whether a marked form of a vendor's stands here: then the key is the vendor's."""
    from keyscan.providers import built_in_rules

    for literal, rule in built_in_rules():
        at = data.find(literal, start, end)
        if at >= 0 and rule.match(data, at) is not None:
            return True
    return False
