"""PDFs as real writers make them: a key is found whatever it was written with; what is not read
is a gap; and no file, however broken, raises, hangs or loses what its bare streams hold."""

import io
import logging
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeGuard

import pypdf
import pytest
import reportlab
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.actions import JavaScript
from pypdf.annotations import FreeText, Link
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import keys
from containers.test_documents import places, texts
from keyscan.containers import _bounded, _pdf_library, expand
from keyscan.model import Blob, Gap
from keyscan.pipeline import scan
from keyscan.secret import Secret

pdfmetrics.registerFont(TTFont("Vera", Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"))
KEY = keys.openai_key()


def drawn(draw: Callable[[Canvas], object], *, pages: int = 1) -> bytes:
    """A PDF by reportlab; its subset font has characters under other numbers."""
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1)
    for _ in range(pages):
        canvas.setFont("Vera", 7)
        canvas.drawString(10, 800, "Wörter Ω№")  # non-Latin letters push the others off their codes
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def rewritten(change: Callable[[pypdf.PdfWriter], object], data: bytes) -> bytes:
    """A PDF as pypdf writes it after a change."""
    writer, file = pypdf.PdfWriter(clone_from=io.BytesIO(data)), io.BytesIO()
    change(writer)
    writer.write(file)
    return file.getvalue()


PLAIN = drawn(lambda _: None)
SHOWN = drawn(lambda canvas: canvas.drawString(10, 700, f"OPENAI_API_KEY={KEY}"))


def reasons(data: bytes) -> list[str]:
    """Of the gaps."""
    return [one.reason for one in expand([Blob("a.pdf", data)]) if isinstance(one, Gap)]


def named(one: Blob | Gap, name: str) -> TypeGuard[Blob]:
    return isinstance(one, Blob) and one.path == f"a.pdf!{name}"


def test_a_key_on_a_page_is_one_finding_at_its_page() -> None:
    (place,) = places(SHOWN, "a.pdf")
    assert place.startswith("a.pdf!page-1")


def test_a_key_over_two_lines_of_a_page_is_whole() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(10, 700)
        text.textLines([f"key: {KEY[:70]}", KEY[70:]])
        canvas.drawText(text)

    (place,) = places(drawn(draw), "a.pdf")
    assert place == "a.pdf!page-1-text"


def in_form(canvas: Canvas, text: str) -> None:
    """A form within a form, both with text."""
    for name in ("inner", "outer"):
        canvas.beginForm(name)
        canvas.setFont("Vera", 7)
        canvas.drawString(10, 700, text if name == "inner" else "Überschrift")
        if name == "outer":
            canvas.doForm("inner")
        canvas.endForm()
    canvas.doForm("outer")


def behind_image(canvas: Canvas, text: str, width: int = 8) -> None:
    """An image of eight points whose only byte opens a string; its width may be a lie."""
    canvas._code.append(f"BI\n/IM true/W {width}/H 1/BPC 1\nID (\nEI")
    canvas.drawString(10, 700, text)


def in_two(canvas: Canvas, text: str, between: str) -> None:
    """Two strings, between which stands what nobody shows."""
    canvas.saveState()
    first, second = text[:12], text[12:]
    canvas._code.append(f"BT /F1 10 Tf 20 700 Td ({first}) Tj {between} ({second}) Tj ET")
    canvas.restoreState()


SILENT = {
    "property": "/Span <</Lang (en-US) /MCID 1>> BDC",
    "nested": "/Span <</A <</B (x) /C <41>>> /D 1>> BDC",
    "comment": "% (\n",
    "point": "/Span <</X (y)>> BMC",
}


@pytest.mark.parametrize("silent", SILENT)
def test_what_nobody_sees_does_not_part_a_key(silent: str) -> None:
    key = keys.PROVIDER_FORMS["huggingface-api-key"]()
    data = drawn(lambda canvas: in_two(canvas, key, SILENT[silent]))
    report = scan([Blob("a.pdf", data)])
    assert Secret(key, "").fingerprint in {one.secret.fingerprint for one in report.findings}


PLACES: dict[str, Callable[[Canvas, str], None]] = {
    "form": in_form,
    "image": behind_image,
    "odd image": lambda canvas, text: behind_image(canvas, text, 80),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_key_in_a_form_or_behind_an_image_is_found(place: str) -> None:
    data = drawn(lambda canvas: PLACES[place](canvas, f"key: {KEY}"))
    assert places(data, "a.pdf")
    (text,) = (one.data for one in expand([Blob("a.pdf", data)]) if named(one, "page-1-text"))
    assert KEY.encode() in text


def test_a_form_that_no_page_draws_is_read_all_the_same() -> None:
    """By glyph numbers only: its letters are not as they stand."""

    def draw(canvas: Canvas) -> None:
        canvas.beginForm("unseen")
        canvas.setFont("Vera", 7)
        canvas.drawString(10, 700, f"Ωø {KEY}")
        canvas.endForm()

    assert places(drawn(draw), "a.pdf")


def test_a_page_beside_a_form_that_draws_itself_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("loop")
        canvas._code.append("BT (x) Tj ET /FormXob.loop Do")
        canvas.endForm()
        canvas.drawString(10, 700, f"key: {KEY}")
        canvas.doForm("loop")

    assert places(drawn(draw), "a.pdf")


@pytest.mark.parametrize("place", ["form", "image"])
def test_a_page_without_keys_is_not_laid_out(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layout takes ten times as long."""
    laid_out: list[object] = []
    monkeypatch.setattr(pypdf.PageObject, "extract_text", laid_out.append)
    report = scan([Blob("a.pdf", drawn(lambda canvas: PLACES[place](canvas, "nothing")))])
    assert (report.findings, report.gaps, laid_out) == ((), (), [])


def test_letters_drawn_as_one_are_read_as_several() -> None:
    """Browsers and TeX have one glyph for fi."""
    key = f"{KEY[:20]}fi{KEY[22:40]}fl{KEY[42:]}"
    shown = key.replace("fi", "\ufb01").replace("fl", "\ufb02")
    report = scan([Blob("a.pdf", drawn(lambda canvas: canvas.drawString(10, 700, shown)))])
    assert [one.secret.fingerprint for one in report.findings] == [Secret(key, "").fingerprint]


BOX = (1, 1, 9, 9)
ZIPPED = io.BytesIO()
with zipfile.ZipFile(ZIPPED, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("in/.env", f"K={KEY}")

HIDDEN: dict[str, tuple[Callable[[pypdf.PdfWriter], object], str]] = {
    "information": (lambda one: one.add_metadata({"/Subject": f"密钥 {KEY}"}), "object-"),
    "script": (lambda one: one.add_open_action(JavaScript(f"let k = '{KEY}'")), "object-"),
    "outline": (lambda one: one.add_outline_item(title=f"钥 {KEY}", page_number=0), "object-"),
    "link": (lambda one: one.add_annotation(0, Link(rect=BOX, url=f"http://a.b/{KEY}")), "object-"),
    "note": (lambda one: one.add_annotation(0, FreeText(rect=BOX, text=f"注{KEY}")), "object-"),
    "attachment": (lambda one: one.add_attachment("notes.txt", f"K={KEY}".encode()), "notes.txt"),
    "archive": (lambda one: one.add_attachment("a.zip", ZIPPED.getvalue()), "a.zip!in/.env"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("cipher", ["", "RC4-128", "AES-256"])
def test_what_no_page_shows_is_read(kind: str, cipher: str) -> None:
    change, expected = HIDDEN[kind]

    def both(writer: pypdf.PdfWriter) -> None:
        change(writer)
        if cipher:
            writer.encrypt("", "owner", algorithm=cipher)

    assert f"a.pdf!{expected}" in "\n".join(places(rewritten(both, PLAIN), "a.pdf"))


def test_a_form_field_names_its_value() -> None:
    secret = KEY[-32:]

    def draw(canvas: Canvas) -> None:
        canvas.acroForm.textfield(name="OPENAI_API_KEY", value=secret, maxlen=99)

    shown = texts(drawn(draw), "a.pdf")
    assert any(f"OPENAI_API_KEY: {secret}".encode() in one for one in shown.values())


@pytest.mark.parametrize("cipher", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_without_its_password_a_pdf_is_a_gap_else_it_is_read(cipher: str) -> None:
    def opened(writer: pypdf.PdfWriter) -> None:
        writer.encrypt("", "owner", algorithm=cipher)

    def locked(writer: pypdf.PdfWriter) -> None:
        writer.encrypt("user", "owner", algorithm=cipher)

    assert places(rewritten(opened, SHOWN), "a.pdf")
    assert reasons(rewritten(locked, SHOWN)) == ["archive-encrypted"]


def test_without_the_extra_a_cipher_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_cipher(_data: bytes) -> None:
        raise pypdf.errors.DependencyError("cryptography is required")

    monkeypatch.setattr(_pdf_library, "Document", no_cipher)
    assert reasons(SHOWN) == ["pdf-support"]


def test_without_a_table_of_objects_everything_is_still_read() -> None:
    end = SHOWN.rfind(b"startxref")
    table = SHOWN.rfind(b"xref\n", 0, end)
    for data in (
        SHOWN[:end],
        SHOWN[:table],
        SHOWN[:end] + b"startxref\n999999\n%%EOF\n",
        SHOWN.replace(b"/Pages", b"/Pigs"),
        re.sub(rb"\d{10} 00000 n", b"0000000007 00000 n", SHOWN),
    ):
        assert places(data, "a.pdf")


@pytest.mark.parametrize("length", [b"%d", b"%d 0 R"])
def test_what_another_object_tells_is_no_damage(length: bytes) -> None:
    body = b"".join(
        bytes((len(part) - 1,)) + part for part in (KEY[:99].encode(), KEY[99:].encode())
    )
    number = 6 if b"R" in length else len(body) + 1
    head = b"<</Filter[/RunLengthDecode]/ColorSpace 6 0 R/Length " + length % number + b">>"
    packed = head + b"\nstream\n" + body + b"\x80\nendstream"
    data = document(ONE, PAGE, stream(b""), packed, b"%d" % (len(body) + 1))
    assert reasons(data) == []
    assert places(data, "a.pdf") == ["a.pdf!stream-5"]


def test_what_an_update_replaced_is_read() -> None:
    first = pypdf.PdfReader(io.BytesIO(SHOWN)).pages[0].get_contents()
    assert first is not None
    number = pypdf.PdfReader(io.BytesIO(SHOWN)).pages[0].raw_get("/Contents").idnum
    at, before = len(SHOWN), SHOWN[SHOWN.rfind(b"startxref") :].split()[1]
    update = b"%d 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n" % number
    trailer = SHOWN[SHOWN.rfind(b"/Root") :].split(b"\n")[0]
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    table += b"trailer\n<</Size 99 /Prev %s %s>>\n" % (before, trailer)
    end = b"startxref\n%d\n%%%%EOF\n" % (at + len(update))
    assert places(SHOWN + update + table + end, "a.pdf")


def document(*objects: bytes) -> bytes:
    """A PDF of numbered objects, from 2 on; the first is its catalogue."""
    parts = [b"%PDF-1.7\n"]
    for number, body in enumerate((b"<</Type/Catalog/Pages 2 0 R>>", *objects), 1):
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    return b"".join((*parts, b"trailer\n<</Size 99/Root 1 0 R>>\nstartxref\n0\n%%EOF\n"))


def stream(content: bytes, head: bytes = b"") -> bytes:
    """A Flate stream."""
    packed = zlib.compress(content, 9)
    head = b"<<" + head + b"/Filter/FlateDecode/Length %d>>" % len(packed)
    return head + b"\nstream\n" + packed + b"\nendstream"


PAGE = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
ONE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
HOSTILE = {
    "a loop of pages": document(b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>", PAGE, stream(b"")),
    "a length": document(ONE, PAGE, stream(b"").replace(b"/Length ", b"/Length 999999999"), FONT),
    "nested": document(ONE, PAGE, stream(b"BT " + b"[" * 99_999), b"[" * 99_999, b"<</A" * 99_999),
    "many glyphs": document(ONE, PAGE, stream(b"BT /F 1 Tf <0041> Tj ET"),
        b"<</Type/Font/Subtype/Type0/ToUnicode 6 0 R>>", stream(
        b"begincmap 1 beginbfrange <0000> <FFFF> <0000> endbfrange " * 9999 + b"endcmap")),
    "a bomb": document(ONE, PAGE, stream(bytes(100 << 20)), FONT),
    "a table that leads to itself": b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \n"
        b"trailer\n<</Size 2/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_ends(kind: str) -> None:
    found = reasons(HOSTILE[kind])
    assert found == (["archive-ratio"] if kind == "a bomb" else [])


DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NAMES = {"-": "hyphen", "_": "underscore"} | {str(at): name for at, name in enumerate(DIGITS)}


def renumbered(text: str, first: int) -> tuple[bytes, bytes]:
    """A font whose codes begin at ``first``, in no order, and the text in them."""
    chars = sorted(set(text), key=lambda char: hash((char, first)))
    names = b"".join(b"/" + NAMES.get(char, char).encode() for char in chars)
    font = FONT[:-2] + b"/Encoding<</Differences[%d%b]>>>>" % (first, names)
    return font, bytes(first + chars.index(char) for char in text).hex().encode()


TWO_FONTS = PAGE.replace(b"/F 5 0 R", b"/F 5 0 R/G 6 0 R")


@pytest.mark.parametrize("where", [(b"", b""), (b"q ", b" Q"), (b"0 0 m 9 9 l S ", b" 1 0 0 rg")])
def test_a_key_in_two_fonts_with_codes_of_their_own_is_read(where: tuple[bytes, bytes]) -> None:
    before, behind = where
    (one, text), (other, more) = renumbered(KEY[:70], 1), renumbered(KEY[70:], 60)
    content = b"BT /F 9 Tf %b/G 9 Tf%b /F 9 Tf <%b> Tj /G 9 Tf [<%b> -20 <%b>] TJ ET"
    content %= before, behind, text, more[:40], more[40:]
    data = document(ONE, TWO_FONTS, stream(content), one, other)
    assert places(data, "a.pdf") == ["a.pdf!page-1-text"]


def test_a_font_comes_back_with_the_state_that_was_saved() -> None:
    (one, text), (other, _) = renumbered(KEY, 1), renumbered(KEY[::-1], 120)
    content = b"BT /F 9 Tf ET q BT /G 9 Tf (nothing) Tj ET Q BT <%b> Tj ET" % text
    data = document(ONE, TWO_FONTS, stream(content), one, other)
    assert places(data, "a.pdf") == ["a.pdf!page-1-text"]


@pytest.mark.parametrize("text", ["a task of risk", "Bearer", "33|42", "OPENAI_API_KEY"])
def test_pages_that_hold_nothing_are_not_laid_out(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[pypdf.PageObject] = []

    def lay_out(page: pypdf.PageObject) -> str:
        laid_out.append(page)
        return ""

    monkeypatch.setattr(pypdf.PageObject, "extract_text", lay_out)

    def draw(canvas: Canvas) -> None:
        for at, part in enumerate(text.split("|")):
            canvas.drawString(10 + 40 * at, 700, part)

    assert reasons(drawn(draw, pages=3)) == []
    assert len(laid_out) == (3 if text in ("Bearer", "33|42") else 0)


def test_time_that_is_over_is_a_gap_and_the_streams_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_pdf_library, "SECONDS_MAX", 0.2)
    many = [stream(b"/X Do " * 30, b"/Subtype/Form/Resources<</XObject<</X %d 0 R>>>>" % number)
            for number in range(6, 16)]  # fmt: skip
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    data = document(
        ONE,
        page,
        stream(b"/X Do "),
        *many,
        stream(b"BT (%b) Tj ET" % KEY.encode(), b"/Subtype/Form"),
    )
    report = scan([Blob("a.pdf", data)])
    assert [one.reason for one in report.gaps] == ["archive-work"]
    assert [one.secret.fingerprint for one in report.findings] == [Secret(KEY, "").fingerprint]


def test_reading_that_is_over_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pdf_library, "WORK", 100)
    monkeypatch.setattr(_pdf_library, "PER_BYTE", 0)
    assert reasons(SHOWN) == ["archive-work"]


def forever(clock: _bounded.Clock) -> None:
    """Until the clock strikes."""
    with clock.within():
        while True:
            pass


def test_the_bell_rings_in_its_block_or_never() -> None:
    for _ in range(200):
        try:
            with _bounded.Clock(0.0001).within():
                sum(range(3000))
        except _bounded.OutOfWork:
            continue
    with pytest.raises(_bounded.OutOfWork):
        forever(_bounded.Clock(0.05))


@pytest.mark.parametrize("filters", [b"/BrotliDecode", b"/Unheard"])
def test_a_filter_that_is_not_known_is_a_gap(filters: bytes) -> None:
    data = document(
        ONE, PAGE, b"<</Filter" + filters + b"/Length 3>>\nstream\nabc\nendstream", FONT
    )
    assert reasons(data) == ["archive-unsupported"]


def test_the_library_says_nothing(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for data in (*HOSTILE.values(), SHOWN[:-40], SHOWN.replace(b"/Type", b"/Tupe")):
        list(expand([Blob("a.pdf", data)]))
    assert capfd.readouterr() == ("", "")
    assert [one for one in caplog.records if one.name.startswith("pypdf")] == []
    assert logging.getLogger("pypdf").level == logging.NOTSET


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_mutation_ends_without_an_error(data: st.DataObject) -> None:
    content = bytearray(SHOWN)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(5, len(content) - 1))
        size = data.draw(st.integers(0, 40))
        content[at : at + size] = data.draw(st.binary(max_size=9))
    found = list(expand([Blob("a.pdf", bytes(content))]))
    assert all(one.reason != "archive-work" for one in found if isinstance(one, Gap))


@pytest.mark.external
@pytest.mark.parametrize("style", ["", "width:200px;word-break:break-all", "letter-spacing:.3px"])
def test_a_page_that_a_browser_printed_is_read(tmp_path: Path, style: str) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("no chromium")
    page, printed = tmp_path / "a.html", tmp_path / "a.pdf"
    page.write_text(f'<p style="font-size:7px;{style}">OPENAI_API_KEY={KEY}</p>', encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={printed}"]
    subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True, timeout=90)
    assert places(printed.read_bytes(), "a.pdf") == ["a.pdf!page-1-text"]
