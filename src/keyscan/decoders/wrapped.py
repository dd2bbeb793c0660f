"""Keys broken over lines: at a fixed width, in quoted mail, comments, tables, folded scalars."""

from keyscan.decoder import KEY, Clues, Decoder, Text, lazy, substitute

_BAR = rb"\||\xe2\x94[\x82\x83]|\xe2\x95\x91"
_PREFIX = (
    rb"(?:(?://+|--[ \t]|[>#*;%:+!]|" + _BAR + rb"|\d{4}-\d\d-\d\dT[\d:.]{8,18}Z"
    rb"|[\w.\-]{1,40} {1,20}\|)[ \t]{0,20})"
)
_LINE = rb"(?:\r*\n|\\+r\\+n|\\+n|\r)"
# A line that begins like this is the next setting, not the rest of the key.
_SETTING = (
    rb"(?:[A-Za-z_][\w.\-]{0,40}[ \t]*(?:[?+]?=|:=?)(?![=\r\n]|\Z)"
    rb"|(?:export|set|setx|setenv|local|declare|readonly|let|const|var|ENV|ARG|RUN)[ \t])"
)
_BREAK = lazy(
    rb"(?<=" + KEY + rb")(?:"
    rb"[ \t]{0,200}(?:[\\=^`]|(?<=[ \t])_|" + _BAR + rb")?[ \t]{0,20}" + _LINE + rb""
    rb"(?:[ \t]*(?:" + _BAR + rb")?[ \t]*\r?\n)?"
    rb"[ \t]{0,200}" + _PREFIX + rb"{0,4}"
    rb"|\\[ \t]{0,20}" + _LINE + rb"[ \t]{0,200}\\)"  # the gap in a literal of Haskell
    rb"(?=" + KEY + rb")(?!" + _SETTING + rb")"
)


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _BREAK, lambda _: b"")


DECODER = Decoder("wrapped", _decode, joins=True)
