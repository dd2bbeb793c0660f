"""Single compressed streams."""

import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable

import pytest

from keyscan.containers import expand, inflate
from keyscan.model import Blob, Gap

COMPRESS = [gzip.compress, bz2.compress, lzma.compress, zlib.compress]


@pytest.mark.parametrize("compress", COMPRESS)
def test_the_content_is_read_under_its_name(compress: Callable[[bytes], bytes]) -> None:
    data = compress(b"K=1\n" * 9)
    assert [Blob("app.log.gz", data), Blob("app.log.gz!app.log", b"K=1\n" * 9)] == list(
        expand([Blob("app.log.gz", data)])
    )


@pytest.mark.parametrize("compress", COMPRESS[:3])
def test_streams_in_a_row_with_padding_are_one_content(
    compress: Callable[[bytes], bytes],
) -> None:
    data = compress(b"one") + compress(b"two") + b"\0" * 40
    assert list(expand([Blob("a.gz", data)]))[1].data == b"onetwo"  # type: ignore[union-attr]


@pytest.mark.parametrize("compress", COMPRESS[:3])
def test_a_truncated_stream_is_a_gap_and_its_start_is_scanned(
    compress: Callable[[bytes], bytes],
) -> None:
    content = b"".join(b"%d " % (n * n) for n in range(400_000))
    data = compress(content)
    found = list(expand([Blob("a.gz", data[: len(data) // 2])]))[1:]
    assert content.startswith(next(one.data for one in found if isinstance(one, Blob))[:1000])
    assert [one.reason for one in found if isinstance(one, Gap)] == ["archive-corrupt"]


def test_of_a_damaged_stream_what_stands_before_the_damage_is_scanned() -> None:
    content = b"".join(b"%d " % (n * n) for n in range(100_000))
    data = bytearray(gzip.compress(content))
    data[len(data) // 2 :] = b"\xff" * 500
    found = list(expand([Blob("a.gz", bytes(data))]))[1:]
    assert sum(len(one.data) for one in found if isinstance(one, Blob)) > 50_000
    assert [one.reason for one in found if isinstance(one, Gap)] == ["archive-corrupt"]


@pytest.mark.parametrize("data", [b"BZh is text", b"\x1f\x8bno", b"x\x9c no zlib", b"x\xda"])
def test_what_only_starts_so_is_no_container_and_no_gap(data: bytes) -> None:
    assert [Blob("a", data)] == list(expand([Blob("a", data)]))


def test_zstd_is_read_where_python_or_the_extra_can(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        from keyscan.inflate import zstandard

        zstandard()
    except Exception:
        pytest.skip("no zstd here")
    if sys.version_info >= (3, 14):
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    else:
        from backports import zstd  # type: ignore[import-not-found,import-untyped,unused-ignore]
    data = zstd.compress(b"K=1\n" * 99)
    assert list(expand([Blob("a.zst", data * 1)]))[1].data == b"K=1\n" * 99  # type: ignore[union-attr]


def test_zstd_without_a_library_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("compression", "compression.zstd", "backports", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    found = list(expand([Blob("a.zst", b"\x28\xb5\x2f\xfd" + b"\0" * 20)]))[1:]
    assert [one.reason for one in found if isinstance(one, Gap)] == ["zstd-support"]


def test_inflate_is_bounded_and_says_when_it_is_no_stream() -> None:
    assert inflate(gzip.compress(b"text")) == b"text"
    assert len(inflate(gzip.compress(bytes(20 << 20))) or b"") == 16 << 20
    assert inflate(b"text") is None
    assert inflate(b"\x1f\x8b\x08broken") is None
