"""The check that reads the stores of originals, a share each night, and says how old that is."""

from collections.abc import Mapping
from datetime import UTC, datetime

import dagster as dg

from photo_assets.defs.charts import bars
from photo_assets.defs.keys import ORIGINALS, STORES_CHECK
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.tags import READ_STORES
from photo_assets.model.errors import StorageError
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.fsck_position import (
    PARTS,
    Position,
    positions_by_name,
    problem_sentences,
)
from photo_assets.vault.fsck_tables import damaged_tables
from photo_assets.vault.months import ids_by_name
from photo_assets.workspace import Workspace


@dg.asset_check(asset=ORIGINALS, name=STORES_CHECK.name, pool="originals")
def stores_are_intact(
    context: dg.AssetCheckExecutionContext, library: PhotoLibrary
) -> dg.AssetCheckResult:
    """No original in a store is damaged, lost or writable, as far as the stores were read.

    The schedule `verify_stores` reads a share of each store every night, and so does its job. Other
    runs only repeat what was found.
    """
    workspace = library.workspace
    is_reading = READ_STORES in context.run.tags
    return evaluate(workspace, workspace.settings.vault.nightly_percent if is_reading else 0.0)


def evaluate(workspace: Workspace, percent: float) -> dg.AssetCheckResult:
    """Read the next `percent` of each store, and return what is known of all stores."""
    errors: list[str] = []
    fsck = Fsck(workspace.lake, workspace.stores, workspace.store_positions)
    for store in workspace.stores:
        try:
            if percent:
                fsck.run(store.name, percent)
            else:
                store.open()
        except StorageError as error:
            errors.append(str(error))
    positions = positions_by_name(workspace.store_positions, ids_by_name(workspace.stores))
    damaged, found = damaged_tables(workspace.lake), [*problem_sentences(positions)]
    sentences = [*errors, *damaged, *found]
    return dg.AssetCheckResult(
        passed=not sentences,
        severity=dg.AssetCheckSeverity.ERROR if found else dg.AssetCheckSeverity.WARN,
        description=" ".join(sentences) or None,
        metadata={
            "originals_read": sum(check.blobs for check in fsck.checks),
            "read_mib": round(sum(check.bytes for check in fsck.checks) / 2**20, 1),
            "problems": sum(len(one.problems) + len(one.unlisted) for one in positions.values()),
            "last_read": dg.MetadataValue.md(_last_read(positions)),
        },
    )


def _last_read(positions: Mapping[str, Position]) -> str:
    """Return a chart per store: the share of it, in percent, by how long ago it was read."""
    today = datetime.now(UTC).date()
    charts = []
    for store, position in positions.items():
        shares = {age: round(100 * n / PARTS) for age, n in position.ages(today).items()}
        charts.append(f"{store}, percent by time since it was read\n\n![{store}]({bars(shares)})")
    return "\n\n".join(charts) or "No store is connected."
