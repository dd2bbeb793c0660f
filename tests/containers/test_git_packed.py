"""Packs and bundles: gaps wherever they stand, as git alone can put their deltas together."""

import base64
import gzip
from pathlib import Path

import pytest

from containers.test_zipped import zipped
from keys import openai_key
from keyscan import sift
from keyscan.buffers import Look
from keyscan.interest import Interest
from keyscan.model import Blob
from keyscan.pipeline import scan
from repo import Repo


@pytest.fixture
def bundle(repo: Repo, tmp_path: Path) -> bytes:
    """A bundle of a repository with a key, whose pack follows after an empty line."""
    repo.commit(a=f"k = '{openai_key()}'\n")
    path = tmp_path / "all.bundle"
    repo.git("bundle", "create", "-q", str(path), "--all")
    return path.read_bytes()


def pack_of(bundle: bytes) -> bytes:
    return bundle[bundle.index(b"\n\nPACK") + 2 :]


def gaps(data: bytes) -> list[tuple[str, str]]:
    """Paths and reasons; the looks that come first do not pass over it."""
    assert not sift.clean(data)
    assert Interest()(data, [Look(0, 0, len(data))])
    return [(one.path, one.reason) for one in scan([Blob("a", data)]).gaps]


def test_a_pack_and_a_bundle_are_gaps_that_name_the_command(bundle: bytes) -> None:
    assert gaps(bundle) == [("a", "git-bundle")]
    assert gaps(pack_of(bundle)) == [("a", "git-pack")]
    for data in (bundle, pack_of(bundle)):
        assert "`keyscan history" in str(scan([Blob("a", data)]).gaps[0].detail)


def test_both_versions_of_bundles_are_known(bundle: bytes) -> None:
    assert gaps(bundle.replace(b"# v2 git", b"# v3 git", 1)) == [("a", "git-bundle")]


def test_inside_an_archive_or_an_encoding(bundle: bytes) -> None:
    assert gaps(gzip.compress(bundle)) == [("a!content", "git-bundle")]
    members = zipped({"x.bundle": bundle, "x.pack": pack_of(bundle)})
    assert gaps(members) == [("a!x.bundle", "git-bundle"), ("a!x.pack", "git-pack")]
    assert gaps(base64.encodebytes(bundle)) == [("a", "git-bundle")]
    assert gaps(bundle.hex().encode()) == [("a", "git-bundle")]


@pytest.mark.parametrize("text", [b"# v2 git bundles\n", b"PACKAGE = 1\n", b"# a git bundle\n"])
def test_what_only_reads_like_it_is_no_gap(text: bytes) -> None:
    assert sift.clean(text)
    assert scan([Blob("a", text)]).gaps == ()


def test_a_heading_or_a_comment_is_no_bundle() -> None:
    key = openai_key()
    for rest in ("", "\nIt begins with a signature.\n", f'k = "{key}"\n', "-----\n", "@author\n"):
        report = scan([Blob("a", f"# v2 git bundle\n{rest}".encode())])
        assert report.gaps == ()
        assert len(report.findings) == (key in rest)


@pytest.mark.parametrize(
    "rest",
    [
        *(f"-{'0' * 40} One\n{'1' * 40} HEAD\n\nPACK", f"-{'0' * 40}\n{'1' * 40} HEAD\n\nPACK"),
        *(f"@object-format=sha256\n@filter=blob:none\n{'1' * 64} HEAD\n\nPACK", "\nPACK"),
    ],
)
def test_every_header_of_a_bundle_is_known(rest: str) -> None:
    assert gaps(f"# v3 git bundle\n{rest}".encode()) == [("a", "git-bundle")]
