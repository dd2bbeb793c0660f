"""JSON lines: one object a line, each with a ``type``; ``line.schema.json`` describes them.

The first line says who wrote it, the last one how much there was: where it is missing, the file
was cut off. The values are those of ``json``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keyscan.formats import Show
from keyscan.formats._plain import gaps_in_order, in_order, suppressed_in_order, told
from keyscan.formats.json import (
    VERSION,
    finding_values,
    gap_values,
    stats_values,
    suppressed_values,
    tool_values,
)
from keyscan.model import Report

SCHEMA = Path(__file__).parent / "line.schema.json"


def render(report: Report, _show: Show) -> str:
    """ASCII only, each line ending in a newline."""
    return "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in lines(report))


def lines(report: Report) -> Iterator[dict[str, Any]]:
    """The lines as plain values, in an order that does not depend on that of the work."""
    yield {"type": "run", "version": VERSION, "tool": tool_values()}
    yield from (
        {"type": "finding", "finding": finding_values(o)} for o in in_order(report.findings)
    )
    yield from (
        {"type": "accepted", "finding": finding_values(o)} for o in in_order(report.accepted)
    )
    for one in suppressed_in_order(report):
        yield {"type": "suppressed", "suppressed": suppressed_values(one)}
    yield from ({"type": "gap", "gap": gap_values(one)} for one in gaps_in_order(report))
    yield from ({"type": "notice", "notice": told(one)} for one in report.notices)
    yield {
        "type": "end",
        "findings": len(report.findings),
        "accepted": len(report.accepted),
        "suppressed": len(report.suppressed),
        "gaps": len(report.gaps),
        "stats": stats_values(report),
    }
