"""What pypdf reads of a PDF: its pages' text, the strings of its objects, its other streams.

Every step runs within bounds: the bytes that the library reads, what a stream unpacks to, and
seconds. It finds objects through the cross-reference table, or by its own search where that is
broken; ``_pdf_sweep`` finds streams by their keywords, and reads what is not read here.
"""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import islice
from typing import Any

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import DependencyError, LimitReachedError
from pypdf.generic import IndirectObject, NameObject, StreamObject, read_object

from keyscan.containers._bounded import Clock, MeteredFile, OutOfWork
from keyscan.containers._pdf_glance import Drawn, Meanings, is_clean
from keyscan.containers._pdf_parts import LIGATURES, Text, Unread
from keyscan.containers._pdf_strings import attached, lines
from keyscan.sift import clean

STREAM_MAX = 64 << 20  # what one stream may unpack to
FONTS_MAX = 32  # of one page: the library makes a table of each, anew for each page
PAGE_MAX = 1 << 20  # of one page's content: more is drawn, not written
CACHED = 2_000  # objects kept parsed
BATCH = 200  # objects between two looks at the clock
SINGLE = 5_000  # objects that are members of their own, not with the others of their batch
SECONDS, PER_MB, SECONDS_MAX = 5, 10, 300  # ten times what dense text takes
_SHOWS = re.compile(rb"\b(?:BT|Do)\b")
_DRAWS = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+Do\b")
WORK, PER_BYTE = 64 << 20, 96  # bytes read, calls included; a long table of objects takes 20
IMAGES = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}

_BOUNDS = Configuration(
    maximum_declared_stream_length=256 << 20,
    array_based_stream_maximum_output_length=PAGE_MAX,
    array_maximum_element_count=1_000_000,
    zlib_maximum_output_length=STREAM_MAX,
    zlib_maximum_recovery_input_length=64 << 10,  # a byte at a time; the sweep reads on from there
    lzw_maximum_output_length=16 << 20,
    run_length_maximum_output_length=16 << 20,
    stream_parsing_work_maximum_count=1_000_000,
    xform_maximum_invocations_per_extraction=1_000_000,  # beyond it text is left out in silence
    jbig2dec_binary=None,
    disable_legacy_handling=True,
)


@contextmanager
def _bounded(clock: Clock) -> Iterator[None]:
    """The library in its bounds, and silent: what it logs may quote the file."""
    log = logging.getLogger("pypdf")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings(), apply_configuration(_BOUNDS), clock.within():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)


class Document:
    """An opened PDF. Raises whatever the library does, or ``OutOfWork``, when it cannot be."""

    def __init__(self, data: bytes) -> None:
        self._clock = Clock(min(SECONDS + PER_MB * len(data) / 1e6, SECONDS_MAX))
        file: Any = MeteredFile(data, WORK + PER_BYTE * len(data))
        self.names: dict[int, str] = {}  # of streams, by their object's number
        self.shown: set[int] = set()  # streams whose text was read with their page
        self.streams: list[int] = []
        self._fonts: dict[int, Meanings] = {}
        with _bounded(self._clock):
            self._reader = PdfReader(file, xref_stream_maximum_entries=2_000_000)
            self.encrypted = self._reader.is_encrypted
            self.locked = self.encrypted and not self._reader.decrypt("")

    def pages(self) -> Iterator[Text | Unread]:
        """``page-3-text``, counted from 1; what the library cannot read of it is left to others."""
        count = 0
        with suppress(Exception), _bounded(self._clock):  # without a tree of pages there are none
            count = len(self._reader.pages)
        for number in range(1, count + 1):
            text = ""
            # the library raises all kinds; what it cannot read here, the sweep does
            with suppress(Exception), _bounded(self._clock):
                text = self._page(number)
            if text.strip():
                yield Text(f"page-{number}-text", text.encode("utf-8", "replace"))

    def _page(self, number: int) -> str:
        page = self._reader.pages[number - 1]
        streams = _contents(page)
        for one in streams:
            self.names.setdefault(one, f"page-{number}")
        self._forget()
        content = b"\n".join(self._object(one).get_data() for one in streams)
        fonts = _fonts(page)
        if len(content) > PAGE_MAX or len(fonts) > FONTS_MAX:
            return ""
        with suppress(LookupError, ValueError):  # without laying it out, where that is enough
            if is_clean(self._drawn(page, content)):
                self.shown.update(streams, _forms(page, content))
                return ""
        text: str = page.extract_text().translate(LIGATURES)
        # Where widths are wrong, the library sees spaces within words. A page that may hold a key
        # without them is joined by the sweep, too, which goes by what is drawn in one piece.
        if _fonts_are_whole(page) and clean("".join(text.split()).encode("utf-8", "replace")):
            self.shown.update(streams if text else (), _forms(page, content))
        return text

    def _drawn(self, holder: Any, content: bytes) -> Drawn:
        """A page or a form as ``is_clean`` reads it; raises LookupError where the library must."""
        if not _fonts_are_whole(holder):
            raise LookupError
        fonts, known = _fonts(holder), dict[str, Meanings]()
        resources: Any = holder["/Resources"]
        objects: Any = resources.get("/XObject")
        objects = objects.get_object() if objects else {}

        def font(name: str) -> Meanings:
            if name not in known:
                known[name] = self._meanings(fonts[f"/{name}"])
            return known[name]

        def form(name: str) -> Drawn | None:
            one: Any = objects[f"/{name}"].get_object()
            content = one.get_data() if one["/Subtype"] == "/Form" else b""
            return self._drawn(one, content) if _SHOWS.search(content) else None

        return Drawn(content, font, form)

    def _meanings(self, font: Any) -> Meanings:
        number = font.indirect_reference.idnum if font.indirect_reference else 0
        if number not in self._fonts:
            if len(self._fonts) > CACHED:
                self._fonts.clear()
            found = Meanings(font)
            if not number:
                return found
            self._fonts[number] = found
        return self._fonts[number]

    def strings(self) -> Iterator[Text | Unread]:
        """The strings of all objects: document information, links, form fields, scripts, titles."""
        unread = 0
        for stream, numbers in self._groups():
            parts: list[bytes] = []
            waiting = iter(numbers)
            while batch := list(islice(waiting, BATCH)):
                with _bounded(self._clock):
                    texts, failed = self._strings(batch)
                unread += failed
                if stream:
                    parts.extend(text for _, text in texts)
                elif len(numbers) > SINGLE and texts:
                    name = f"objects-{batch[0]}-{batch[-1]}"
                    yield Text(name, b"\n".join(text for _, text in texts))
                else:
                    yield from (Text(f"object-{number}", text) for number, text in texts)
            if parts:
                yield Text(f"stream-{stream}-text", b"\n".join(parts))
        if unread and self.encrypted:
            yield Unread("", "corrupt")

    def _groups(self) -> Iterator[tuple[int, list[int]]]:
        """(0, numbers of objects in the file), then (number, those in that object stream)."""
        reader = self._reader
        packed: dict[int, list[int]] = {}
        for number, (stream, _) in reader.xref_objStm.items():
            packed.setdefault(stream, []).append(number)
        direct = {number for table in reader.xref.values() for number in table}
        yield 0, sorted(direct - reader.xref_objStm.keys())
        yield from packed.items()

    def _strings(self, numbers: list[int]) -> tuple[list[tuple[int, bytes]], int]:
        texts, failed = [], 0
        for number in numbers:
            self._forget()
            try:
                one = self._object(number)
                self.names.update(attached(one))
            except Exception:  # the library raises all kinds
                failed += 1
                continue
            if isinstance(one, StreamObject):
                self.streams.append(number)
            if text := lines(one):
                texts.append((number, text))
        return texts, failed

    def unpacked(self, numbers: list[int]) -> Iterator[Text | Unread]:
        """What these streams hold, decrypted and by all of their filters; images are left out."""
        for number in numbers:
            name = self.names.get(number, f"stream-{number}")
            data = b""
            try:
                with _bounded(self._clock):
                    self._forget()
                    data = _decoded(self._object(number))
            except OutOfWork:
                raise
            except Exception as error:
                yield Unread(name, _why(error))
            if data:
                yield Text(name, data)

    def _object(self, number: int) -> Any:
        tables = self._reader.xref.items()
        made = 0
        if number not in self._reader.xref_objStm:
            made = max((one for one, table in tables if number in table), default=0)
        return self._reader.get_object(IndirectObject(number, made, self._reader))

    def _forget(self) -> None:
        if len(self._reader.resolved_objects) > CACHED:
            self._reader.resolved_objects.clear()


def _decoded(stream: Any) -> bytes:
    filters: Any = stream.get("/Filter") or ()
    names = {filters} if isinstance(filters, NameObject) else set(filters)
    if names & IMAGES or stream.get("/Type") == "/XRef":
        return b""
    data: bytes = stream.get_data()
    return data


def _why(error: Exception) -> str:
    if isinstance(error, LimitReachedError):
        return "size"
    return "filter" if isinstance(error, (DependencyError, NotImplementedError)) else "corrupt"


def filtered(raw: bytes) -> bytes | Unread:
    """What a stream holds, by the bytes of its object from ``<<`` on: no table names it."""
    try:
        with _bounded(Clock(SECONDS)):
            return _decoded(read_object(BytesIO(raw), None))
    except OutOfWork:
        return Unread("", "work")
    except Exception as error:  # the library raises all kinds
        return Unread("", _why(error))


def _contents(page: Any) -> list[int]:
    """The numbers of the streams that a page consists of."""
    raw: Any = page.raw_get("/Contents") if "/Contents" in page else None
    if isinstance(raw, IndirectObject) and not isinstance(raw.get_object(), list):
        return [raw.idnum]
    parts: Any = raw.get_object() if isinstance(raw, IndirectObject) else raw
    return [one.idnum for one in parts or () if isinstance(one, IndirectObject)]


def _fonts(page: Any) -> dict[str, Any]:
    fonts: Any = page.get("/Resources", {}).get("/Font")
    items = fonts.get_object().items() if fonts else ()
    return {name: one.get_object() for name, one in items}


def _fonts_are_whole(page: Any) -> bool:
    """Whether each font says what its glyphs mean; else its numbers pass for characters."""
    for font in _fonts(page).values():
        table = font.get("/ToUnicode")
        if isinstance(table, StreamObject):
            if b"endcmap" not in table.get_data():
                return False
        elif font.get("/Subtype") == "/Type0":
            return False
    return True


def _forms(page: Any, content: bytes) -> set[int]:
    """The numbers of the forms that a page draws, and those that they draw; not of all it could."""
    found: set[int] = set()
    waiting = [(page, content)]
    while waiting:
        holder, content = waiting.pop()
        resources = holder.get("/Resources")
        forms: Any = resources.get_object().get("/XObject") if resources else None
        forms = forms.get_object() if forms else {}
        for name in set(_DRAWS.findall(content)):
            key = f"/{name.decode('latin-1')}"
            one = forms.raw_get(key) if key in forms else None
            if not isinstance(one, IndirectObject) or one.idnum in found:
                continue
            form = one.get_object()
            if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form":
                found.add(one.idnum)
                waiting.append((form, form.get_data()))
    return found
