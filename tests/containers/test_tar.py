"""Tar in its dialects, alone and compressed, by the standard library and by hand."""

import bz2
import gzip
import io
import lzma
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from keyscan.containers import expand
from keyscan.model import Blob, Gap


def tarred(content: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar as the standard library writes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def inside(data: bytes, path: str = "a.tar") -> dict[str, bytes]:
    """Path → content of everything inside; no gap is expected."""
    found = list(expand([Blob(path, data)]))[1:]
    assert [one for one in found if isinstance(one, Gap)] == []
    return {one.path: one.data for one in found if isinstance(one, Blob)}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_shown_in_every_dialect(form: int) -> None:
    name = "folder/" * 12 + "n" * 60
    content = inside(tarred({name: b"K=1", "b": b""}, form))
    assert content[f"a.tar!{name}"] == b"K=1"
    assert content["a.tar!b"] == b""


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_tar_shows_its_members_as_its_own(compress: Callable[[bytes], bytes]) -> None:
    data = compress(tarred({".env": b"K=1"}, tarfile.GNU_FORMAT))
    assert inside(data, "a.tgz") == {"a.tgz!.env": b"K=1"}


def test_members_without_content_are_passed_over() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE,
                     tarfile.FIFOTYPE, tarfile.DIRTYPE):  # fmt: skip
            member = tarfile.TarInfo(f"kind{kind.decode()}")
            member.type, member.linkname = kind, "../../etc/passwd"
            archive.addfile(member)
        member = tarfile.TarInfo("last")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"K=1"))
    assert inside(out.getvalue()) == {"a.tar!last": b"K=1"}


def test_an_image_is_read_layer_by_layer() -> None:
    layer = gzip.compress(tarred({"app/.env": b"K=1"}, tarfile.GNU_FORMAT))
    image = tarred({"blobs/sha256/ab": layer, "manifest.json": b"{}"}, tarfile.GNU_FORMAT)
    assert inside(image, "image.tar")["image.tar!blobs/sha256/ab!app/.env"] == b"K=1"


def test_a_layer_larger_than_a_block_is_read_as_a_stream() -> None:
    layer = tarred({"noise": os.urandom(6 << 20), "app/.env": b"K=1"}, tarfile.GNU_FORMAT)
    image = tarred({"layer.tar": layer}, tarfile.GNU_FORMAT)
    whole = Blob("i.tar", image[: 4 << 20], final=False, whole=lambda: io.BytesIO(image))
    found = {one.path: one for one in expand([whole])}
    assert isinstance(found["i.tar!layer.tar!app/.env"], Blob)


def test_of_a_tar_with_a_broken_header_the_rest_is_scanned_and_it_is_a_gap() -> None:
    data = bytearray(tarred({"a": b"1" * 512, "b": b"2" * 512}, tarfile.GNU_FORMAT))
    data[1024] ^= 0xFF
    found = list(expand([Blob("a.tar.gz", gzip.compress(bytes(data)))]))
    blobs = {one.path: one.data for one in found if isinstance(one, Blob)}
    assert b"2" * 512 in blobs["a.tar.gz!rest"]
    assert [one.reason for one in found if isinstance(one, Gap)] == ["archive-corrupt"]


def test_a_truncated_tar_is_a_gap() -> None:
    data = tarred({"a": b"1" * 5000}, tarfile.GNU_FORMAT)[:3000]
    found = [one for one in expand([Blob("a.tar", data)]) if isinstance(one, Gap)]
    assert [(one.path, one.reason) for one in found] == [("a.tar!a", "archive-corrupt")]


def test_a_sparse_file_is_read_by_the_real_tar(tmp_path: Path) -> None:
    if shutil.which("tar") is None:
        pytest.skip("no tar program")
    with (tmp_path / "sparse").open("wb") as file:
        for at in range(0, 64 << 20, 4 << 20):  # more holes than one header can name
            file.seek(at)
            file.write(b"K=1" * 2000)
    (tmp_path / "last").write_bytes(b"last")
    made = subprocess.run(
        ["tar", "-S", "--format=gnu", "-cf", "s.tar", "sparse", "last"], cwd=tmp_path, check=False
    )
    if made.returncode:
        pytest.skip("this tar writes no sparse files")
    content = inside((tmp_path / "s.tar").read_bytes())
    assert content["a.tar!sparse"].count(b"K=1") == 2000 * 16
    assert content["a.tar!last"] == b"last"
