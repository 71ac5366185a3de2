"""The metadata of `identity/photos` in the UI: how items were joined, and items per year."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from photo_assets.defs.charts import month_grid
from photo_assets.defs.row_totals import PARTITION_ROWS
from photo_assets.identity.photos import PhotoSummary, PhotosWritten
from photo_assets.model.tables import PHOTOS

_STEPS = {
    1: "same bytes",
    2: "same image data",
    3: "asserted id",
    4: "a person's decision",
    0: "not joined",
}


def describe_month(made: PhotosWritten, month: str, *, last: bool) -> dict[str, Any]:
    """Return the metadata of one month. The last month of a run also has that of the join."""
    written = made.tables[PHOTOS.name].get(month)
    mine = {
        PARTITION_ROWS: written.rows if written else 0,
        "item_months": ", ".join(made.made.sources.get(month, ())),
        "changed": any(months[month].changed for months in made.tables.values() if month in months),
    }
    if written:
        mine["dagster/uri"] = dg.MetadataValue.path(str(written.path))
    return {**mine, **(_describe_join(made) if last else {})}


def _describe_join(made: PhotosWritten) -> dict[str, Any]:
    """Return the metadata of one join, without paths of photos and places."""
    summary = made.summary
    written = [table for months in made.tables.values() for table in months.values()]
    return {
        "months": len(made.made.months),
        "joined_items": made.joined,
        "items": summary.items,
        "new_photos": summary.new_photos,
        "merged_photos": summary.merged_photos,
        "split_photos": summary.split_photos,
        "joined_share": round(1.0 - summary.share(0), 4),
        "same_bytes_share": round(summary.share(1), 4),
        "same_image_data_share": round(summary.share(2), 4),
        "asserted_id_share": round(summary.share(3), 4),
        "decided_share": round(summary.share(4), 4),
        "contradicted_decisions": summary.contradicted_decisions,
        "uii_collisions": len(summary.uii_collisions),
        "size_bytes": sum(part.bytes for part in written),
        "ladder": dg.MetadataValue.md(_ladder(summary)),
        "relations": dg.MetadataValue.md(_relations(summary)),
        **_over_time(summary.items_by_month),
    }


def _over_time(counts: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return items per month and source as a chart, and per year as a table."""
    if not counts:
        return {}
    years = sorted({month[:4] for months in counts.values() for month in months})
    head = "| source | " + " | ".join(years) + " |"
    rows = [head, "|---|" + "---:|" * len(years)]
    for source, months in sorted(counts.items()):
        per_year = (sum(n for m, n in months.items() if m[:4] == year) for year in years)
        rows.append(f"| {source} | " + " | ".join(f"{n:,}" for n in per_year) + " |")
    picture = f"![items per month and source]({month_grid(counts)})"
    return {
        "items_per_year": dg.MetadataValue.md("\n".join(rows)),
        "items_per_month": dg.MetadataValue.md(picture),
    }


def _ladder(summary: PhotoSummary) -> str:
    lines = ["| step | joins by | items | share |", "|---:|---|---:|---:|"]
    for step, words in _STEPS.items():
        count = summary.items_by_step.get(step, 0)
        lines.append(f"| {step} | {words} | {count:,} | {100 * summary.share(step):.1f} % |")
    return "\n".join(lines)


def _relations(summary: PhotoSummary) -> str:
    if not summary.relations:
        return "None."
    lines = ["| relation | count |", "|---|---:|"]
    lines += [f"| {kind} | {count:,} |" for kind, count in sorted(summary.relations.items())]
    return "\n".join(lines)
