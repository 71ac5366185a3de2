"""The metadata of fingerprints in the UI: counts of files read and not readable."""

from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.monthly import MonthMade
from photo_assets.model.vocabulary import HashBasis

_STATUSES = ("ok", "undecodable", "unavailable", "failed")


def describe_fingerprints(made: MonthMade) -> dict[str, Any]:
    """Return the metadata of one month of fingerprints."""
    statuses = _counts(made.table, "status")
    return {
        "dagster/partition_row_count": made.written.rows,
        "dagster/uri": dg.MetadataValue.path(str(made.written.path)),
        "size_bytes": made.written.bytes,
        "changed": made.written.changed,
        **{name: statuses.get(name, 0) for name in _STATUSES},
        "computed": made.counts.get("computed", 0),
        "cached": made.counts.get("cached", 0),
        "moved": made.counts.get("moved", 0),
        "kept_unavailable": made.counts.get("kept", 0) - _unread(made),
        "kept_unreadable": _unread(made),
        "fetched": made.counts.get("fetched", 0),
        "fetched_mib": round(made.counts.get("fetched_bytes", 0) / 2**20, 1),
        "not_fetched_identified": made.counts.get("identified", 0),
        "previews": _counts(made.table, "hash_basis").get(HashBasis.PREVIEW, 0),
        "previews_fetched": made.counts.get("previewed", 0),
        "previews_fetched_mib": round(made.counts.get("previewed_bytes", 0) / 2**20, 1),
        "photos_mib": round((pc.sum(made.table["file_size"]).as_py() or 0) / 2**20, 1),
        "reasons": dg.MetadataValue.md(_reasons(made)),
    }


def _unread(made: MonthMade) -> int:
    return int(made.table.num_rows - made.table["unread_reason"].null_count)


def _reasons(made: MonthMade) -> str:
    tables = [
        _table("fault", _counts(made.table, "reason")),
        _table("known from an earlier run, not readable now", _counts(made.table, "unread_reason")),
    ]
    shown = [table for table in tables if table] or ["No faults."]
    return "\n\n".join([*shown, *made.notes])


def _table(head: str, counts: dict[str, int]) -> str:
    lines = [f"| {word} | {count:,} |" for word, count in sorted(counts.items())]
    return "\n".join([f"| {head} | items |", "|---|---:|", *lines]) if lines else ""


def _counts(table: pa.Table, column: str) -> dict[str, int]:
    counts = pc.value_counts(table[column]).to_pylist()
    return {row["values"]: row["counts"] for row in counts if row["values"]}
