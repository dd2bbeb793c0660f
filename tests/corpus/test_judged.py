"""The list of judged findings in public packages: its form, and what it promises."""

import os
import re
from pathlib import Path

import pytest

from corpus import judge
from keyscan.model import Confidence
from keyscan.pipeline import scan
from keyscan.providers import rules
from keyscan.sources.files import files

PACKAGES, JUDGED = judge.judged()


def test_at_least_forty_packages_of_one_index_and_ten_of_the_other() -> None:
    names = [(one["registry"], one["name"]) for one in PACKAGES]

    assert len(names) == len(set(names))
    assert sum(registry == "pypi" for registry, _ in names) >= 40
    assert sum(registry == "npm" for registry, _ in names) >= 10


def test_every_entry_has_its_form() -> None:
    known = {(one["name"], one["version"]) for one in PACKAGES}
    levels = {"none", *(str(one) for one in Confidence)}
    for one in JUDGED:
        assert set(judge.Judged.__annotations__) == set(one)
        assert (one["package"], one["version"]) in known
        assert one["confidence"] in levels
        assert one["judgement"] in judge.JUDGEMENTS
        assert len(one["why"]) > 10
        if one["fingerprint"]:
            assert re.fullmatch("[0-9a-f]{32}", one["fingerprint"])
            assert one["rule"] in rules()


def test_no_entry_stands_twice() -> None:
    identities = [judge.identity(one) for one in JUDGED]

    assert len(identities) == len(set(identities))


def test_few_keys_are_found_in_all_these_packages_and_all_are_judged() -> None:
    keys = [one for one in JUDGED if one["confidence"] in ("low", "medium", "high")]

    assert {"real-looking-fixture", "example"} == {one["judgement"] for one in keys}
    assert len(keys) <= len(PACKAGES) / 10


def test_no_gap_stays_that_has_no_good_reason() -> None:
    gaps = [one for one in JUDGED if not one["fingerprint"]]

    assert {"justified-gap", "false-alarm-fixed"} == {one["judgement"] for one in gaps}


@pytest.mark.external
@pytest.mark.parametrize("name", [f"{one['registry']}:{one['name']}" for one in PACKAGES])
def test_a_package_is_judged_as_before(name: str) -> None:
    """Those that ``judge.py --keep`` has left among the parts."""
    (package,) = (one for one in PACKAGES if name == f"{one['registry']}:{one['name']}")
    folder = Path(os.environ.get("KEYSCAN_TEST_PARTS", "."), "packages", judge.folder_of(package))
    if not (folder / "content").is_dir():
        pytest.skip("tests/corpus/judge.py --keep $KEYSCAN_TEST_PARTS/packages")
    inside = judge.fetched(package, folder)

    entries = judge.found(scan(files([str(inside)], no_ignore=True)), package, inside)

    key = (package["name"], package["version"])
    expected = {judge.identity(one) for one in JUDGED if judge.identity(one)[:2] == key}
    fixed = {judge.identity(one) for one in JUDGED if one["judgement"] == "false-alarm-fixed"}
    assert expected - fixed == {judge.identity(one) for one in entries}
