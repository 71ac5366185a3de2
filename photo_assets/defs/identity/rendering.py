"""What a person sees on fingerprints in the UI: how much was read, and what could not be."""

from typing import Any

import dagster as dg
import pyarrow.compute as pc

from photo_assets.identity.monthly import MonthMade


def describe_fingerprints(made: MonthMade) -> dict[str, Any]:
    """Return the metadata of one month of fingerprints."""
    run, written = made.run, made.written
    statuses = pc.value_counts(run.table["status"]).to_pylist()
    counts = {row["values"]: row["counts"] for row in statuses}
    return {
        "dagster/row_count": written.rows,
        "dagster/uri": dg.MetadataValue.path(str(written.path)),
        "size_bytes": written.bytes,
        "changed": written.changed,
        "ok": counts.get("ok", 0),
        "undecodable": counts.get("undecodable", 0),
        "unavailable": counts.get("unavailable", 0),
        "failed": counts.get("failed", 0),
        "computed": run.computed,
        "cached": run.cached,
        "read_mib": round(run.bytes_read / 2**20, 1),
        "reasons": dg.MetadataValue.md(_reasons(made)),
    }


def _reasons(made: MonthMade) -> str:
    lines = [f"| {reason} | {count:,} |" for reason, count in sorted(made.run.reasons.items())]
    table = "\n".join(["| why not ok | items |", "|---|---:|", *lines]) if lines else "All ok."
    notes = "".join(f"\n\n{note}" for note in made.run.notes)
    return table + notes
