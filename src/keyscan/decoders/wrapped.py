"""Keys broken over lines: at a fixed width, in quoted mail, comments, tables, folded scalars."""

from keyscan.decoder import KEY, Clues, Decoder, Text, lazy, substitute

_BAR = rb"\||\xe2\x94[\x82\x83]|\xe2\x95\x91"
_PREFIX = (
    rb"(?:(?://+|--[ \t]|[>#*;%:+!]|" + _BAR + rb"|\d{4}-\d\d-\d\dT[\d:.]{8,18}Z"
    rb"|[\w.\-]{1,40} {1,20}\|)[ \t]{0,20})"
)
_BREAK = lazy(
    rb"(?<=" + KEY + rb")(?:"
    rb"[ \t]{0,200}(?:[\\=^`]|(?<=[ \t])_|" + _BAR + rb")?[ \t]{0,20}(?:\r*\n|\\+r\\+n|\\+n|\r)"
    rb"(?:[ \t]*(?:" + _BAR + rb")?[ \t]*\r?\n)?"
    rb"[ \t]{0,200}" + _PREFIX + rb"{0,4}"
    rb"|[ \t]{1,4})(?=" + KEY + rb")"
)


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(data, clues.broken, _BREAK, lambda _: b"")


DECODER = Decoder("wrapped", _decode, joins=True)
