"""What holds for every kind of container: the cheap look, hostile bytes, the clean path."""

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyscan.container import Limits
from keyscan.containers import LEADS, TAR, expand
from keyscan.model import Blob, Gap
from keyscan.unpack import all_containers, shown

SMALL = Limits(total=1 << 20, floor=1 << 20, member_floor=1 << 18, members=200, held=1 << 18)


def test_the_cheap_look_knows_every_container() -> None:
    declared: dict[bytes, tuple[bytes, ...]] = {}
    for one in all_containers():
        for at, magic in one.magics:
            lead = magic[:2]
            if at == 0 and not one.markers and LEADS.get(lead):  # words of the magic itself
                assert all(word in magic for word in LEADS[lead])
                declared[lead] = LEADS[lead]
            elif at == 0:
                declared[lead] = one.markers
            else:
                assert (at, magic) == (257, TAR)
    assert declared == LEADS


def test_a_scan_without_containers_imports_none_of_it() -> None:
    program = (
        "import sys; from keyscan.containers import expand; from keyscan.model import Blob\n"
        "list(expand([Blob('a', b'text'), Blob('b.json', b'{\"a\": 1}'),"
        " Blob('c', b'#!/bin/sh')]))\n"
        "print(sorted(m for m in sys.modules if m in ('zlib', 'lzma', 'bz2', 'json', 'sqlite3',"
        " 'keyscan.unpack', 'keyscan.inflate', 'keyscan.container')))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True,
                          env={"PYTHONPATH": ":".join(sys.path)}, check=True)  # fmt: skip
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("kind", all_containers(), ids=lambda one: one.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_arbitrary_bytes_behind_a_magic_never_raise(kind: object, data: st.DataObject) -> None:
    at, magic = data.draw(st.sampled_from(kind.magics))  # type: ignore[attr-defined]
    tail = data.draw(st.binary(max_size=2000))
    content = b"\0" * at + magic + tail + b" ".join(kind.markers)  # type: ignore[attr-defined]
    found = list(expand([Blob("a", content)], SMALL))
    assert found[0] == Blob("a", content)


@pytest.mark.parametrize("kind", all_containers(), ids=lambda one: one.name)
@settings(max_examples=60, deadline=None)
@given(tail=st.binary(max_size=1000))
def test_members_of_arbitrary_bytes_fail_in_the_expected_ways_only(
    kind: object, tail: bytes
) -> None:
    from keyscan.container import Container, Member
    from keyscan.inflate import Corrupt, Unsupported

    assert isinstance(kind, Container)
    for at, magic in kind.magics:
        content = b"\0" * at + magic + tail
        if not kind.fits(content):
            continue
        try:
            for one in kind.members(io.BytesIO(content)):
                if isinstance(one, Member):
                    one.read(1000)
        except (Corrupt, Unsupported):
            pass


@pytest.mark.parametrize(
    ("name", "expected"), [("", "unnamed"), ("/", "unnamed"), ("a\n\x1b", "a��"), ("C:\\x", "C:/x")]
)
def test_names_are_safe_to_print(name: str, expected: str) -> None:
    assert shown(name) == expected


def test_a_container_that_vanished_is_a_gap() -> None:
    def gone() -> io.BytesIO:
        raise FileNotFoundError(2, "No such file")

    found = list(expand([Blob("a.zip", b"PK\x03\x04\x14\0\0\0\0\0" + b"\1" * 30, whole=gone)]))
    assert [one.reason for one in found if isinstance(one, Gap)] == ["archive-unreadable"]
