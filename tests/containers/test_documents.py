"""Office documents, notebooks, SQLite, PDF, byte code: a key that is split up inside is found."""

import gzip
import io
import json
import marshal
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

import keys
from containers.test_tar import tarred
from containers.test_zipped import zipped
from keyscan.containers import expand
from keyscan.model import Blob, Gap
from keyscan.pipeline import scan


def texts(data: bytes, path: str) -> dict[str, bytes]:
    """Path → content of everything inside."""
    return {
        one.path: one.data for one in list(expand([Blob(path, data)]))[1:] if isinstance(one, Blob)
    }


def places(data: bytes, path: str) -> list[str]:
    """The paths at which the one key was found; no gap is expected."""
    report = scan([Blob(path, data)])
    assert report.gaps == ()
    assert len(report.findings) == 1
    return [place.path for place in report.findings[0].locations]


def pieces(key: str) -> list[str]:
    """A key in four parts, cut inside its marker too."""
    middle = key.index(keys.MARKER) + 3
    return [key[:5], key[5:middle], key[middle:-4], key[-4:]]


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def test_word_runs_are_joined_within_a_paragraph() -> None:
    key = keys.openai_key()
    runs = "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{one}</w:t></w:r>" for one in pieces(key))
    body = f"<w:p><w:t>a &amp; b</w:t></w:p><w:p>{runs}</w:p>"
    xml = f'{XML}<w:document xmlns:w="{WORD}">{body}</w:document>'
    data = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": xml.encode()})
    assert b"\na & b\n" in b"\n" + texts(data, "a.docx")["a.docx!word/document.xml!text"]
    assert places(data, "a.docx") == ["a.docx!word/document.xml!text"]


@pytest.mark.parametrize(
    ("name", "xml"),
    [
        ("xl/sharedStrings.xml", '<sst xmlns="http://schemas.openxmlformats.org/x"><si>{}</si></sst>'),
        ("ppt/slides/slide1.xml", '<p:sld xmlns:a="http://schemas.openxmlformats.org/a"><a:p>{}</a:p></p:sld>'),
        ("content.xml", '<o xmlns:text="urn:oasis:names:tc:opendocument"><text:p>{}</text:p></o>'),
    ],
)  # fmt: skip
def test_runs_of_every_office_suite_are_joined(name: str, xml: str) -> None:
    runs = "".join(f"<r><t>{one}</t></r>" for one in pieces(keys.openai_key()))
    data = zipped({name: (XML + xml.format(runs)).encode()})
    assert places(data, "a.office") == [f"a.office!{name}!text"]


def test_text_of_a_large_document_is_the_same_as_of_a_small_one() -> None:
    line = b"<w:p><w:r><w:t>0123</w:t></w:r><w:r><w:t>45&lt;6</w:t></w:r></w:p>"
    xml = XML.encode() + b'<w:document xmlns:w="' + WORD.encode() + b'">' + line * 50_000
    content = texts(xml, "document.xml")["document.xml!text"]
    assert content == b"012345<6\n" * 50_000


def notebook(source: list[str], output: list[str]) -> bytes:
    """One markdown cell, one code cell."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# title"]},
        {"cell_type": "code", "metadata": {}, "source": source, "execution_count": 1,
         "outputs": [{"output_type": "stream", "name": "stdout", "text": output},
                     {"output_type": "display_data", "metadata": {},
                      "data": {"text/html": ["<b>x</b>"], "image/png": "aGVsbG8="}}]},
    ]  # fmt: skip
    body = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(body, indent=1).encode()


def test_cells_are_unescaped_and_outputs_read() -> None:
    data = notebook(['s = "a\\n"\n', "print('é')"], ["out\n", "put"])
    content = texts(data, "n.ipynb")
    assert content["n.ipynb!cell-1"] == b"# title"
    assert content["n.ipynb!cell-2"] == "s = \"a\\n\"\nprint('é')".encode()
    assert b"output"[:3] in content["n.ipynb!cell-2-output"]
    assert b"aGVsbG8=" in content["n.ipynb!cell-2-output"]


def test_a_key_that_the_raw_notebook_shows_is_reported_at_its_line_once() -> None:
    data = notebook([f'key = "{keys.openai_key()}"\n'], [])
    assert places(data, "n.ipynb") == ["n.ipynb"]


def test_a_key_cut_over_the_lines_of_an_output_is_found() -> None:
    key = keys.openai_key()
    content = texts(notebook([], pieces(key)), "n.ipynb")
    assert key.encode() in content["n.ipynb!cell-2-output"]


@pytest.mark.parametrize("data", [b'{"nbformat": 4', b'{"nbformat": []}',
    b'{"nbformat": 4, "cells": [1]}',
                                  b'{"nbformat"' + b": [" * 100_000])  # fmt: skip
def test_what_is_no_notebook_is_scanned_as_it_is(data: bytes) -> None:
    assert list(expand([Blob("n.ipynb", data)])) == [Blob("n.ipynb", data)]


def straddling_row(key: str, page: int = 4096) -> str:
    """Text so long that the key lies over the end of some page, wherever pages end."""
    return "".join(f"{n:06d} {key} " for n in range(60 * page // 4096))


@pytest.mark.parametrize("page", [512, 4096, 65536])
def test_rows_over_several_pages_are_put_together(tmp_path: Path, page: int) -> None:
    text = straddling_row(keys.openai_key(), page)
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        base.execute(f"pragma page_size = {page}")
        base.execute("create table logs (id integer primary key, short text, body text)")
        base.execute("insert into logs (short, body) values ('x', ?)", (text,))
        base.execute("create index i on logs (body)")
        base.commit()
    data = (tmp_path / "a.db").read_bytes()
    rows = [one for one in texts(data, "a.db").values() if text.encode() in one]
    assert len(rows) == 2  # the table's row and the index's entry


def test_rows_in_the_write_ahead_log_are_put_together(tmp_path: Path) -> None:
    text = straddling_row(keys.openai_key())
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        if base.execute("pragma journal_mode = wal").fetchone() != ("wal",):
            pytest.skip("no write-ahead log on this file system")
        base.execute("create table logs (body text)")
        base.commit()
        base.execute("insert into logs values (?)", (text,))
        base.commit()
        log = (tmp_path / "a.db-wal").read_bytes()
    assert any(text.encode() in one for one in texts(log, "a.db-wal").values())


def test_rows_on_free_pages_are_put_together(tmp_path: Path) -> None:
    key = keys.openai_key()
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        base.execute("pragma secure_delete = off")
        base.execute("create table logs (body text)")
        base.execute("insert into logs values (?)", (straddling_row(key),))
        base.commit()
        base.execute("drop table logs")
        base.commit()
    report = scan([Blob("a.db", (tmp_path / "a.db").read_bytes())])
    assert len(report.findings) == 1


def pdf(*streams: tuple[str, bytes], extra: bytes = b"") -> bytes:
    """A PDF with these streams as objects; dictionary text and content of each."""
    parts = [b"%PDF-1.7\n"]
    for number, (head, body) in enumerate(streams, 1):
        packed = zlib.compress(body)
        parts.append(b"%d 0 obj\n<<%s /Filter /FlateDecode>>\nstream\n" % (number, head.encode()))
        parts.append(packed + b"\nendstream\nendobj\n")
    return b"".join((*parts, extra, b"trailer <</Size 9>>\n%%EOF\n"))


def test_pdf_strings_cut_by_kerning_are_joined() -> None:
    shown = "".join(f"({one}) -20 " for one in pieces(keys.openai_key()))
    page = f"BT /F1 12 Tf (Key\\072 ) Tj [{shown}] TJ [(a) -333 (gap)] TJ ET".encode()
    data = pdf(("", page))
    text = texts(data, "a.pdf")["a.pdf!stream-1-text"]
    assert b"Key: sk-" in text
    assert b"a gap" in text
    assert places(data, "a.pdf") == ["a.pdf!stream-1-text"]


def test_pdf_glyphs_are_read_through_their_font() -> None:
    key = keys.openai_key()
    letters = sorted(set(key))
    numbers = {letter: 3 + at for at, letter in enumerate(letters)}
    cmap = "begincmap\n9 beginbfchar\n"
    cmap += "".join(f"<{numbers[one]:04X}> <{ord(one):04X}>\n" for one in letters)
    shown = ["".join(f"{numbers[letter]:04X}" for letter in one) for one in pieces(key)]
    page = f"BT [<{'> 3 <'.join(shown)}>] TJ ET"
    data = pdf(("", page.encode()), ("", (cmap + "endbfchar\nendcmap").encode()))
    assert places(data, "a.pdf") == ["a.pdf!stream-1-text"]


def test_an_encrypted_pdf_is_a_gap() -> None:
    found = list(expand([Blob("a.pdf", pdf(("", b"x"), extra=b"<</Encrypt 5 0 R>>"))]))
    assert [one.reason for one in found if isinstance(one, Gap)] == ["archive-encrypted"]


def test_byte_code_is_readable_as_it_is() -> None:
    key = keys.openai_key()
    code = compile(f"KEY = {key!r}\ndef f():\n    return {key!r}\n", "m.py", "exec")
    assert places(b"\xcb\r\r\n" + b"\0" * 12 + marshal.dumps(code), "m.pyc") == ["m.pyc"]


def test_a_key_in_a_stored_member_is_reported_at_the_member_alone() -> None:
    data = zipped({"in/.env": f"K={keys.openai_key()}".encode()}, zipfile.ZIP_STORED)
    assert places(data, "a.zip") == ["a.zip!in/.env"]


def test_a_debian_package_is_read() -> None:
    body = gzip.compress(tarred({"etc/app.conf": b"K=1"}, 1))
    member = b"data.tar.gz/    0           0     0     100644  %-10d`\n" % len(body) + body
    data = b"!<arch>\n" + member + b"\n" * (len(body) % 2)
    assert texts(data, "a.deb") == {"a.deb!data.tar.gz!etc/app.conf": b"K=1"}
    assert io.BytesIO(data).read(2) == b"!<"
