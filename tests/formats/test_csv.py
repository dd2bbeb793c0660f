"""CSV: RFC 4180, one row for each place, no cell that a spreadsheet runs."""

import csv
import io

import pytest

from every_report import REPORTS, acceptance
from keyscan.formats import Show
from keyscan.formats.csv import COLUMNS, cell, render
from keyscan.model import Location, Report
from reports import finding, gap, suppressed


def rows(told: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(told, Show()), newline=""), strict=True))


def test_one_row_for_each_place_and_gap() -> None:
    told = Report(
        (finding(Location("a,b.py", 1, 2), Location('c"d.py', 3, 4)),), (suppressed(),), (gap(),)
    )
    assert [(one["type"], one["path"], one["line"]) for one in rows(told)] == [
        ("finding", "a,b.py", "1"),
        ("finding", 'c"d.py', "3"),
        ("suppressed", "docs/a.md", "7"),
        ("gap", "secret.bin", ""),
    ]


def test_the_accepted_are_told_with_the_reason() -> None:
    (one,) = rows(REPORTS["accepted"])
    assert one["type"] == "accepted"
    assert one["accepted"].startswith(acceptance().reason)


def test_an_empty_report_is_a_header() -> None:
    assert ",".join(COLUMNS) + "\r\n" == render(Report(()), Show())


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("\t=1", "\\t=1"),
        ("a;=1", "a;'=1"),
        ("a;b|-1", "a;b|'-1"),
        ("a-b=c@d", "a-b=c@d"),
        ("line\nbreak", "line\\nbreak"),
    ],
)
def test_no_cell_is_a_formula(words: str, shown: str) -> None:
    assert shown == cell(words)
