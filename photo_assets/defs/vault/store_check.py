"""The check that reads the stores of originals, a share each night, and says how old that is."""

from collections.abc import Mapping
from datetime import UTC, datetime

import dagster as dg

from photo_assets.defs.charts import bars
from photo_assets.defs.keys import ORIGINALS, STORES_CHECK
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.tags import READ_STORES
from photo_assets.model.errors import StorageError
from photo_assets.model.wording import counted
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.fsck_position import PARTS, Position
from photo_assets.workspace import Workspace


@dg.asset_check(asset=ORIGINALS, name=STORES_CHECK.name, pool="originals")
def stores_are_intact(
    context: dg.AssetCheckExecutionContext, library: PhotoLibrary
) -> dg.AssetCheckResult:
    """No original in a store is damaged, lost or writable, as far as the stores were read.

    The nightly run and the job `verify_stores` read a share of each store. Other runs only repeat
    what was found.
    """
    workspace = library.workspace
    is_reading = READ_STORES in context.run.tags
    return evaluate(workspace, workspace.settings.vault.nightly_percent if is_reading else 0.0)


def evaluate(workspace: Workspace, percent: float) -> dg.AssetCheckResult:
    """Read the next `percent` of each store, and return what is known of all stores."""
    errors: dict[str, str] = {}
    fsck = Fsck(workspace.lake, workspace.stores, workspace.store_positions)
    positions: dict[str, Position] = {}
    for store in workspace.stores:
        try:
            if percent:
                fsck.run(store.name, percent)
            file = workspace.store_positions / f"{store.open()}.json"
        except StorageError as error:
            errors[store.name] = str(error)
        else:
            positions[store.name] = Position.load(file)
    faults = {name: len(one.problems) + len(one.unlisted) for name, one in positions.items()}
    sentences = [*errors.values(), *(_sentence(*one) for one in faults.items() if one[1])]
    return dg.AssetCheckResult(
        passed=not sentences,
        severity=dg.AssetCheckSeverity.ERROR
        if any(faults.values())
        else dg.AssetCheckSeverity.WARN,
        description=" ".join(sentences) or None,
        metadata={
            "originals_read": sum(check.blobs for check in fsck.checks),
            "read_mib": round(sum(check.bytes for check in fsck.checks) / 2**20, 1),
            "problems": sum(faults.values()),
            "last_read": dg.MetadataValue.md(_last_read(positions)),
        },
    )


def _sentence(store: str, faults: int) -> str:
    return (
        f"The store `{store}` has {counted(faults, 'problem')}. To list and repair: "
        f"photosync fsck --store {store} --repair"
    )


def _last_read(positions: Mapping[str, Position]) -> str:
    """Return a chart per store: the share of it, in percent, by how long ago it was read."""
    today = datetime.now(UTC).date()
    charts = []
    for store, position in positions.items():
        shares = {age: round(100 * n / PARTS) for age, n in position.ages(today).items()}
        charts.append(f"{store}, percent by time since it was read\n\n![{store}]({bars(shares)})")
    return "\n\n".join(charts) or "No store is connected."
