"""What a person sees on fingerprints in the UI: how much was read, and what could not be."""

from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.monthly import MonthMade

_STATUSES = ("ok", "undecodable", "unavailable", "failed")


def describe_fingerprints(made: MonthMade) -> dict[str, Any]:
    """Return the metadata of one month of fingerprints."""
    statuses = _counts(made.table, "status")
    return {
        "dagster/row_count": made.written.rows,
        "dagster/uri": dg.MetadataValue.path(str(made.written.path)),
        "size_bytes": made.written.bytes,
        "changed": made.written.changed,
        **{name: statuses.get(name, 0) for name in _STATUSES},
        "computed": made.counts.get("computed", 0),
        "cached": made.counts.get("cached", 0),
        "moved": made.counts.get("moved", 0),
        "photos_mib": round((pc.sum(made.table["file_size"]).as_py() or 0) / 2**20, 1),
        "reasons": dg.MetadataValue.md(_reasons(made)),
    }


def _reasons(made: MonthMade) -> str:
    counts = {reason: n for reason, n in _counts(made.table, "reason").items() if reason}
    lines = [f"| {reason} | {count:,} |" for reason, count in sorted(counts.items())]
    table = "\n".join(["| what is wrong | items |", "|---|---:|", *lines]) if lines else "All ok."
    return table + "".join(f"\n\n{note}" for note in made.notes)


def _counts(table: pa.Table, column: str) -> dict[str, int]:
    counts = pc.value_counts(table[column]).to_pylist()
    return {row["values"]: row["counts"] for row in counts}
