"""Any bytes at all through the whole flow: no error, no endless work, every span inside its view.

``python tests/fuzz/fuzz_scan.py FOLDER -max_total_time=600`` runs it under atheris, which keeps
what reached new code in FOLDER; ``--keep FOLDER`` writes the small ones of these, without
anything that looks like a key, to ``corpus/scan.b85``, which ``test_replay.py`` runs each time.
Only this needs atheris: ``pip install "atheris>=3.0"``, which has wheels for Linux on x86_64.
"""

import base64
import bz2
import gzip
import io
import json
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from keyscan.decoders import decode
from keyscan.detect import detect_in
from keyscan.model import Blob, Confidence, View
from keyscan.pipeline import scan

CORPUS = Path(__file__).parent / "corpus" / "scan.b85"
SECONDS = 10  # for 4 kB of content; the slowest that was seen takes one
_KEPT, _SMALL = 250_000, 1500


def _zipped(body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", body)
    return file.getvalue()


def _tarred(body: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(body)
        archive.addfile(entry, io.BytesIO(body))
    return file.getvalue()


def _pdf(body: bytes) -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<< >>\nstream\n" + body + b"\nendstream\nendobj\n"


# The first byte of an input chooses, so that what lies behind an encoding is reached, too.
WRAPPERS: tuple[Callable[[bytes], bytes], ...] = (
    bytes,
    base64.b64encode,
    lambda body: body.hex().encode(),
    lambda body: json.dumps(json.dumps(body.decode("latin-1"))).encode(),
    lambda body: b"".join(b"%%%02x" % byte for byte in body[:1000]),
    lambda body: body.decode("latin-1").encode("utf-16-le"),
    gzip.compress,
    bz2.compress,
    _zipped,
    _tarred,
    _pdf,
    lambda body: b"PK\x03\x04" + body + b"PK\x05\x06" + body[:18],
    lambda body: b"SQLite format 3\0" + body,
    lambda body: b'{"cells": [{"source": ' + body + b"}]}",
    lambda body: b"\x1f\x8b\x08" + body,
    lambda body: b"openai.api_key = '" + body + b"'\n",
)


def check(data: bytes) -> None:
    """One input. Raises ``AssertionError``, or whatever the flow let through."""
    content = WRAPPERS[data[0] % len(WRAPPERS)](data[1:]) if data else b""
    started = time.process_time()
    for view in decode([Blob("any", content)]):
        if isinstance(view, View):
            _check_view(view, content)
    report = scan([Blob("any", content)])
    taken = time.process_time() - started
    assert taken < SECONDS, f"{taken:.1f} s for {len(content)} bytes"
    assert all(one.locations for one in report.findings)


def _check_view(view: View, content: bytes) -> None:
    assert len(view.data) <= 8 * len(content) + (2 << 20)
    for one in detect_in(view):
        start, end = one.span
        assert 0 <= start < end <= len(view.data)
        assert one.location.line >= 1
        assert one.location.column >= 1
        if view.at is not None:
            assert 0 <= view.at(start) <= view.at(end - 1) <= len(view.blob.data) or view.joined


def _words() -> list[bytes]:
    from keyscan.decoders import literals

    return [*literals(), b"OPENAI_API_KEY=", b'api_key="', b"https://api.deepseek.com", b"sk-ant-"]


def _quoted(word: bytes) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"'


def main() -> None:
    """Fuzz until told to stop."""
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

    with tempfile.NamedTemporaryFile("w", suffix=".dict", delete=False) as words:
        words.write("\n".join(map(_quoted, _words())) + "\n")
    for kind in range(len(WRAPPERS)):
        check(bytes([kind]) + b"openai.api_key = 'your key'")  # loads what is to be instrumented
    atheris.instrument_all()
    atheris.Setup([*sys.argv, f"-dict={words.name}"], check)
    atheris.Fuzz()


def keep(folder: Path) -> None:
    """The smallest inputs of a run, as base85: no archive in them is damaged for a scan."""
    lines: list[str] = []
    size = 0
    for path in sorted(folder.iterdir(), key=lambda one: (one.stat().st_size, one.name)):
        data = path.read_bytes()
        if len(data) > _SMALL or not data:
            continue
        content = WRAPPERS[data[0] % len(WRAPPERS)](data[1:])
        report = scan([Blob("any", content), Blob("any", data)])
        line = base64.b85encode(data).decode()
        if any(one.confidence is not Confidence.NOTE for one in report.findings):
            continue
        if report.suppressed or scan([Blob("any", line.encode())]).findings:
            continue
        size += len(line) + 1
        if size > _KEPT:
            break
        lines.append(line)
    CORPUS.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--keep"]:
        keep(Path(sys.argv[2]))
    else:
        main()
