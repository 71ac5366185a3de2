"""The metadata of a written plan in the UI: counts, calls, and refused rows with reasons."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from photo_assets.sinks.engine.applied import Applied

_SHOWN = 10


def describe_outcome(applied: Applied, rows: int) -> dict[str, Any]:
    """Return the metadata of the asset that wrote the plan."""
    calls = applied.calls
    sent = applied.created + applied.updated + applied.unchanged
    metadata: dict[str, Any] = {
        "plan_id": applied.plan.plan_id,
        "dagster/row_count": rows,
        "created": applied.created,
        "updated": applied.updated,
        "unchanged": applied.unchanged,
        "failed": applied.failed,
        "written_by_earlier_runs": applied.earlier,
        "remaining": applied.left,
        "calls": calls.calls,
        "retried_calls": calls.repeated,
        "rate_limit_wait_s": round(calls.waited_for_limit_s, 1),
        "retry_wait_s": round(calls.waited_for_repeat_s, 1),
        "rows_per_s": round(sent / applied.seconds, 1) if applied.seconds else 0.0,
        "duration_s": round(applied.seconds, 2),
    }
    if calls.faults:
        metadata["faults"] = dg.MetadataValue.md(_table("fault", "times", calls.faults))
    if applied.errors:
        metadata["refused"] = dg.MetadataValue.md(_errors(applied.errors))
    if applied.notes:
        metadata["notes"] = dg.MetadataValue.md(_table("note", "rows", applied.notes))
    if applied.told:
        metadata["messages"] = "\n".join(applied.told)
    if applied.missing:
        metadata["missing"] = applied.missing
    elif applied.stopped:
        metadata["stopped"] = applied.stopped
    if applied.waiting_until:
        metadata["continues_at"] = applied.waiting_until.isoformat(timespec="seconds")
    return metadata


def _errors(errors: Mapping[str, str]) -> str:
    lines = ["| row | reason |", "|---|---|"]
    lines += [f"| `{key[:60]}` | {_cell(why)} |" for key, why in list(errors.items())[:_SHOWN]]
    if len(errors) > _SHOWN:
        lines.append(f"| and {len(errors) - _SHOWN:,} more | |")
    return "\n".join(lines)


def _table(what: str, unit: str, counts: Mapping[str, int]) -> str:
    lines = [f"| {what} | {unit} |", "|---|---:|"]
    ordered = sorted(counts.items(), key=lambda item: -item[1])[:_SHOWN]
    return "\n".join([*lines, *(f"| {_cell(name)} | {count:,} |" for name, count in ordered)])


def _cell(text: str) -> str:
    """Return text that fits a table cell: a service's message may contain line breaks and bars."""
    return " ".join(text.split()).replace("|", "\\|")
