"""Zip and its family, built by the standard library, by the real ``zip``, and by hand."""

import io
import os
import shutil
import struct
import subprocess
import tracemalloc
import zipapp
import zipfile
import zlib
from pathlib import Path

import pytest

from keys import openai_key
from keyscan.container import Limits, Member
from keyscan.containers import expand
from keyscan.containers.zipped import members as zip_members
from keyscan.model import Blob, Gap
from keyscan.pipeline import scan
from keyscan.secret import Secret


def zipped(content: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as the standard library writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def inside(data: bytes, path: str = "a.zip", limits: Limits | None = None) -> dict[str, bytes]:
    """Path → content of everything inside; no gap is expected."""
    found = list(expand([Blob(path, data)], limits))[1:]
    assert [one for one in found if isinstance(one, Gap)] == []
    return {one.path: one.data for one in found if isinstance(one, Blob)}


def gaps(data: bytes, path: str = "a.zip", limits: Limits | None = None) -> list[tuple[str, str]]:
    """(path, reason) of every gap."""
    found = expand([Blob(path, data)], limits)
    return [(one.path, one.reason) for one in found if isinstance(one, Gap)]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_method_of_the_standard_library_is_read(method: int) -> None:
    assert inside(zipped({"in/.env": b"K=1" * 99}, method)) == {"a.zip!in/.env": b"K=1" * 99}


def test_nested_archives_show_every_level() -> None:
    jar = zipped({"c/d.properties": b"deep"})
    content = inside(zipped({"lib/b.jar": jar, ".env": b"top"}))
    assert content["a.zip!lib/b.jar!c/d.properties"] == b"deep"
    assert content["a.zip!.env"] == b"top"


def test_a_stored_archive_inside_is_not_taken_for_members_of_the_outer_one() -> None:
    jar = zipped({"x": b"deep"})
    content = inside(zipped({"b.jar": jar}, zipfile.ZIP_STORED))
    assert list(content) == ["a.zip!b.jar", "a.zip!b.jar!x"]


def test_data_descriptors_and_unseekable_output() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"one" * 50)
        archive.writestr("b", b"two" * 50)
    assert inside(out.getvalue()) == {"a.zip!a": b"one" * 50, "a.zip!b": b"two" * 50}


def test_sizes_in_headers_are_not_trusted() -> None:
    data = zipped({"a": b"x" * 5000, "b": b"y"})
    small = data.replace(struct.pack("<I", 5000), struct.pack("<I", 3))
    assert small != data
    assert inside(small)["a.zip!a"] == b"x" * 5000


def test_a_member_that_the_directory_does_not_name_is_read() -> None:
    data = zipped({"a": b"one" * 20, "hidden": b"two" * 20})
    at = data.rindex(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    record = data[end:].replace(struct.pack("<HH", 2, 2), struct.pack("<HH", 1, 1))
    first = data.index(b"PK\x01\x02")
    record = record[:12] + struct.pack("<I", at - first) + record[16:]
    assert inside(data[:at] + record) == {"a.zip!a": b"one" * 20, "a.zip!hidden": b"two" * 20}


def test_of_a_truncated_archive_the_rest_is_scanned_and_it_is_a_gap() -> None:
    data = zipped({"a": b"one" * 20, "b": bytes(range(256)) * 40})
    found = list(expand([Blob("a.zip", data[:-150])]))
    contents = {one.path: one.data for one in found if isinstance(one, Blob)}
    assert contents["a.zip!a"] == b"one" * 20
    assert contents["a.zip!b"].startswith(bytes(range(100)))
    assert ("a.zip", "archive-corrupt") in gaps(data[:-150])


def test_encrypted_members_are_one_gap_and_the_others_are_read() -> None:
    data = bytearray(zipped({"a": b"1" * 9, "b": b"2" * 9, "c": b"open" * 9}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        first = data.index(magic)
        second = data.index(magic, first + 4)
        data[first + offset] |= 1
        data[second + offset] |= 1
    found = list(expand([Blob("a.zip", bytes(data))]))[1:]
    assert [one.path for one in found if isinstance(one, Blob)] == ["a.zip!c"]
    assert gaps(bytes(data)) == [("a.zip", "archive-encrypted")]


def test_an_archive_encrypted_by_the_real_zip_is_a_gap(tmp_path: Path) -> None:
    program = shutil.which("zip")
    if program is None:
        pytest.skip("no zip program")
    (tmp_path / ".env").write_bytes(b"K=1" * 50)
    subprocess.run([program, "-q", "-P", "pass", "e.zip", ".env"], cwd=tmp_path, check=True)
    assert gaps((tmp_path / "e.zip").read_bytes()) == [("a.zip", "archive-encrypted")]


def test_an_unknown_compression_is_a_gap() -> None:
    data = zipped({"a": b"x" * 99})
    data = data.replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x09\x00")
    assert gaps(data) == [("a.zip", "archive-unsupported")]


def test_zip64_is_read() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("big", "w", force_zip64=True) as member,
    ):
        member.write(b"z" * 1000)
    assert inside(out.getvalue()) == {"a.zip!big": b"z" * 1000}


def test_names_are_shown_relative_and_printable() -> None:
    names = ["/etc/passwd", "..\\..\\x", "a\x1b[31mb", "./c//d"]
    shown = list(inside(zipped(dict.fromkeys(names, b"x" * 50))))
    assert shown == ["a.zip!etc/passwd", "a.zip!../../x", "a.zip!a�[31mb", "a.zip!c/d"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_with_one_name_both_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"first" * 9)
        archive.writestr("a", b"second" * 9)
    found = [one for one in expand([Blob("a.zip", out.getvalue())]) if isinstance(one, Blob)]
    assert [one.data for one in found[1:]] == [b"first" * 9, b"second" * 9]


def test_a_zipapp_is_read_behind_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_bytes(b"K = 1\n")
    zipapp.create_archive(tmp_path / "app", tmp_path / "app.pyz", "/usr/bin/env python3")
    data = (tmp_path / "app.pyz").read_bytes()
    assert inside(data, "app.pyz") == {"app.pyz!__main__.py": b"K = 1\n"}


def test_a_zip_with_a_comment_behind_a_program_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = b"setup" * 100
        archive.writestr("config", b"K=1")
    assert inside(b"MZ" + b"\0" * 999 + out.getvalue(), "setup.exe") == {"setup.exe!config": b"K=1"}


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04 is how a zip starts", b"PKCS#12"])
def test_what_only_starts_like_a_zip_is_no_container_and_no_gap(data: bytes) -> None:
    assert [Blob("a", data)] == list(expand([Blob("a", data)]))


def test_a_bomb_is_stopped_and_its_neighbours_are_read() -> None:
    data = zipped({"zeros": b"\0" * (4 << 20), ".env": b"K=1"})
    limits = Limits(member_floor=1 << 20, ratio=100)
    found = list(expand([Blob("a.zip", data)], limits))
    assert gaps(data, limits=limits) == [("a.zip!zeros", "archive-ratio")]
    assert b"K=1" in [one.data for one in found if isinstance(one, Blob)]


def test_a_nested_bomb_is_stopped_by_the_whole_files_budget() -> None:
    level = zipped({f"{n}": b"\0" * 100_000 for n in range(16)})
    for _ in range(2):
        level = zipped({f"{n}.zip": level for n in range(16)})
    out = sum(
        len(one.data) for one in expand([Blob("a.zip", level)], Limits(floor=2 << 20, ratio=10))
        if isinstance(one, Blob)
    )  # fmt: skip
    assert gaps(level, limits=Limits(floor=2 << 20, ratio=10)) == [("a.zip", "archive-ratio")]
    assert out <= (2 << 20) + len(level)


def test_too_many_members_too_deep_and_too_large_are_gaps() -> None:
    many = zipped({str(n): b"x" for n in range(20)})
    assert gaps(many, limits=Limits(members=10)) == [("a.zip", "archive-members")]
    deep = zipped({"x": b"bottom"})
    for _ in range(4):
        deep = zipped({"d.zip": deep})
    assert gaps(deep) == [("a.zip!d.zip!d.zip!d.zip!d.zip", "archive-depth")]
    large = zipped({"x": b"0123456789" * 100_000})
    assert gaps(large, limits=Limits(total=5000)) == [("a.zip", "archive-size")]


def test_a_gibibyte_of_zeros_takes_little_memory() -> None:
    codec = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(codec.compress(bytes(1 << 20)) for _ in range(1024)) + codec.flush()
    name = b"zeros"
    local = struct.pack(
        "<4sHHHIIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, len(packed), 1 << 30, len(name), 0
    )
    data = local + name + packed
    tracemalloc.start()
    reasons = gaps(data, limits=Limits(ratio=2000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reasons == [("a.zip", "archive-corrupt")]  # it has no directory, and was read whole
    assert peak < 64 << 20


def test_large_members_come_in_blocks_that_say_where_they_are() -> None:
    lines = b"".join(b"%07d\n" % n for n in range(700_000))
    found = list(expand([Blob("a.zip", zipped({"big": lines}))], Limits()))[1:]
    blobs = [one for one in found if isinstance(one, Blob)]
    assert lines == b"".join(one.data[one.seen :] for one in blobs)
    assert all(one.data.startswith(b"%07d" % (one.line - 1)) for one in blobs)
    assert len(blobs) > 1


def test_a_large_archive_is_opened_through_its_blob_and_once() -> None:
    data = zipped({"noise": os.urandom(5 << 20), ".env": b"K=1"})
    first = Blob("a.zip", data[: 4 << 20], final=False, whole=lambda: io.BytesIO(data))
    last = Blob("a.zip", data[4 << 20 :], offset=4 << 20, final=True, whole=first.whole)
    found = [one for one in expand([first, last]) if isinstance(one, Blob)]
    assert [one.data for one in found if one.path == "a.zip!.env"] == [b"K=1"]


def test_a_large_archive_on_standard_input_is_a_gap() -> None:
    first = Blob("-", zipped({"a": b"1"}), "stdin", final=False)
    found = [one for one in expand([first]) if isinstance(one, Gap)]
    assert [(one.path, one.reason) for one in found] == [("-", "archive-stream")]


def test_many_members_of_a_truncated_archive_are_found_in_linear_time() -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            Counting.taken += len(data)
            return data

    data = zipped({f"{n:05d}": b"%d" % n * 20 for n in range(3000)})
    file = Counting(data[: data.index(b"PK\x01\x02")])
    names = [one.name for one in zip_members(file) if isinstance(one, Member) and one.read(1000)]
    assert names == [f"{n:05d}" for n in range(3000)]
    assert Counting.taken < 500 * len(data)


@pytest.mark.parametrize("named", [("keys/{key}.txt",), ("plain.txt", "{key}", "more.txt")])
def test_a_member_that_is_named_by_a_key_is_one_place(named: tuple[str, ...]) -> None:
    """Its name stands before its content and in the directory at the end."""
    key = openai_key()
    content = zipped({name.format(key=key): b"text that is longer\n" * 9 for name in named})

    (one,) = scan([Blob("a.zip", content, whole=lambda: io.BytesIO(content))]).findings

    assert Secret(key, "").fingerprint == one.secret.fingerprint
    assert [place.path for place in one.locations] == ["a.zip"]
