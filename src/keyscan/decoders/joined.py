"""String literals side by side: ``"a" + "b"`` in any language, implicit or called by name.

Liberal on purpose: what stands between two literals is skipped if it looks like an operator, a
call that appends, an assignment or a comment. The rules then ask for a whole key with its exact
length, which unrelated literals do not make.
"""

from keyscan.decoder import KEY, Clues, Decoder, Pieces, Span, Text, lazy

# \x02 and \x03 stand around values that ``constants`` and ``template`` put in place of names.
_QUOTE = rb"(?:\"\"\"|'''|[\"'`\x02\x03]|\xe2\x80[\x98-\x9d]|\xc2[\xab\xbb])"
_CLOSE = lazy(rb"(?<=" + KEY + rb")\\*" + _QUOTE)
_MARKS = lazy(rb"(?<=" + KEY + rb")[\x02\x03]+(?=" + KEY + rb")")
_OPEN = lazy(rb"(?:[\x02\x03]|[A-Za-z@$]{0,3}\\*(?![\x02\x03])" + _QUOTE + rb")(?=" + KEY + rb")")
_NAME = rb"[A-Za-z_$@][\w.$@\[\]>\-]{0,60}"
# ``'a' << 'b'`` is no assignment to 'a'; in ``k = k + "…"`` the second k is one with the first.
_ASSIGNED = lazy(
    rb"(?:\\*[\"'])?(?P<name>"
    + _NAME
    + rb")(?:\\*[\"'])?[ \t]*"
    + rb"(?::=|\+=|\.=|&=|(?<![\"'])(?<![\"'] )<<=?|=>|\|\|=|=(?!=)|:)[ \t]*"
    + rb"(?:(?P=name)[ \t]*(?:[+&~^]|\.\.?|<>|\|\|)[ \t]*)?"
)
_GLUE = lazy(
    rb"[\w.$:!]{0,40}(?:append|concat|add|push|push_str|write|put|plus|cat|CONCAT|join|extend"
    rb"|paste0?|echo|printf?)[\w!]{0,10}[ \t]*\("
    rb"|\#[ \t]*define[ \t]+\w+[ \t]+"
    rb"|(?:[A-Za-z_&*<>\[\]']{1,24}[ \t]+){1,5}(?=" + _NAME + rb"[ \t]*(?::[^=\n\"']{1,30})?=)"
    rb"|\.(?:ascii|asciz|string|byte|db|text)\b|append[ \t]+\w{1,60}[ \t]+"
    rb"|//[^\n]*|\#[^\n]*|--[^\n]*|/\*(?s:.{0,200}?)\*/|%[ \t][^\n]*"
    rb"|\\+(?:[nrt]|\r?\n|u00[0-9a-f]{2})?|\xc2\xac"
    rb"|[A-Za-z@$]{1,3}(?=[\"'`])"
    rb"|[\s+.&|,;()\[\]{}~^<>*:\"'`_?!=]"
)
# K=one'two': a shell reads on where a quoted part ends; r"…" is the beginning of a literal.
_ONE_QUOTE = lazy(rb"[\"'](?=" + KEY + rb")")
_LETTERS = lazy(rb"(?<![A-Za-z0-9_\-])(?:[rRbBfFuU]{1,2}|[LN])\Z")
_LONGEST = 500  # bytes between two literals
_HYPHENED = lazy(
    rb"([\"'])-\1[ \t]*\.join\(|\.join\([ \t]*([\"'`])-\2|(?:implode|[jJ]oin)\([ \t]*[\"']-[\"']"
)


def _decode(data: bytes, clues: Clues) -> Text | None:
    pieces, joints = Pieces(), 0
    for window in clues.broken:
        if pieces.size:
            pieces.add(b"\n\x01\n", window[0], 0)
        joints += _join(data, window, pieces)
    return pieces.text() if joints else None


def _join(data: bytes, window: Span, pieces: Pieces) -> int:
    done, end = window
    between = b"-" if _HYPHENED.search(data, *window) else b""
    at, joints = done, 0
    while True:
        close = _CLOSE.search(data, at, end)
        if close is None:
            break
        marks = _MARKS.match(data, close.start(), end)
        stop = marks.end() if marks else _end_of_joint(data, close.end(), end)
        if stop < 0 and _inside_a_word(data, close.start(), end):
            stop = close.end()
        if stop < 0:
            at = close.end()
            continue
        joints += 1
        pieces.add(data[done : close.start()], done)
        pieces.add(between, close.start(), 0)
        done = at = stop
    pieces.add(data[done:end], done)
    return joints


def _end_of_joint(data: bytes, at: int, end: int) -> int:
    """Where the next literal's text begins, or -1 if something else stands between."""
    end = min(end, at + _LONGEST)
    while at < end:
        assigned = _ASSIGNED.match(data, at, end)
        if assigned is None:
            opened = _OPEN.match(data, at, end)
            if opened:
                return opened.end()
        glue = assigned or _GLUE.match(data, at, end)
        if glue is None:
            return -1
        at = glue.end()
    return -1


def _inside_a_word(data: bytes, at: int, end: int) -> bool:
    """Whether a single quote stands here with text of a key on both sides."""
    return (
        _ONE_QUOTE.match(data, at, end) is not None
        and _LETTERS.search(data[max(0, at - 3) : at]) is None
    )


DECODER = Decoder("joined", _decode, joins=True)
