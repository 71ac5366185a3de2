"""The metadata of `identity/lookalikes` in the UI: distances, counts, and the first sheets."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from photo_assets.defs.charts import bars
from photo_assets.identity.lookalikes import LookalikeSummary
from photo_assets.identity.lookalikes.sheets import SheetCounts
from photo_assets.lake import Written
from photo_assets.model.wording import counted

_NAMED_SHEETS = 20


def describe_lookalikes(
    summary: LookalikeSummary, written: Sequence[Written], drawn: SheetCounts, seconds: float
) -> dict[str, Any]:
    """Return the metadata of one search. It contains no paths of photos; the sheets do."""
    return {
        "dagster/row_count": summary.pairs,
        "dagster/uri": dg.MetadataValue.path(str(written[0].path)),
        "contact_sheets": dg.MetadataValue.path(str(drawn.page)),
        "groups": summary.stars,
        "crowds": summary.crowds,
        "photos_in_crowds": summary.crowded_photos,
        "pairs_related_by_catalog": summary.related_pairs,
        "pictures": summary.pictures,
        "different_hashes": summary.hashes,
        "flat_pictures_excluded": summary.flat_pictures,
        "sheets_drawn": len(drawn.sheets),
        "sheets_new": drawn.written,
        "sheets_removed": drawn.removed,
        "groups_without_sheet": drawn.not_drawn,
        "photos_without_thumbnail": drawn.without_picture,
        "size_bytes": sum(part.bytes for part in written),
        "changed": any(part.changed for part in written),
        "duration_s": round(seconds, 2),
        "pairs_by_distance": dg.MetadataValue.md(_by_distance(summary)),
        "pairs_by_turn": dg.MetadataValue.md(_table("orientation", "pairs", summary.pairs_by_turn)),
        "stages": dg.MetadataValue.md(_table("stage", "seconds", summary.stages_s)),
        "most_likely_groups": dg.MetadataValue.md(_sheets(drawn)),
    }


def _by_distance(summary: LookalikeSummary) -> str:
    if not summary.pairs_by_distance:
        return "None."
    words = {f"distance {bits}": n for bits, n in summary.pairs_by_distance.items()}
    table = _table("different bits", "pairs", summary.pairs_by_distance)
    return f"![pairs by distance]({bars(words)})\n\n{table}"


def _sheets(drawn: SheetCounts) -> str:
    if not drawn.sheets:
        return "None."
    # Pictures in data URLs, because the UI shows no local files. Their size is limited.
    pictures = [
        f"![most likely group {n}](data:image/jpeg;base64,{base64.b64encode(small).decode()})"
        for n, small in enumerate(drawn.previews, 1)
    ]
    names = [f"{n}. `{path}`" for n, path in enumerate(drawn.sheets[:_NAMED_SHEETS], 1)]
    rest = len(drawn.sheets) - len(names)
    if rest or drawn.not_drawn:
        left_out = counted(drawn.not_drawn, "group was", "groups were")
        names.append(f"\n{rest:,} more on the page; {left_out} not drawn.")
    return "\n\n".join([*pictures, "\n".join(names)])


def _table(what: str, unit: str, counts: Mapping[Any, float]) -> str:
    if not counts:
        return "None."
    lines = [f"| {what} | {unit} |", "|---|---:|"]
    lines += [f"| {name} | {count:,} |" for name, count in counts.items()]
    return "\n".join(lines)
