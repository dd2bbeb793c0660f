"""What a pattern of a configuration may say: read from its text, told to whoever builds it.

The syntax is the regular part of what ``re`` knows. A repetition is written out, so its pieces
are read again for each copy; how much may be read is bounded.
"""

from typing import TYPE_CHECKING, NamedTuple

from keyscan.model import Message, msg

if TYPE_CHECKING:
    from keyscan.automaton import Pattern

SIZE = 600  # characters of a pattern once its repetitions are written out
DEPTH = 40  # groups in groups
_READ = 20_000  # pieces read, those of empty groups too
VISIBLE = frozenset(range(0x21, 0x7F))
_DIGITS = frozenset(b"0123456789")
_WORD = _DIGITS | frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": frozenset[int](b" \t\r\n\f\v")}


class PatternError(ValueError):
    """What is wrong with a pattern, as one sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Part(NamedTuple):
    """A piece of an automaton: sets of positions as bits."""

    empty: bool  # whether it matches nothing at all
    first: int
    last: int
    least: int  # characters of the shortest match


NOTHING = Part(True, 0, 0, 0)


def either(one: Part, other: Part) -> Part:
    """One or the other."""
    least = min(one.least, other.least)
    return Part(one.empty or other.empty, one.first | other.first, one.last | other.last, least)


def optional(one: Part) -> Part:
    """It or nothing."""
    return one._replace(empty=True, least=0)


def too_long() -> PatternError:
    """The pattern is larger than we build."""
    return PatternError(
        msg("too long: at most {count} characters, repetitions written out", count=SIZE)
    )


class Parser:
    """A recursive descent over the pattern; a repetition reads its piece again for each copy."""

    def __init__(self, source: str, pattern: "Pattern") -> None:
        self._source, self._pattern = source, pattern
        self._at = self._depth = self._read = 0

    def whole(self) -> Part:
        if not self._source.isascii() or not self._source.isprintable():
            raise PatternError(msg("a pattern consists of visible ASCII characters"))
        part = self._choice()
        if self._at < len(self._source):
            raise PatternError(msg("a ) without its ("))
        return part

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _next(self) -> str:
        char = self._peek()
        if not char:
            raise PatternError(msg("the pattern ends too early"))
        self._at += 1
        return char

    def _choice(self) -> Part:
        part = self._sequence()
        while self._peek() == "|":
            self._at += 1
            part = either(part, self._sequence())
        return part

    def _sequence(self) -> Part:
        part = NOTHING
        while self._peek() not in ("", "|", ")"):
            part = self._pattern.joined(part, self._repeated())
        return part

    def _repeated(self) -> Part:
        begin = self._at
        part = self._atom()
        least, most = self._times()
        behind = self._at
        if self._peek() and self._peek() in "*+?{":
            raise PatternError(msg("a repetition of a repetition; use a group or one of them"))
        if (least, most) == (1, 1):
            return part
        copies = [part]
        for _ in range(max(least, most or 1) - 1):
            self._at = begin
            copies.append(self._atom())
        self._at = behind
        if most is None:
            copies[-1] = self._pattern.looped(copies[-1])
        whole = NOTHING
        for number, copy in enumerate(copies):
            whole = self._pattern.joined(whole, copy if number < least else optional(copy))
        return whole if most != 0 else NOTHING

    def _times(self) -> tuple[int, int | None]:
        """How often at least and at most; None is without end."""
        char = self._peek()
        if char and char in "*+?":
            self._at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if char != "{":
            return 1, 1
        end = self._source.find("}", self._at)
        low, comma, high = self._source[self._at + 1 : max(end, self._at)].partition(",")
        if end < 0 or not low.isdecimal() or not (high.isdecimal() or high == ""):
            raise PatternError(msg("a repetition is written {3}, {3,} or {3,5}"))
        self._at = end + 1
        least = int(low[:6])
        most = int(high[:6]) if high else None if comma else least
        if most is not None and most < least:
            raise PatternError(msg("a repetition is written {3}, {3,} or {3,5}"))
        if max(least, most or 0) > SIZE:
            raise too_long()
        return least, most

    def _atom(self) -> Part:
        self._read += 1
        if self._read > _READ:
            raise too_long()
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return self._pattern.position(self._members())
        if char == ".":
            return self._pattern.position(VISIBLE)
        if char == "\\":
            return self._pattern.position(self._escape())
        if char in "^$":
            raise PatternError(msg("no anchors: a pattern goes on where the literal ends"))
        if char in "*+?{":
            raise PatternError(
                msg("a repetition of nothing; a literal {char} is \\{char}", char=char)
            )
        return self._pattern.position(frozenset(char.encode()))

    def _group(self) -> Part:
        if self._source.startswith("?:", self._at):
            self._at += 2
        elif self._peek() == "?":
            raise PatternError(msg("no look-around, flags or names: ( ) and (?: ) are the groups"))
        self._depth += 1
        if self._depth > DEPTH:
            raise PatternError(msg("too many groups in groups"))
        part = self._choice()
        self._depth -= 1
        if self._next() != ")":
            raise PatternError(msg("a ( without its )"))
        return part

    def _escape(self) -> frozenset[int]:
        char = self._next()
        if char.lower() in _CLASSES:
            members = _CLASSES[char.lower()]
            return members & VISIBLE if char.islower() else VISIBLE - members
        if char.isalnum():
            raise PatternError(
                msg(
                    "\\{char} is not known; there are \\d, \\w and \\s, and their capitals",
                    char=char,
                )
            )
        return frozenset(char.encode())

    def _members(self) -> frozenset[int]:
        negated = self._peek() == "^"
        self._at += negated
        members: frozenset[int] = frozenset()
        begin = self._at
        while self._peek() != "]" or self._at == begin:
            one = self._member()
            if self._peek() == "-" and self._source[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                other = self._member()
                if len(one) != 1 or len(other) != 1 or min(one) > min(other):
                    raise PatternError(msg("a range in a class is written a-z"))
                one = frozenset(range(min(one), min(other) + 1))
            members |= one
        self._at += 1
        return VISIBLE - members if negated else members

    def _member(self) -> frozenset[int]:
        char = self._next()
        return self._escape() if char == "\\" else frozenset(char.encode())
