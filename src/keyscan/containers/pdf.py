"""PDF: what its streams hold, the text of its pages, the strings of its objects, its attachments.

pypdf reads whatever has a table of objects (``_pdf_library``); a sweep over the bytes reads all
streams, also of damaged files and those that an update replaced (``_pdf_sweep``).
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from keyscan.container import Container, Member, Problem, corrupt, limit_detail, text_member
from keyscan.containers._bounded import OutOfWork
from keyscan.containers._pdf_parts import Text, Unread
from keyscan.containers._pdf_sweep import Sweep
from keyscan.model import Message, msg

if TYPE_CHECKING:
    from keyscan.containers._pdf_library import Document

FILE_MAX = 256 << 20
_ENCRYPTED = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")
_SEARCH = b"\nstartxref\n0\n%%EOF\n"  # makes the library look for objects itself

REASONS = {
    "encrypted": "archive-encrypted",
    "cipher": "pdf-support",
    "filter": "archive-unsupported",
    "size": "archive-size",
    "work": "archive-work",
    "corrupt": "archive-corrupt",
}


def members(file: BinaryIO) -> Iterator[Member | Problem]:
    """``page-3`` and ``stream-5`` for streams, ``…-text`` for what they show, ``object-7``."""
    data = file.read(FILE_MAX + 1)
    if len(data) > FILE_MAX:
        yield Problem("", "archive-size", limit_detail("archive-size"))
        return
    told: set[str] = set()
    for one in _read(data):
        if isinstance(one, Member):
            yield one
        elif isinstance(one, Text):
            yield text_member(*one)
        elif one.why not in told:  # one gap for each reason, not one for each stream
            told.add(one.why)
            yield Problem(one.name, REASONS[one.why], _detail(one.why))


def _detail(why: str) -> Message:
    return {
        "encrypted": msg("encrypted: save it without a password"),
        "cipher": msg("its cipher needs `pip install 'keyscan-cli[pdf]'`: not scanned inside"),
        "filter": msg("packed in a way that cannot be read here: save it anew as another file"),
        "size": limit_detail("archive-size"),
        "work": msg("takes too long to be read whole: save its text as another file"),
        "corrupt": corrupt("PDF"),
    }[why]


def _read(data: bytes) -> Iterator[Member | Text | Unread]:
    document = None
    try:
        document = _opened(data)
    except OutOfWork:
        yield Unread("", "work")
    if isinstance(document, Unread):
        yield document
        return
    if document is None:
        yield from Sweep(data).members()
        return
    yield from _in_time(document.pages())
    yield from _in_time(document.strings())
    rest = document.streams
    if not document.encrypted:
        sweep = Sweep(data, document.names, document.shown)
        yield from sweep.members()
        rest = [number for number in rest if number not in sweep.found]
    yield from _in_time(document.unpacked(rest))


def _opened(data: bytes) -> "Document | Unread | None":
    """None where there is no table of objects: its streams are read all the same."""
    from pypdf.errors import DependencyError  # late: 80 ms that only a PDF costs

    from keyscan.containers._pdf_library import Document

    document: Document | None = None
    for content in (data, data + _SEARCH):
        try:
            document = Document(content)
            break
        except DependencyError:
            return Unread("", "cipher")
        except Exception:  # the library raises all kinds
            document = None
    known = document and (document.encrypted or content is data)
    if document.locked if document and known else _ENCRYPTED.search(data):
        return Unread("", "encrypted")
    return document


def _in_time(parts: Iterator[Text | Unread]) -> Iterator[Text | Unread]:
    try:
        yield from parts
    except OutOfWork:
        yield Unread("", "work")


CONTAINER = Container(name="pdf", magics=((0, b"%PDF-"),), members=members)
