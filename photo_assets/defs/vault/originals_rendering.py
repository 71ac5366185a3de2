"""The metadata of originals in the UI, and the check that every store has every blob."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from photo_assets.defs.keys import ORIGINALS as KEY
from photo_assets.vault.faults import find_faults
from photo_assets.vault.months import OriginalsMonth
from photo_assets.vault.store import BlobStore
from photo_assets.workspace import Workspace

ORIGINALS_CHECK = dg.AssetCheckSpec(
    "every_store_has_every_original",
    asset=KEY,
    description="The stores are connected, and had a verified copy of every original when its "
    "month was last checked.",
)


def describe_originals(made: OriginalsMonth, stores: Sequence[BlobStore]) -> dict[str, Any]:
    """Return the metadata of one month of originals."""
    return {
        "dagster/partition_row_count": made.written.rows,
        "dagster/uri": dg.MetadataValue.path(str(made.written.path)),
        "changed": made.written.changed,
        "stores": ", ".join(store.name for store in stores),
        "in_every_store": made.counts.get("stored", 0),
        "in_some_stores": made.counts.get("partial", 0),
        "in_no_store": made.counts.get("absent", 0),
        "items_without_bytes": made.items_without_blob,
        "copies_written": made.copies_written,
        "written_mib": round(made.bytes_written / 2**20, 1),
        "originals_mib": round(made.bytes / 2**20, 1),
    }


def every_store_has_every_original(workspace: Workspace) -> dg.AssetCheckResult:
    """Count the blobs that a store lacks over all months."""
    faults = find_faults(workspace.lake, workspace.stores)
    counts = faults.counts
    return dg.AssetCheckResult(
        check_name=ORIGINALS_CHECK.name,
        passed=not faults.sentences,
        severity=dg.AssetCheckSeverity.ERROR if counts["absent"] else dg.AssetCheckSeverity.WARN,
        description=" ".join(faults.sentences) or None,
        metadata={
            "in_every_store": counts["stored"],
            "in_some_stores": counts["partial"],
            "in_no_store": counts["absent"],
        },
    )
