"""The service's message about a refused row is shown in its table cell, escaped."""

from pathlib import Path

from photo_assets.defs.sink.outcome_rendering import describe_outcome
from photo_assets.sinks.engine.applied import Applied
from photo_assets.sinks.engine.plan_store import Plan


def test_line_breaks_and_bars_in_a_reason_are_escaped() -> None:
    plan = Plan(
        sink="notion",
        plan_id="p",
        path=Path("p"),
        rows=1,
        base="",
        destination="",
        inputs="",
        held=0,
    )
    applied = Applied(plan=plan, failed=1, errors={"a": "too long:\nx | y"})
    table = describe_outcome(applied, 1)["refused"].value
    assert table.splitlines() == ["| row | reason |", "|---|---|", "| `a` | too long: x \\| y |"]
