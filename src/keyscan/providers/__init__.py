"""Who issues keys: one file per issuer, each with one ``PROVIDER``. A new file is found here.

Files that begin with an underscore hold rules of a provider that would make its file too long.
"""

from functools import cache, lru_cache
from importlib import import_module
from pkgutil import iter_modules

from keyscan.context import words_of
from keyscan.provider import Provider, Rule

_own: tuple[Provider, ...] = ()  # of the configuration: see ``own_rules``
_made_of: tuple[tuple[str, ...], ...] = ()


@cache
def all_providers() -> dict[str, Provider]:
    """Every provider by id, in the order of their file names; a configuration's own come last."""
    found = [import_module(f"{__name__}.{name}").PROVIDER for name in _files()]
    return {provider.id: provider for provider in (*found, *_own)}


def _files() -> list[str]:
    return sorted(one.name for one in iter_modules(__path__) if not one.name.startswith("_"))


def built_in() -> frozenset[str]:
    """The ids of the providers that have a file, which is named after them."""
    return frozenset(name.replace("_", "-") for name in _files())


@cache
def built_in_rules() -> tuple[tuple[bytes, Rule], ...]:
    """The marked forms of the providers that have a file, with the literal of each."""
    own = {rule.id for one in _own for rule in one.rules}
    some = (one for one in rules().values() if one.priority == 0 and one.id not in own)
    return tuple((literal, rule) for rule in some for literal in rule.literals)


def own() -> tuple[tuple[str, ...], ...]:
    """What a configuration's own rules are made of: other words, other rules."""
    return _made_of


def add(own: tuple[Provider, ...], made_of: tuple[tuple[str, ...], ...]) -> None:
    """Let these be known as well, in place of what was added before; before anything is scanned."""
    global _own, _made_of
    _own, _made_of = own, made_of
    for one in (
        all_providers,
        built_in_rules,
        rules_by_literal,
        rules,
        owner_of,
        vendors_in,
        _words,
    ):
        one.cache_clear()


@cache
def rules_by_literal() -> dict[bytes, tuple[Rule, ...]]:
    """The prefilter's literals, each with the rules that start from it."""
    table: dict[bytes, tuple[Rule, ...]] = {}
    for rule in rules().values():
        for literal in rule.literals:
            table[literal] = (*table.get(literal, ()), rule)
    return table


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its id."""
    return {rule.id: rule for one in all_providers().values() for rule in one.rules}


@cache
def owner_of(rule_id: str) -> Provider:
    """The provider whose file defines a rule, or (for ``<provider>-api-key``) names it."""
    for one in all_providers().values():
        if any(rule.id == rule_id for rule in one.rules):
            return one
    return all_providers()[rule_id.removesuffix("-api-key")]


@lru_cache(maxsize=1024)  # names come from scanned content
def vendors_in(name: str) -> frozenset[str]:
    """Provider ids that a variable or key name speaks of, by the providers' ``words``.

    Words of up to three letters (``co``, ``ark``) count only at the start; longer ones also
    within a word (``MYDEEPSEEKKEY``). Azure's OpenAI is not OpenAI.
    """
    joined = "_".join(words_of(name))
    bare = joined.replace("_", "")
    found = {
        vendor
        for word, core, vendor in _words()
        if core in bare and (len(core) > 4 or _stands_in(word, joined))
    }
    if "azure-openai" in found or "openrouter" in found:
        found.discard("openai")
    return frozenset(found)


@cache
def _words() -> tuple[tuple[str, str, str], ...]:
    """Each word, without its dashes, and whose it is."""
    every = ((word, one.id) for one in all_providers().values() for word in one.words)
    return tuple((word, word.replace("_", "").replace("-", ""), vendor) for word, vendor in every)


def _stands_in(word: str, joined: str) -> bool:
    if len(word) <= 3:
        return f"{joined}_".startswith(f"{word}_")
    return f"_{word}_" in f"_{joined}_"
