"""Values of a configuration, checked one by one: what is wrong is one line that says what to do."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from keyscan.columns import safe
from keyscan.errors import UsageError
from keyscan.model import Message, msg

_LIKE_A_KEY = re.compile(r"[\w+/=\-]{24,}")
_SHOWN = 60  # characters of a key or value of a file that an error repeats


@dataclass(frozen=True, slots=True)
class Where:
    """The place that a value is read from, for errors and for ``keyscan config``."""

    origin: str
    key: str = ""
    own: bool = False

    def at(self, key: str) -> "Where":
        """The same for a key within."""
        return Where(self.origin, f"{self.key}.{key}" if self.key else key, self.own)

    def wrong(self, why: Message) -> UsageError:
        """The one line of an error: where, what, and what to do."""
        from keyscan.i18n import render

        return UsageError(
            msg("{where}: {key}: {why}", where=self.origin, key=short(self.key), why=render(why))
        )


def short(text: str) -> str:
    """Text of a file as an error may show it: printable, not long, and without a key.

    Half a key is no key to whoever redacts the line later, so it goes before the text is cut.
    """
    text = safe(_LIKE_A_KEY.sub("...", text))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def boolean(where: Where, value: Any) -> bool:
    """``true`` or ``false``; a variable has the words."""
    if isinstance(value, str) and value.lower() in ("1", "true", "yes", "on"):
        return True
    if isinstance(value, str) and value.lower() in ("0", "false", "no", "off"):
        return False
    if not isinstance(value, bool):
        raise where.wrong(msg("must be true or false"))
    return value


def text(where: Where, value: Any, longest: int = 300) -> str:
    """A line of printable text."""
    if not isinstance(value, str):
        raise where.wrong(msg("must be text in quotes"))
    if not value.strip() or not value.isprintable() or len(value) > longest:
        raise where.wrong(
            msg("must be one line of 1 to {count} printable characters", count=longest)
        )
    return value


def texts(where: Where, value: Any) -> tuple[str, ...]:
    """One text, or a list of them."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values:
        raise where.wrong(msg('must be text, or a list such as ["one", "two"]'))
    return tuple(text(where, one) for one in values)


def choice(*known: str) -> Callable[[Where, Any], str]:
    """One of these words."""

    def read(where: Where, value: Any) -> str:
        if value not in known:
            raise where.wrong(must_be(value, known))
        return str(value)

    return read


def must_be(value: object, known: Iterable[str]) -> Message:
    """The complaint about a word that is none of the known ones."""
    near = nearest(value, known) if isinstance(value, str) else ""
    if near:
        return msg('there is no such value; did you mean "{near}"?', near=near)
    return msg("must be one of: {known}", known=", ".join(known))


def nearest(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """The known word that this one may be a slip of, or ``""``."""
    from difflib import get_close_matches  # late: only an error needs it

    words = {one.lower(): one for one in known}
    found = get_close_matches(word[:_SHOWN].lower(), words, 1, alike)
    return words[found[0]] if found else ""


def table(where: Where, value: Any) -> Mapping[str, Any]:
    """A table of a file."""
    if not isinstance(value, dict):
        raise where.wrong(msg("must be a table"))
    return value


def tables(where: Where, value: Any) -> list[Mapping[str, Any]]:
    """An array of tables."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise where.wrong(msg("must be a list of tables, each under [[{key}]]", key=where.key))
    return value


def only(where: Where, value: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuses a key that is not known, naming the nearest one that is."""
    known = [*known]
    for key in value:
        if key not in known:
            raise unknown(where.at(key), key, known)


def unknown(where: Where, key: str, known: Iterable[str]) -> UsageError:
    """The error for a key that does not exist."""
    known = [*known]
    near = nearest(key.replace("_", "-"), known)
    if near:
        return where.wrong(msg("there is no such setting; did you mean {near}?", near=near))
    return where.wrong(msg("there is no such setting; there are: {known}", known=", ".join(known)))
