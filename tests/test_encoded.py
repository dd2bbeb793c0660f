"""Keys whose characters are encoded, in whole or here and there, as files of all kinds do it."""

import base64
import binascii
import bz2
import gzip
import io
import json
import lzma
import os
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Sequence
from email.header import Header
from email.message import EmailMessage
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keys
from containers.test_pdf import drawn
from keyscan import sift
from keyscan.blocks import blocks
from keyscan.buffers import Look
from keyscan.decoders import _runs
from keyscan.interest import Interest
from keyscan.long_runs import STREAMS
from keyscan.model import Blob
from keyscan.pipeline import scan
from keyscan.secret import Secret

Build = Callable[[str], str | bytes]

# How one character is written; one pattern for each way that encoders have.
CHARACTERS: dict[str, Callable[[int], str]] = {
    "x": lambda code: f"\\x{code:02x}",
    "x upper": lambda code: f"\\x{code:02X}",
    "x braces": lambda code: f"\\x{{{code:x}}}",
    "u": lambda code: f"\\u{code:04x}",
    "u braces": lambda code: f"\\u{{{code:x}}}",
    "u escaped twice": lambda code: f"\\\\\\\\u{code:04X}",
    "U": lambda code: f"\\U{code:08x}",
    "octal": lambda code: f"\\{code:03o}",
    "octal of echo": lambda code: f"\\0{code:03o}",
    "css": lambda code: f"\\{code:06x}",
    "percent": lambda code: f"%{code:02X}",
    "percent twice": lambda code: f"%25{code:02x}",
    "percent u": lambda code: f"%u{code:04x}",
    "entity": lambda code: f"&#{code};",
    "entity hex": lambda code: f"&#x{code:X};",
    "entity escaped": lambda code: f"&amp;#{code};",
    "quoted-printable": lambda code: f"={code:02X}",
}


def _each(key: str, form: str, joint: str = "") -> str:
    return joint.join(form % ord(char) for char in key)


def _marker(key: str) -> str:
    """The marker alone is encoded."""
    return key.replace(keys.MARKER, _each(keys.MARKER, "\\x%02x"))


def _registry(key: str, kind: str = "hex(2)") -> str:
    pairs = (key + "\0").encode("utf-16-le").hex(",").split(",")
    rows = [",".join(pairs[at : at + 23]) for at in range(0, len(pairs), 23)]
    return f'[HKEY_CURRENT_USER\\Env]\r\n"Key"={kind}:' + ",\\\r\n  ".join(rows) + "\r\n"


def _lines(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def _b64(key: str) -> str:
    return base64.b64encode(f"OPENAI={key};".encode()).decode()


def _png(kind: bytes, content: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    parts = (chunk(b"IHDR", bytes(13)), chunk(kind, content), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


CONTEXTS: dict[str, tuple[str, Build]] = {
    "marker": ("a.js", lambda k: f"const k = '{_marker(k)}'\n"),
    "first letter": ("a.json", lambda k: f'{{"key": "\\u0073{k[1:]}"}}'),
    "hyphens by name": ("a.py", lambda k: "k = '" + k.replace("-", "\\N{HYPHEN-MINUS}") + "'\n"),
    "hyphens of rtf": ("a.rtf", lambda k: "{\\rtf1 " + k.replace("-", "\\'2d") + "}\n"),
    "octal and digits": ("a.sh", lambda k: "k=$'" + k.replace("-", "\\055") + "'\n"),
    "entities without end": ("a.html", lambda k: "<b>" + _each(k, "&#%d") + "</b>\n"),
    "escaped and joined": (
        "a.js",
        lambda k: 'k = "' + '" + "'.join(_each(part, "\\x%02x") for part in _lines(k, 31)) + '"\n',
    ),
    "escaped on two lines": (
        "a.java",
        lambda k: (
            'k = "' + '" +\n  "'.join(_each(part, "\\u%04x") for part in _lines(k, 40)) + '"\n'
        ),
    ),
    "invisible between all": ("a.md", lambda k: "the key is " + "\u200b".join(k) + " .\n"),
    "wide letters": (
        "a.txt",
        lambda k: "密钥 " + "".join(chr(ord(char) + 0xFEE0) for char in k) + "\n",
    ),
    "registry": ("a.reg", _registry),
    "registry, many": ("a.reg", lambda k: _registry(f"PATH=/\0{k}\0", "hex(7)")),
    "registry utf-16": ("a.reg", lambda k: ("\ufeff" + _registry(k)).encode("utf-16-le")),
    "registry, bytes": ("a.reg", lambda k: f'"Key"=hex:{k.encode().hex(",")}\r\n'),
    "bytes with spaces": ("a.py", lambda k: f'bytes.fromhex("{k.encode().hex(" ")}")\n'),
    "bytes with dashes": ("a.log", lambda k: f"read {k.encode().hex('-').upper()}\n"),
    "bytes of node": ("a.log", lambda k: f"<Buffer {k.encode().hex(' ')}>\n"),
    "bytes of go": ("a.log", lambda k: f"got [{_each(k, '%d', ' ')}]\n"),
    "characters": ("A.java", lambda k: "{" + ", ".join(f"'{char}'" for char in k) + "}\n"),
    "characters of php": ("a.php", lambda k: f"<?php $k = {_each(k, 'chr(%d)', '.')};\n"),
    "bits": ("a.txt", lambda k: " ".join(f"{ord(char):08b}" for char in k) + "\n"),
    "base64 with plus": (
        "a.js",
        lambda k: "x = " + " +\n  ".join(f'"{line}"' for line in _lines(_b64(k), 48)) + ";\n",
    ),
    "base64 before plus": (
        "A.java",
        lambda k: "x = " + "\n    + ".join(f'"{line}"' for line in _lines(_b64(k), 36)) + ";\n",
    ),
    "base64 side by side": (
        "a.py",
        lambda k: "x = (" + "\n  ".join(f"'{line}'" for line in _lines(_b64(k), 44)) + ")\n",
    ),
    "base64 in a list": (
        "a.json",
        lambda k: "[" + ",\n ".join(f'"{line}"' for line in _lines(_b64(k), 40)) + "]\n",
    ),
    "subject in base64": ("a.eml", lambda k: f"Subject: {Header('新的密钥: ' + k, 'utf-8')}\n"),
    "subject quoted": (
        "a.eml",
        lambda k: (
            "Subject: "
            + "\r\n ".join(f"=?iso-8859-1?Q?{part.replace('_', '=5F')}?=" for part in _lines(k, 30))
            + "\r\n"
        ),
    ),
    "utf-32 le": ("a.txt", lambda k: f"the key = {k}\n".encode("utf-32-le")),
    "utf-32 be": ("a.txt", lambda k: f"the key = {k}\n".encode("utf-32-be")),
    "utf-16 be, odd": ("a.bin", lambda k: b"\x07\5\1" + k.encode("utf-16-be") + b"\x06\x06"),
    "png zTXt": ("a.png", lambda k: _png(b"zTXt", b"Note\0\0" + zlib.compress(k.encode()))),
    "png iTXt": (
        "a.png",
        lambda k: _png(b"iTXt", b"prompt\0\1\0en\0\0" + zlib.compress(json.dumps([k]).encode())),
    ),
}


def _found(path: str, content: str | bytes) -> list[tuple[int, str, str, int]]:
    data = content if isinstance(content, bytes) else content.encode()
    report = scan([Blob(path, data)])
    assert report.gaps == ()
    return [
        (len(one.secret), one.secret.fingerprint, one.provider, len(one.locations))
        for one in report.findings
    ]


def _expected(key: str) -> list[tuple[int, str, str, int]]:
    return [(len(key), Secret(key, "").fingerprint, "openai", 1)]


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_key_is_found_once_in_every_encoding(context: str) -> None:
    path, build = CONTEXTS[context]
    for form in keys.OPENAI_FORMS:
        key = keys.openai_key(form)
        assert _expected(key) == _found(path, build(key))


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress], ids=["gzip", "zlib"])
@pytest.mark.parametrize("before", ["release\n", "data:\n", "first.release.v1\n  ", "--- k8s\n"])
def test_a_stream_behind_a_line_that_ends_in_a_word(
    before: str, compress: Callable[[bytes], bytes]
) -> None:
    key = keys.openai_key("proj-74")
    text = f"a: 1\nOPENAI_API_KEY: {key}\nb: 2\n"
    inner = base64.b64encode(compress(text.encode())).decode()
    assert _expected(key) == _found("a.txt", f"{before}{inner}\n")
    outer = base64.b64encode(f"{before}{inner}\n".encode()).decode()
    assert _expected(key) == _found("a.txt", f"{before}{outer}\n")


def _zipped(text: bytes, name: str = "in/.env", kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        archive.writestr("other.txt", "nothing here\n" * 40)
        archive.writestr(name, text)
    return file.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "zip": _zipped,
    "zip in zip": lambda text: _zipped(_zipped(text), "a.zip", zipfile.ZIP_STORED),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "pdf": lambda text: drawn(lambda page: page.drawString(10, 700, text.decode().split("\n")[1])),
    **{f"zlib {level}": partial(zlib.compress, level=level) for level in range(10)},
}
WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "of a mail": base64.encodebytes,
    "of a URL": base64.urlsafe_b64encode,
    "data URI": lambda data: (
        b"<a href='data:application/x;base64," + base64.b64encode(data) + b"'>"
    ),
    "json": lambda data: json.dumps({"file": base64.b64encode(data).decode()}).encode(),
    "hex": lambda data: data.hex().encode(),
    "upper hex": lambda data: data.hex().upper().encode(),
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("packed", PACKED)
def test_what_is_packed_inside_an_encoding_is_opened(packed: str, written: str) -> None:
    key = keys.openai_key("proj-74")
    text = f"first line\nOPENAI_API_KEY={key}\nlast line\n"
    encoded = WRITTEN[written](PACKED[packed](text.encode()))
    assert not sift.clean(encoded)
    assert Interest()(encoded, [Look(0, 0, len(encoded))])
    assert _expected(key) == _found("a.txt", encoded)


def test_each_attachment_of_a_mail_is_opened() -> None:
    some = [keys.openai_key("proj-74") for _ in range(3)]
    mail = EmailMessage()
    mail["Subject"] = "notes"
    mail.set_content("see the files\n")
    for kind, key in zip(("zip", "xz", "zip in zip"), some, strict=True):
        data = PACKED[kind](f"key: {key}\n".encode())
        mail.add_attachment(data, maintype="application", subtype="x", filename=kind)
    report = scan([Blob("a.eml", mail.as_bytes())])
    assert {one.secret.fingerprint for one in report.findings} == {
        Secret(key, "").fingerprint for key in some
    }
    assert report.gaps == ()


@pytest.mark.parametrize("first", [b"//", b"--"])
def test_a_line_that_begins_like_a_comment_is_a_line(first: bytes) -> None:
    """One line of 76 letters in 4096 does."""
    key = keys.openai_key("proj-74")
    for seed in range(2000):
        noise = base64.b64encode(random.Random(seed).randbytes(9000))
        encode = base64.urlsafe_b64encode if first == b"--" else base64.b64encode
        whole = encode(gzip.compress(noise + b"\nkey: " + key.encode() + b"\n"))
        lines = [whole[at : at + 76] for at in range(0, len(whole), 76)]
        if any(one.startswith(first) for one in lines):
            break
    assert _expected(key) == _found("a.txt", b"\n".join(lines))


def _signed(sign: bytes, lines: Sequence[bytes]) -> bytes:
    return b"".join(sign + line + b"\n" for line in lines)


def _hex_lines(data: bytes) -> list[bytes]:
    """As ``xxd -p`` writes it."""
    return [data[at : at + 30].hex().encode() for at in range(0, len(data), 30)]


GLUED: dict[str, Callable[[bytes], bytes]] = {
    "mysqldump": lambda data: b"INSERT INTO a VALUES (0x" + data.hex().encode() + b");\n",
    "bytea": lambda data: b"COPY a FROM stdin;\n\\\\x" + data.hex().encode() + b"\n",
    "mail in json": lambda data: json.dumps(
        {"raw": "encoding: base64\r\n\r\n" + base64.encodebytes(data).decode()}
    ).encode(),
    "patch": lambda data: b"@@ -0,0 +1,9 @@\n" + _signed(b"+", base64.encodebytes(data).split()),
    "patch back": lambda data: (
        b"@@ -1,9 +0,0 @@\n" + _signed(b"-", base64.encodebytes(data).split())
    ),
    "hex patch": lambda data: b"@@ -0,0 +1,9 @@\n" + _signed(b"+", _hex_lines(data)),
    "name": lambda data: b"release: gz-" + base64.b64encode(data),
}


@pytest.mark.parametrize("glued", GLUED)
@pytest.mark.parametrize("packed", ["plain", "zip", "xz", "zlib 9"])
def test_what_is_packed_is_opened_behind_a_few_letters(packed: str, glued: str) -> None:
    for _ in range(5):  # random letters decide where a line ends, and which look sees it
        key = keys.openai_key("proj-74")
        text = f"line\nkey: {key}\n".encode()
        encoded = GLUED[glued](text if packed == "plain" else PACKED[packed](text))
        assert not sift.clean(encoded)
        assert Interest()(encoded, [Look(0, 0, len(encoded))])
        assert Secret(key, "").fingerprint in {
            fingerprint for _, fingerprint, _, _ in _found("a", encoded)
        }


def test_every_member_of_a_gzip_is_read() -> None:
    key = keys.openai_key("proj-74")
    content = gzip.compress(b"first\n" * 20) + gzip.compress(f"key: {key}\n".encode())
    assert _expected(key) == _found("a.txt", base64.b64encode(content))


def test_what_goes_on_in_another_block_is_a_gap() -> None:
    """Files are decoded 4 MB at a time."""
    content = _zipped(os.urandom(100_000) + f"\nkey: {keys.openai_key()}\n".encode())
    data = b"x\n" * 2_050_000 + base64.b64encode(content)
    report = scan(blocks(io.BytesIO(data).read, "a.eml"))
    assert report.findings or {one.reason for one in report.gaps} == {"decoder-limit"}
    assert "goes on beyond what is decoded at once" in str(report.gaps)


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c\x00\x04", b"Rar!\x1a\x07\x01\x00"])
def test_what_nothing_opens_is_a_gap_inside_an_encoding_too(magic: bytes) -> None:
    encoded = base64.encodebytes(magic + os.urandom(300))
    report = scan([Blob("a.eml", encoded)])
    assert {one.reason for one in report.gaps} == {"archive-unsupported"}
    assert Interest()(encoded, [Look(0, 0, len(encoded))])


def test_many_bombs_in_one_file_are_a_gap_before_they_take_the_memory() -> None:
    bomb = base64.b64encode(bz2.compress(bytes(900_000))).decode()
    content = "\n".join(json.dumps({"p": bomb}) for _ in range(1000)).encode()
    tracemalloc.start()
    report = scan([Blob("a.json", content)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {one.reason for one in report.gaps} == {"decoder-limit"}
    assert peak < 150_000_000


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PACKED)), st.data())
def test_damage_to_what_is_packed_ends_without_an_error(packed: str, draw: st.DataObject) -> None:
    content = bytearray(PACKED[packed](b"first\nkey: nothing\n" * 9))
    for _ in range(draw.draw(st.integers(1, 6))):
        at = draw.draw(st.integers(2, max(2, len(content) - 1)))
        content[at : at + draw.draw(st.integers(0, 40))] = draw.draw(st.binary(max_size=9))
    encoded = base64.encodebytes(b"\n".join((content, content)))
    report = scan([Blob("a.txt", encoded)])
    assert report.findings == ()


def test_text_that_only_names_a_magic_is_passed_over() -> None:
    text = "the magic is BZh or %PDF-, and a zip has PK\x03\x04 " * 3 + "\nBZh\n%PDF-1.7\n"
    report = scan([Blob("a.txt", base64.encodebytes(text.encode()))])
    assert (report.findings, report.gaps) == ((), ())


def test_a_locked_archive_inside_an_encoding_is_a_gap() -> None:
    data = bytearray(_zipped(os.urandom(300), kind=zipfile.ZIP_STORED))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1  # "encrypted"
            at = data.find(mark, at + 1)
    for encoded in (base64.encodebytes(data), bytes(data).hex().encode()):
        report = scan([Blob("a.eml", encoded)])
        assert {one.reason for one in report.gaps} == {"archive-encrypted"}
        assert {one.path for one in report.gaps} <= {"a.eml", "a.eml!in/.env", "a.eml!other.txt"}
        assert Interest()(encoded, [Look(0, 0, len(encoded))])


def test_the_beginnings_of_what_is_packed_are_those_of_the_bytes() -> None:
    """In base64 all letters that the magic decides, of which three to five are enough; in hex."""
    tails = [bytes((high << 6, 0)) for high in range(4)]
    letters = {base64.b64encode(magic + tail) for magic in _runs.MAGICS for tail in tails}
    short = {one for one in STREAMS if one[:2] in {b"eA", b"eF", b"eJ", b"eN"}}
    assert short == {one[:3] for one in letters if one[:1] == b"e"}
    readable = (b"%PDF-", b"# v2 git bundle\n", b"# v3 git bundle\n")  # which needs no beginning
    for magic in {*_runs.MAGICS, *_runs.FILES}.difference(readable):
        whole = base64.b64encode(magic + b"\x08\0\0")
        assert whole.startswith(STREAMS)
        assert whole.translate(bytes.maketrans(b"+/", b"-_")).startswith(STREAMS)
        for written in (magic.hex(), magic.hex().upper()):
            assert (written + "08").encode().startswith(STREAMS)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("way", CHARACTERS)
def test_characters_may_be_encoded_at_random(way: str, share: float) -> None:
    rng = random.Random(f"{way}/{share}")
    for form in keys.OPENAI_FORMS:
        key = keys.openai_key(form)
        written = CHARACTERS[way]
        text = "".join(written(ord(char)) if rng.random() < share else char for char in key)
        assert _expected(key) == _found("a.txt", f'the key = "{text}"\n')


def test_tables_of_escapes_and_long_names_are_passed_over() -> None:
    binary = "".join(f"\\x{code:02x}" for code in random.Random(3).randbytes(400))
    mangled = "_ZNSt10_HashtableINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE5clearEv"
    digest = binascii.hexlify(random.Random(4).randbytes(64)).decode()
    content = f'TABLE = "{binary}"\nSYMBOL = "{mangled}"\nSHA512 = "{digest}"\n'
    assert sift.clean(content.encode())


@pytest.mark.parametrize("name", ["OPENAI_KEY_SHA256", "openaiKeyHash", "OPENAI_API_KEY_MD5"])
def test_digests_of_keys_are_no_keys(name: str) -> None:
    assert _found(".env", f"{name}={keys.hexes(64)}\n") == []


def test_a_legacy_key_without_its_end_is_no_other_vendors_key() -> None:
    key = keys.openai_key("legacy")
    assert _found("a.txt", key[:-1] + "\n") == []
    assert _found("a.txt", key[:-10] + "\n") == []


@pytest.mark.parametrize("rule", ["fireworks-api-key", "huggingface-api-key", "dashscope-plan-key"])
def test_the_decoded_key_wins_over_the_text_it_was_decoded_from(rule: str) -> None:
    key = keys.PROVIDER_FORMS[rule]()
    text = base64.b64encode(key.encode()).decode()
    report = scan([Blob("secret.yaml", f"data:\n  OPENAI_API_KEY: {text}\n".encode())])
    expected = [(rule, Secret(key, "").fingerprint)]
    assert expected == [(one.rule, one.secret.fingerprint) for one in report.findings]


@pytest.mark.parametrize(
    "line", ['"{}\\n"\n', '  "{}\\r\\n" +\n', "    b'{}'\n", '"{}\\n" \\\n', "  b'{}\\n'\n"]
)
@pytest.mark.parametrize("form", ["legacy", "proj-74", "svcacct-46"])
def test_base64_in_lines_of_literals(line: str, form: str) -> None:
    key = keys.openai_key(form)
    text = base64.b64encode(f"DEBUG=1\nREGION=eu\nOPENAI_API_KEY={key}\n".encode()).decode()
    lines = "".join(line.format(text[at : at + 48]) for at in range(0, len(text), 48))
    report = scan([Blob("a.c", f"K = (\n{lines})\n".encode())])
    assert [Secret(key, "").fingerprint] == [one.secret.fingerprint for one in report.findings]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _gz(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


def _wrapped(text: str, before: str) -> str:
    return "".join(f"{before}{text[at : at + 60]}\n" for at in range(0, len(text), 60))


WORDS = "ordinary words of a text that says nothing about anything at all"
# Where what stands on the line before is no part of it, or ends it, or looks like its beginning.
LAYOUTS: dict[str, Callable[[str], str]] = {
    "prettier": lambda key: f'export const apiKey =\n  "{_base64(key)}";\n',
    "a backslash": lambda key: f'KEY = \\\n  "{_base64(key)}"\n',
    "hex behind a backslash": lambda key: f'data = \\\n  "{key.encode().hex()}"\n',
    "an operator": lambda key: f'static String BLOB = "" +\n    "{_base64(key)}";\n',
    "a padded line": lambda key: f"{_base64(WORDS[:58])}\n{_base64(key)}\n",
    "a short padded line": lambda key: f"dXNlcg==\n{_base64(key)}\n",
    "a list of values": lambda key: json.dumps([_base64(WORDS[:58]), _base64(key)], indent=1),
    "twice": lambda key: f"{_base64(WORDS[:58])}\n{_base64(_base64(key))}\n",
    "hex behind base64": lambda key: f"{_base64(WORDS[:60])}\n{key.encode().hex()}\n",
    "a digest": lambda key: f"{'ab12' * 16}-{_wrapped((WORDS + key).encode().hex(), '')}",
    "a hunk's function": lambda key: (
        f"@@ -1,3 +1,9 @@ def main\n{_wrapped(_gz(WORDS + ' ' + key), '+')}"
    ),
    "a context line": lambda key: f" some words\n{_wrapped(_base64(WORDS + ' ' + key), '+')}",
    "several archives": lambda key: "\n".join(map(_gz, (WORDS, WORDS[::-1], key))),
    "archives in a list": lambda key: json.dumps([_gz(WORDS), _base64(WORDS), _gz(key)], indent=1),
    **{
        f"hex, {sign!r}": lambda key, sign=sign: _wrapped(  # type: ignore[misc]
            gzip.compress(f"{WORDS} {key}".encode()).hex(), sign
        )
        for sign in ("- ", "-    ", "/// ", "+# ", "+// ", "+  - ")
    },
    **{
        f"base64 twice, {sign!r}": lambda key, sign=sign: _wrapped(  # type: ignore[misc]
            _base64(_wrapped(_base64(f"{WORDS} {key} {WORDS}"), "")), sign
        )
        for sign in ("- ", "+  - ", "|| ")
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_stands_before_a_line_hides_nothing(layout: str) -> None:
    for kind in ("proj-74", "legacy"):
        key = keys.openai_key(kind)
        encoded = LAYOUTS[layout](key).encode()
        assert Secret(key, "").fingerprint in {one for _, one, _, _ in _found("a", encoded)}
        assert not sift.clean(encoded)
        assert Interest()(encoded, [Look(0, 0, len(encoded))])


@pytest.mark.parametrize(
    "text",
    [
        '{{"name": "GEMINI_API_KEY", "type": "x", "value": "{}"}}',
        "export GEMINI_API_KEY=$(echo {} | base64 -d)\n",
        "# GEMINI_API_KEY (base64)\n{}\n",
    ],
)
def test_a_short_encoded_value_behind_a_name_is_seen(text: str) -> None:
    key = keys.PROVIDER_FORMS["google-api-key"]()
    encoded = text.format(_base64(key)).encode()
    assert _found("a", encoded)
    assert not sift.clean(encoded)
    assert Interest()(encoded, [Look(0, 0, len(encoded))])
