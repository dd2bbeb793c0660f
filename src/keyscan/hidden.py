"""Long runs of base64's and hex letters: which of them hold something for the full program.

A history holds the same runs thousands of times (certificates, signatures, paths), so each is
decoded once, all new ones of a buffer together, and what they decode to is judged like a file.
``long_runs.encoded_runs`` says the same of a file's runs, without remembering them.
"""

from binascii import a2b_base64, unhexlify
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, takewhile

from keyscan.buffers import digest, translate
from keyscan.decoder import Clues, Span, lazy
from keyscan.decoders import DEPTH, all_decoders, base64, hex
from keyscan.decoders._runs import block_pattern
from keyscan.literal_search import LONG, find
from keyscan.long_runs import HEX_DIGITS, IN_FRONT, encodes
from keyscan.passages import NEAR, PASSAGE, REMEMBERED, Passages

_LETTER = rb"[A-Za-z0-9+/_\-]"
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_IN_RUN = bytes(0x41 if byte in LETTERS else 0x20 for byte in range(256))
_RUN = b"A" * LONG
_STANDARD = bytes.maketrans(b"-_", b"+/")
_ONLY_HEX = bytes(byte if byte in HEX_DIGITS else 0x66 for byte in range(256))
# Letters and NULs to ``A``: what decodes to garbage has no 20 of them in a row.
_CLEAR = bytes(0x41 if byte in b"\0\t\r\n" or 0x20 <= byte < 0x7F else 0x20 for byte in range(256))
_TEXT = b"A" * 20
_BETWEEN = b"/" * 8  # decodes to bytes of ones, which no text holds; as hex it is ``ff``
_AROUND = 400  # bytes before a run in which its block may begin
_TRIED = 8  # beginnings of streams in one object
_INFLATED_MAX = 1 << 20  # of a stream that is inflated here; longer ones the full program reads
_RUNS = 1 << 12  # tells passages from runs
_BLOCK = block_pattern(_LETTER)
_HEX_BLOCK = block_pattern(rb"[0-9A-Fa-f]", signed=True)
# A run, or a shorter line (the first of a block) before one.
_OF_BLOCK = lazy(
    _LETTER + rb"{40}|" + _LETTER + rb"+[^A-Za-z0-9+/_\-]{1,60}?(" + _LETTER + rb"{40})"
)
# The full program reads all blocks of a file as one text. So a name at the end of one may be given
# a value by the next, and what tells whose a value is may stand in another.
_BEFORE, _BEHIND = b"\nOpenAI ChatGPT!\n", b"\n" + b"a1B2" * 16 + b"\nOpenAI ChatGPT\n"


class Hidden:
    """Judges runs, and remembers what it saw of them (as hashes).

    ``holds`` says whether the full program could make something of decoded bytes.
    """

    def __init__(self, holds: Callable[[bytes], bool]) -> None:
        self._holds = holds
        self._dull: set[int] = set()
        self._speaking: set[int] = set()
        self._passages: dict[int, int] = {}
        self._blocks: set[int] = set()

    def runs(self, data: bytes) -> list[Span]:
        """Long runs that decode to text, in order."""
        letters = translate(data, _IN_RUN)
        dull, spans, stamps, fresh = self._dull, [], [], {}
        passages = Passages(self._passages)
        at, end = letters.find(_RUN), 0
        while at >= 0:
            # Where runs stand close together, those of a whole passage are passed over at once.
            near = at < end + NEAR
            end = at + passages.dull(digest(data[at : at + PASSAGE], _RUNS), at) if near else at
            if end == at:
                end = letters.find(b" ", at + LONG)
                end = len(letters) if end < 0 else end
                stamp = digest(data[at:end])
                if stamp in dull:
                    passages.add(end)
                else:
                    passages.break_off()
                    spans.append((at, end))
                    stamps.append(stamp)
                    fresh[stamp] = data[at:end]
            at = letters.find(_RUN, end)
        if not fresh:
            return spans
        unknown = {stamp: run for stamp, run in fresh.items() if stamp not in self._speaking}
        speaking = _readable(unknown) if unknown else set()
        if len(dull) < REMEMBERED:
            dull.update(unknown.keys() - speaking)
            self._speaking |= speaking
        speaking |= fresh.keys() - unknown.keys()
        return [span for span, stamp in zip(spans, stamps, strict=True) if stamp in speaking]

    def judged(self, data: bytes, low: int, high: int, spans: Iterable[Span]) -> int:
        """The end of the block of the first of these runs, negative if it decodes to something."""
        runs = iter(spans)
        start, end = run = next(runs)
        hexed = len(data[start:end].translate(None, HEX_DIGITS)) <= IN_FRONT
        for pattern in (_BLOCK, _HEX_BLOCK) if hexed else (_BLOCK,):
            whole = pattern.search(data, start, end)
            whole = whole and pattern.match(data, whole.start(), high)
            end = max(end, whole.end() if whole else 0)
        first = max(low, start - _AROUND)
        block = data[first:end]
        stamp = digest(block, start - first)
        if stamp in self._blocks:
            return end
        # A block of base64 may go on in hex, or the other way round.
        some = (run, *takewhile(lambda one: one[0] < end, runs))
        shifted = tuple((begin - first, min(stop, end) - first) for begin, stop in some)
        clues = Clues(-1, (), shifted, 0)
        for text in (base64.DECODER.decode(block, clues), hex.DECODER.decode(block, clues)):
            if text is not None and (_goes_on(text.data) or self.telling(text.data, 1)):
                return -1
        if len(self._blocks) < REMEMBERED:
            self._blocks.add(stamp)
        return end

    def stream(self, data: bytes, low: int, high: int, at: int, tried: dict[int, int]) -> bool:
        """Whether what begins here like a compressed stream is one, and holds something.

        ``tried`` counts by ``low``: each begins a block of its own that may be as long as the
        object, and where there are many the full program reads it once.
        """
        size, letters = (2, HEX_DIGITS) if data[at] in b"124567fF" else (4, LETTERS)
        front = data[max(low, at - 4) : at]
        before = front[-size:]
        if len(before) == size and not before.translate(None, letters):
            return False  # only the first letters of a block are tried
        run = _OF_BLOCK.match(data, at, high)
        if run is None:
            return False
        tried[low] = tried.get(low, 0) + 1
        if tried[low] > _TRIED:
            return True
        start, end = run.span(run.lastindex or 0)
        if not run.lastindex:  # what is glued to it, such as the sign of a patch, is of its line
            start = at - len(front) + len(front.rstrip(LETTERS))
        return self.judged(data, low, high, ((start, end),)) < 0

    def telling(self, text: bytes, depth: int) -> bool:
        """Whether the full program could find anything in decoded bytes."""
        if depth > DEPTH or self._holds(_BEFORE + text + _BEHIND):
            return True
        for one in all_decoders():
            if one.inner and any(find(text, literal, 0) >= 0 for literal in one.literals):
                inner = one.decode(text, Clues(0, (), (), depth))
                if inner is not None and (
                    inner.lost
                    or len(inner.data) > _INFLATED_MAX
                    or self.telling(inner.data, depth + 1)
                ):
                    return True
        return False


def _goes_on(text: bytes) -> bool:
    """Whether what is decoded is itself encoded, and may go on in the next block.

    The full program reads all blocks of a file as one text.
    """
    end = text.rstrip(b"\r\n")[-LONG:]
    return len(end) == LONG and not end.translate(None, LETTERS) and encodes(end)


def _readable(runs: dict[int, bytes]) -> set[int]:
    """Which of the runs decode, at some alignment, to text; all are decoded at once."""
    ends = list(accumulate(len(run) + len(_BETWEEN) for run in runs.values()))
    joined = _BETWEEN.join((*runs.values(), b""))
    stamps = list(runs)
    plain = joined.translate(_STANDARD)
    found: set[int] = set()
    for phase in range(4):
        decoded = a2b_base64(plain[phase : len(plain) - (len(plain) - phase) % 4])
        found.update(_texts(decoded, ends, phase, 4, 3))
    plain = joined.translate(_ONLY_HEX)
    for phase in range(2):
        decoded = unhexlify(plain[phase : len(plain) - (len(plain) - phase) % 2])
        found.update(_texts(decoded, ends, phase, 2, 1))
    return {stamps[index] for index in found if encodes(runs[stamps[index]])}


def _texts(decoded: bytes, ends: list[int], phase: int, group: int, size: int) -> Iterator[int]:
    """The indexes of the runs, by their ends, whose bytes hold text; at times the next one, too."""
    classes = translate(decoded, _CLEAR)
    at = classes.find(_TEXT)
    while at >= 0:
        # By its middle: a letter of the run beside can be part of a byte at either end.
        middle = phase + (at + len(_TEXT) // 2) // size * group
        index = bisect_right(ends, middle)
        if index >= len(ends):
            break
        yield index
        at = classes.find(_TEXT, max(at + 1, (ends[index] - phase) // group * size))
