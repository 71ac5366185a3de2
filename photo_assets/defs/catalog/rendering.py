"""The metadata of a catalog's month in the UI."""

from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import Written
from photo_assets.model.vocabulary import MonthBasis, Quality

DESCRIBED = (
    "catalog",
    "media_kind",
    "file_size",
    "availability",
    "quality",
    "rating",
    "gps_latitude",
    "month_basis",
)
"""The columns that `describe_month` reads."""


def describe_month(written: Written, rows: pa.Table, why: str) -> dict[str, Any]:
    """Return the metadata of one month: counts that the UI plots over months, and one table.

    `rows` has at least the columns `DESCRIBED`; `why` describes the changes to the stored month.
    Paths of photos, places and links are left out: they stay in the table.
    """
    return {
        "dagster/partition_row_count": written.rows,
        "dagster/uri": dg.MetadataValue.path(str(written.path)),
        "size_bytes": written.bytes,
        "changed": written.changed,
        "changes": why or "nothing",
        "photos_gib": round((pc.sum(rows["file_size"]).as_py() or 0) / 2**30, 3),
        "online": _count(rows, "availability", "online"),
        "missing": _count(rows, "availability", "missing"),
        "offline": _count(rows, "availability", "offline"),
        "original_quality": _count(rows, "quality", Quality.ORIGINAL),
        "reduced_quality": _count(rows, "quality", Quality.REDUCED),
        "rated": len(rows) - rows["rating"].null_count,
        "before_first_month": _count(rows, "month_basis", MonthBasis.BEFORE_FIRST),
        "with_gps": len(rows) - rows["gps_latitude"].null_count,
        "overview": dg.MetadataValue.md(_overview(rows)),
    }


def _count(rows: pa.Table, column: str, value: str) -> int:
    return int(pc.sum(pc.equal(rows[column], value)).as_py() or 0)


def _overview(rows: pa.Table) -> str:
    lines = ["| catalog | kind | items |", "|---|---|---:|"]
    groups = _counted(rows, "catalog", "media_kind")
    lines += [
        f"| {row['catalog']} | {row['media_kind']} | {row['count_all']:,} |"
        for row in sorted(groups, key=lambda g: (g["catalog"], g["media_kind"]))
    ]
    basis = _counted(rows, "month_basis")
    named = ", ".join(
        f"{row['count_all']:,} by {row['month_basis']}"
        for row in sorted(basis, key=lambda g: str(g["month_basis"]))
    )
    return "\n".join(lines) + (f"\n\nIn this month: {named}." if named else "\n\nNo items.")


def _counted(rows: pa.Table, *columns: str) -> list[dict[str, Any]]:
    # Starting threads takes longer than counting a month.
    groups = rows.group_by(list(columns), use_threads=False).aggregate([([], "count_all")])
    counted: list[dict[str, Any]] = groups.to_pylist()
    return counted
