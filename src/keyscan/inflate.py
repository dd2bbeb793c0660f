"""Reads compressed streams piece by piece: never more in memory than was asked for."""

from collections.abc import Callable
from typing import Protocol

Read = Callable[[int], bytes]
CHUNK = 16 << 10  # compressed bytes at a time; at most this much is lost where a stream breaks


class Corrupt(Exception):
    """The stream or the archive breaks off, or is not what it says."""


class Unsupported(Exception):
    """No decoder for this here; the text is the name of the format."""


def fill(read: Read, size: int) -> bytes:
    """Exactly ``size`` bytes, or fewer at the end only: streams give what they have."""
    parts, got = [], 0
    while got < size and (part := read(size - got)):
        parts.append(part)
        got += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


class Codec(Protocol):
    """What ``bz2``, ``lzma`` and ``compression.zstd`` decompressors have in common."""

    @property
    def eof(self) -> bool:
        """Whether the end marker was read."""

    @property
    def needs_input(self) -> bool:
        """Whether more output needs more input."""

    @property
    def unused_data(self) -> bytes:
        """What followed the end marker."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most ``max_length`` bytes of output."""


class _Zlib:
    """``zlib``'s decompressor in the shape of the others."""

    def __init__(self, wbits: int) -> None:
        import zlib  # late: 1 ms that a scan without containers does not pay

        self._codec = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._codec.eof

    @property
    def needs_input(self) -> bool:
        return not self._full and not self._codec.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._codec.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        out = self._codec.decompress(self._codec.unconsumed_tail + data, max(max_length, 0))
        self._full = len(out) == max_length
        return out


def deflate() -> Codec:
    """A raw deflate stream, as in zip."""
    return _Zlib(-15)


def gzip_or_zlib() -> Codec:
    """A gzip member or a zlib stream, by its header."""
    return _Zlib(47)


def bzip2() -> Codec:
    """A bzip2 stream."""
    import bz2

    return bz2.BZ2Decompressor()


def xz() -> Codec:
    """An xz or a bare lzma stream; its dictionary is held to 128 MiB."""
    import lzma

    return lzma.LZMADecompressor(memlimit=192 << 20)


def zstandard() -> Codec:
    """A zstd frame: Python 3.14's own, or the ``zstd`` extra's backport of it."""
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        try:
            from backports import zstd  # type: ignore[import-not-found,no-redef,unused-ignore]
        except ImportError:
            raise Unsupported("zstd") from None
    codec: Codec = zstd.ZstdDecompressor()
    return codec


# Leading bytes → codec, for streams that name themselves.
MAGICS: dict[bytes, Callable[[], Codec]] = {
    b"\x1f\x8b\x08": gzip_or_zlib,
    b"BZh": bzip2,
    b"\xfd7zXZ\x00": xz,
    b"\x28\xb5\x2f\xfd": zstandard,
    b"x\x01": gzip_or_zlib,
    b"x\x9c": gzip_or_zlib,
    b"x\xda": gzip_or_zlib,
}


def codec_of(head: bytes) -> Callable[[], Codec] | None:
    """Which codec reads a stream that starts so, by its first bytes alone."""
    for magic, make in MAGICS.items():
        if head.startswith(magic):
            return make
    return None


class Inflated:
    """A compressed stream as a reader of what it holds.

    ``many`` goes on after an end marker with the
    next member, as gzip, bzip2, xz and zstd files may. Raises ``Corrupt`` where it breaks off.
    """

    def __init__(self, read: Read, make: Callable[[], Codec], *, many: bool = False) -> None:
        self._taken = 0
        self._read, self._make, self._many = read, make, many
        self._codec = make()
        self._input = b""
        self._done = False

    @property
    def used(self) -> int:
        """How many compressed bytes were consumed; exact once ``ended``."""
        behind = 0 if self._done else len(self._codec.unused_data)
        return self._taken - len(self._input) - behind

    @property
    def ended(self) -> bool:
        """Whether the end marker was read."""
        return self._codec.eof

    def read(self, size: int) -> bytes:
        """1 to ``size`` bytes, or none at the end."""
        while not self._done:
            if self._codec.eof and not self._next_member():
                break
            ended = self._codec.needs_input and not self._input and not self._feed()
            out = self._step(size)
            if out:
                return out
            if ended and not self._codec.eof:
                self._done = True
                raise Corrupt("the compressed data ends too early")
        return b""

    def _step(self, size: int) -> bytes:
        data, self._input = self._input, b""
        try:
            return self._codec.decompress(data, size)
        except Exception as error:  # each codec has an error class of its own
            self._done = True
            raise Corrupt(str(error)) from None

    def _feed(self) -> bool:
        self._input = self._read(CHUNK)
        self._taken += len(self._input)
        return bool(self._input)

    def _next_member(self) -> bool:
        """Goes on behind an end marker; False where nothing of the kind follows."""
        self._input = self._codec.unused_data
        if self._many:
            self._input = self._input.lstrip(b"\0") or self._input[:0]
            while len(self._input) < 6 and (more := self._read(CHUNK)):
                self._taken += len(more)
                self._input += more.lstrip(b"\0") if not self._input else more
            if self._input and codec_of(self._input) is self._make:
                self._codec = self._make()
                return True
        self._done = True
        return False


def inflate(data: bytes, limit: int = 16 << 20) -> bytes | None:
    """What a gzip, zlib, bzip2, xz or zstd stream holds, its first ``limit`` bytes at most.

    None where ``data`` is no such stream or breaks before its first byte.
    """
    make = codec_of(data)
    if make is None:
        return None
    from io import BytesIO

    parts, left = [], limit
    try:
        stream = Inflated(BytesIO(data).read, make, many=True)
        while left > 0 and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except (Corrupt, Unsupported):
        pass  # what came before it is still worth reading
    return b"".join(parts) or None
