"""What click says, in the user's language. Loaded when help or a complaint is shown.

click has catalogs of its own only where a distribution adds them, and their ids change with
its version, so its few words are looked up in ours.
"""

import re
from collections.abc import Iterable

import click

from keyscan.columns import width_of, wrap
from keyscan.i18n import render
from keyscan.model import Message, msg


class Formatter(click.HelpFormatter):
    """click's formatter; texts are message ids, lines are wrapped by columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """``Usage: keyscan scan [OPTIONS] [PATH]...``"""
        word = prefix or render(msg("Usage:"))
        first = f"{word} {prog} "
        for line in wrap(args, self.width, " " * width_of(first), first):
            self.write(line + "\n")

    def write_heading(self, heading: str) -> None:
        """``Options:``"""
        said = render(msg("{heading}:", heading=render(Message(heading))))
        self.write(" " * self.current_indent + said + "\n")

    def write_text(self, text: str) -> None:
        """A command's help is one message; its paragraphs are wrapped on their own."""
        indent = " " * self.current_indent
        for number, one in enumerate(render(Message(text)).split("\n\n")):
            self.write("\n" if number else "")
            if one.startswith("\b\n"):  # click's mark for lines that stay as they are
                lines = [indent + line for line in one.split("\n")[1:]]
            else:
                lines = wrap(one.replace("\n", "" if _wide(one) else " "), self.width, indent)
            self.write("".join(line + "\n" for line in lines))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Options or commands with their help beside them."""
        rows = list(rows)
        widest = min(max((width_of(first) for first, _ in rows), default=0), col_max)
        start = self.current_indent + widest + col_spacing
        for first, second in rows:
            head = " " * self.current_indent + first
            if width_of(first) > widest:
                self.write(head + "\n")
                head = ""
            lead = head + " " * (start - width_of(head))
            for line in wrap(_option_help(second), self.width, " " * start, lead):
                self.write(line + "\n")


def _wide(text: str) -> bool:
    """Whether its lines end in wide characters, between which no space belongs."""
    return width_of(text) > 1.5 * len(text)


def _option_help(text: str) -> str:
    """click appends ``[default: 60; x>0]`` to the help, which is the message id."""
    text, bracket, extra = text.partition("  [")
    said = render(Message(text))
    if not bracket:
        return said
    parts = render(msg("; ")).join(render(_extra(one)) for one in extra.rstrip("]").split("; "))
    return f"{said}  [{parts}]"


def _extra(part: str) -> Message:
    """What click says of an option's value, in words: its ``1<=x<=2`` is for programmers."""
    if part.startswith("default: "):
        return msg("default: {value}", value=part.removeprefix("default: "))
    found = re.fullmatch(r"(?:(\d+)<=)?x(?:<=(\d+)|>=(\d+)|>(\d+))?", part)
    if found is None:
        return Message("{part}", (("part", part),))
    low, high, least, above = found.groups()
    if low and high:
        return msg("{low} to {high}", low=low, high=high)
    if above:
        return msg("more than {low}", low=above)
    return msg("at least {low}", low=least) if least else msg("at most {high}", high=high)


WORDS = (
    "Options",
    "Commands",
    "Positional arguments",
    "Show this message and exit.",
    "Show the version and exit.",
)
"""Message ids that click passes to the formatter itself."""


def complaint(error: click.ClickException) -> str:
    """One line that says what is wrong with the call, and what would be right."""
    return render(_complaint(error))


def _complaint(error: click.ClickException) -> Message:
    if isinstance(error, click.NoSuchOption):
        if error.possibilities:
            near = ", ".join(error.possibilities)  # the likest first
            return msg(
                "no option {option}; did you mean {near}?", option=error.option_name, near=near
            )
        return msg("no option {option}; --help lists them", option=error.option_name)
    word = getattr(error, "command_name", None)  # NoSuchCommand, which click has since 8.4
    context = getattr(error, "ctx", None)
    if word and context and isinstance(context.command, click.Group):
        near = nearest(word, context.command.list_commands(context))
        if near:
            return msg("no command {word}; did you mean {near}?", word=word, near=near)
        return msg("no command {word}; --help lists them", word=word)
    if isinstance(error, click.MissingParameter):
        return msg("{parameter} is missing; --help says more", parameter=_called(error))
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param else None
        if isinstance(kind, click.Choice):
            known = ", ".join(map(str, kind.choices))
            return msg("{parameter} must be one of: {known}", parameter=_called(error), known=known)
        return msg("{parameter}: {why}", parameter=_called(error), why=error.message)
    if isinstance(error, click.BadOptionUsage):
        return msg(
            "option {option} needs a value, or takes none; --help says which",
            option=error.option_name,
        )
    return Message("{why}", (("why", error.format_message()),))


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that was probably meant; empty where none is like the word."""
    from difflib import get_close_matches  # late: only a wrong call needs it

    return next(iter(get_close_matches(word, [*names], n=1, cutoff=0.7)), "")


def mistyped(word: str, names: Iterable[str]) -> Message | None:
    """What to say of a path that does not exist and is nearly a command's name."""
    near = nearest(word, names)
    if not near:
        return None
    return msg("no command and no file {word}; did you mean {near}?", word=word, near=near)


def _called(error: click.BadParameter) -> str:
    """The parameter as it is written on the command line."""
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    if error.param is not None:
        return error.param.make_metavar(error.ctx) if error.ctx else str(error.param.name)
    hint = error.param_hint
    return hint if isinstance(hint, str) else " / ".join(hint or ("?",))
