"""Messages in the user's language. gettext is loaded when the first one is shown, not before."""

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from keyscan.model import Message

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "zh_CN")
_chosen = ""
_chinese: dict[str, str] = {}  # sentences of a configuration, by their English


def choose(language: str) -> None:
    """Use this language from now on, whatever the environment says (``--lang``)."""
    global _chosen
    _chosen = language
    _catalog.cache_clear()


def language() -> str:
    """One of ``LANGUAGES``: ``--lang``, then ``KEYSCAN_LANG``, then the locale's variables.

    Windows sets none of them; there the language of its own menus decides.
    """
    wishes = (_chosen, *map(os.environ.get, ("KEYSCAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")))
    wish = next((one for one in wishes if one), "") or _of_windows()
    return "zh_CN" if wish.lower().replace("-", "_").startswith("zh") else "en"


def _of_windows() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    # The low ten bits are the primary language; 4 is Chinese ([MS-LCID]).
    return "zh" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 4 else ""


@cache
def _catalog() -> "NullTranslations":
    from gettext import translation  # late: a clean scan prints nothing that needs it

    return translation(
        "keyscan", os.path.join(os.path.dirname(__file__), "locale"), [language()], fallback=True
    )


def also(chinese: dict[str, str]) -> None:
    """Sentences that are in no catalog, with their Chinese."""
    _chinese.update(chinese)


def render(message: Message) -> str:
    """The message in the user's language, its placeholders filled."""
    text = _catalog().gettext(message.text) if message.text else ""
    if message.text in _chinese and language() == "zh_CN":
        text = _chinese[message.text]
    return text.format_map(dict(message.values)) if message.values else text
