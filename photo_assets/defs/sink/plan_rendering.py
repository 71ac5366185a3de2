"""The metadata of a plan in the UI: counts of rows by action and reason, and examples."""

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import dagster as dg

from photo_assets.model.plans import CREATE, RETIRE, UPDATE
from photo_assets.sinks.engine.planning import Planned
from photo_assets.sinks.engine.sink_status import SinkStatus

_SHOWN = 10


def describe_plan(planned: Planned, seconds: float) -> dict[str, Any]:
    """Return the metadata of a plan: only keys and reasons, no values or places."""
    summary, plan = planned.summary, planned.plan
    return {
        "plan_id": plan.plan_id,
        "dagster/row_count": plan.rows,
        "dagster/uri": dg.MetadataValue.path(str(planned.written.path)),
        "create": summary.count(CREATE),
        "update": summary.count(UPDATE),
        "retire": summary.count(RETIRE),
        "unchanged": summary.unchanged,
        "held_back": summary.held,
        "rows_over_limit": summary.notes,
        "planned_months": summary.compared,
        "unchanged_months": summary.left_alone,
        "changed": planned.written.changed,
        "by_target": dg.MetadataValue.md(_targets(planned)),
        "reasons": dg.MetadataValue.md(_reasons(planned)),
        "first_rows": dg.MetadataValue.md(_first_rows(planned)),
        "show_command": f"photosync plan show {plan.plan_id}",
        "duration_s": round(seconds, 2),
    }


def describe_current(status: SinkStatus) -> dict[str, Any]:
    """Return the metadata of a plan that is still current."""
    assert status.plan is not None
    return {
        "plan_id": status.plan.plan_id,
        "dagster/row_count": status.plan.rows,
        "dagster/uri": dg.MetadataValue.path(str(status.plan.path)),
        "changed": False,
        "state": status.sentence(datetime.now(UTC)),
    }


def _targets(planned: Planned) -> str:
    if not planned.summary.rows:
        return "Nothing to write."
    lines = ["| target | action | rows |", "|---|---|---:|"]
    rows = sorted(planned.summary.rows.items())
    lines += [f"| {target} | {action} | {count:,} |" for (target, action), count in rows]
    return "\n".join(lines)


def _reasons(planned: Planned) -> str:
    if not planned.summary.reasons:
        return "None."
    lines = ["| reason | rows |", "|---|---:|"]
    lines += [f"| {why} | {n:,} |" for why, n in planned.summary.reasons.most_common(_SHOWN)]
    return "\n".join(lines)


def _first_rows(planned: Planned) -> str:
    rows = list(islice(planned.plan.read(), _SHOWN))
    if not rows:
        return "None."
    lines = ["| target | key | action | reason | note |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.target} | `{row.key[:60]}` | {row.action} | {row.reason} | {row.note or ''} |"
        for row in rows
    ]
    return "\n".join(lines)
