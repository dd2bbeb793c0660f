r"""Where text is written as escape sequences that spell a piece of a key: ``T\x33\102&#108;``.

Encoders write as they like: all characters, those that need it, or some at random; or they
write lists of character codes. Beginnings of escape sequences (``STEMS``) are looked for; at
each one what stands around it is read, and only a piece of a key, or a long run of escaped
characters, counts. This is loaded late, ``sift`` and the decoders share it.
"""

import re
from collections.abc import Iterator, Mapping

from keyscan.literal_search import find

# Half of the marker, whole or in parts: whoever breaks one half leaves or encodes the other.
_HALVES = (b"T3Bl", b"bkFJ")
# Letters of the marker; digits, too: what was escaped twice is full of them.
_LETTERS = b"T3BlbkFJ0123456789"
_CODES_OF_LETTERS = frozenset(form % code for code in _LETTERS for form in (b"%x", b"%X"))
_BEFORE, _BEHIND = 100, 160  # bytes around an escape sequence that hold the marker's halves
_LONGEST = 700  # bytes of 24 characters that are escaped one after the other: of any key

# Each stem with the place of the hex digits in it or behind it, 0 where that is not looked at.
_DIGITS = {
    **dict.fromkeys((rb"\x3", rb"\x4", rb"\x5", rb"\x6", rb"\x{"), 2),
    b"u00": 3,
    b"u{": 2,
    b"U0000": 5,
    rb"\0000": 0,
    rb"\0063": 0,
    rb"\0102": 0,
    rb"\0124": 0,
    rb"\0154": 0,
    rb"\06": 0,
    rb"\6": 0,
    rb"\102": 0,
    rb"\124": 0,
    rb"\154": 0,
    b"%3": 0,
    b"%4": 0,
    b"%54": 0,
    b"%6C": 0,
    b"%6c": 0,
    b"%25": 0,
    b"&#": 0,
    b"&amp;#": 0,
    b"=33": 0,
    b"=42": 0,
    b"=54": 0,
    b"=6C": 0,
}
# The s of a prefix in a list of codes; those of its next letter and of text follow.
_CODES = (b"115,", b"0x73,")
# Letters of the marker with invisible characters between them, or as wide ones.
_UNUSUAL = (b"T\xe2\x80\x8b", b"T\xe2\x81\xa0", b"\xef\xbc\xb4\xef\xbc\x93")
STEMS = (*_DIGITS, *_CODES, *_UNUSUAL)

_ONE = re.compile(
    rb"\\+(?:x\{?0{0,6}([2-7][0-9A-Fa-f])\}?|u\{?0{0,6}([2-7][0-9A-Fa-f])\}?"
    rb"|U0{6}([2-7][0-9A-Fa-f])|0000([2-7][0-9A-Fa-f]) ?)"
    rb"|%(?:25)*(?:u00)?([2-7][0-9A-Fa-f])|&(?:amp;)*#[xX]0*([2-7][0-9A-Fa-f]);?"
    rb"|=([2-7][0-9A-F])"
    rb"|\\+(0?[01]?[0-7]{2})|&(?:amp;)*#0*([0-9]{2,3});?"
)
_CODE = rb"(?:[2-7][0-9A-Fa-f]|0[09ADad])"  # what text is made of, in UTF-16 too
_RUN = re.compile(
    rb"(?:(?:\\+(?:x\{?0{0,6}" + _CODE + rb"\}?|u\{?0{0,6}" + _CODE + rb"\}?|U0{6}" + _CODE + rb""
    rb"|0000" + _CODE + rb" ?|0?(?:0?[4-7][0-7]|1[0-7][0-7]|0?1[125]|000)|[nrt])"
    rb"|%(?:25)*(?:u00)?" + _CODE + rb"|&(?:amp;)*#(?:0*[0-9]{1,3}|[xX]0*" + _CODE + rb");?)"
    rb"[A-Za-z0-9_.\-]?){24,}"
)


_NEXT = rb"(?:u8)?[ \t]*,\s*(?:\([ \t]*(?:byte|char|u8)[ \t]*\)[ \t]*)?"
# As in sk-, gsk_, sess-, whsec, lsv2_, https: and the header of a token that RS256 signs.
_LIST = re.compile(
    rb"(?:0x73|115)" + _NEXT + rb"(?:0[xX](?:6[bB5]|76|49|3[aA])|107|101|118|73|58)" + _NEXT + rb""
    rb"(?:(?:0[xX][2-7][0-9A-Fa-f]|1[01][0-9]|12[0-6]|[3-9][0-9])" + _NEXT + rb"){14}"
)


def spells(data: bytes, at: int, stem: bytes) -> int:
    """From a stem's hit: the offset up to which was looked, negative if a piece was seen."""
    digits = _DIGITS.get(stem)
    if digits is None:
        return -1 if stem in _UNUSUAL or _LIST.match(data, at) else at + len(stem)
    if digits and not _is_letter(data, at + digits):
        return at + 1
    end = at + _BEHIND
    text, count = _ONE.subn(_plain, data[max(0, at - _BEFORE) : end])
    if any(half in text for half in _HALVES):
        return -1
    if count >= 8 and _RUN.search(data, max(0, at - _LONGEST), at + _LONGEST):
        return -1
    return at + _BEHIND - _BEFORE


def _is_letter(data: bytes, at: int) -> bool:
    """Whether the two hex digits here are the code of a letter that counts."""
    return data[at : at + 8].lstrip(b"{0")[:2] in _CODES_OF_LETTERS


def _plain(found: re.Match[bytes]) -> bytes:
    last = found.lastindex or 0
    code = int(found[last], 16 if last < 8 else 8 if last == 8 else 10)
    return bytes((code,)) if code < 128 else b""


def places(data: bytes, firsts: Mapping[bytes, int]) -> Iterator[int]:
    """Offsets at which an escape sequence stands in a piece of a key, stem by stem.

    ``firsts`` are the first offsets of the stems that occur, and of others.
    """
    for stem in STEMS:
        at = firsts.get(stem, -1)
        while at >= 0:
            looked = spells(data, at, stem)
            if looked < 0:
                yield at
                looked = at + _BEHIND
            at = find(data, stem, looked)
