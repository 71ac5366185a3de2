"""The metadata of thumbnails in the UI, and the check that none is missing."""

from typing import Any

import dagster as dg

from photo_assets.defs.keys import THUMBNAILS as KEY
from photo_assets.thumbnails.months import ThumbnailMonth, count_missing
from photo_assets.thumbnails.tree import ThumbnailTree
from photo_assets.workspace import Workspace

THUMBNAILS_CHECK = dg.AssetCheckSpec(
    "every_picture_has_its_thumbnails",
    asset=KEY,
    description="Every decodable blob had all three thumbnails when its month was last checked.",
)


def describe_thumbnails(made: ThumbnailMonth, tree: ThumbnailTree) -> dict[str, Any]:
    """Return the metadata of one month of thumbnails."""
    drawn = made.counts.get("drawn", 0)
    return {
        "dagster/partition_row_count": made.written.rows,
        "dagster/uri": dg.MetadataValue.path(str(made.written.path)),
        "folder": dg.MetadataValue.path(str(tree.root)),
        "changed": made.written.changed,
        "drawn": drawn,
        "newly_drawn": made.newly_drawn,
        "undecodable": made.counts.get("undecodable", 0),
        "missing": made.counts.get("missing", 0),
        "thumbnails_mib": round(made.bytes / 2**20, 1),
        "kib_per_photo": round(made.bytes / 1024 / drawn, 1) if drawn else 0.0,
    }


def every_picture_has_its_thumbnails(workspace: Workspace) -> dg.AssetCheckResult:
    """Count the blobs without thumbnails over all months."""
    rows, missing = count_missing(workspace.lake)
    disabled = not workspace.settings.thumbnails.enabled
    listed = ", ".join(f"{month}: {count:,}" for month, count in list(missing.items())[:10])
    return dg.AssetCheckResult(
        check_name=THUMBNAILS_CHECK.name,
        passed=disabled or not missing,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Without thumbnails: {listed}" if missing else None,
        metadata={"pictures": rows, "missing": sum(missing.values()), "disabled": disabled},
    )
