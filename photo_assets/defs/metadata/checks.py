"""Checks on metadata: one row per photo, conflict counts that agree, nothing too visible."""

import dagster as dg

from photo_assets.defs.joins import metadata_months, photos_due
from photo_assets.defs.keys import CONFLICTS, UNIFIED, VISIBILITY
from photo_assets.metadata.checking import (
    count_different_conflicts,
    count_discrepancies,
    count_unified,
)
from photo_assets.model.tables import UNIFIED as UNIFIED_TABLE
from photo_assets.workspace import Workspace

ROWS_CHECK = dg.AssetCheckSpec(
    "every_photo_has_one_row",
    asset=UNIFIED,
    blocking=True,
    description="The unified view has exactly one row for each photo of identity/photos.",
)
COUNTS_CHECK = dg.AssetCheckSpec(
    "conflict_counts_agree",
    asset=CONFLICTS,
    description="Each unified row has the number of open conflicts about the values of its photo.",
)

VISIBILITY_CHECK = dg.AssetCheckSpec(
    "nothing_is_too_visible",
    asset=VISIBILITY,
    description="No item is visible to more people than intended without an approval, and every "
    "catalog tells who sees its items. They are listed by: photosync audit --visibility-check",
)


def every_photo_has_one_row(workspace: Workspace) -> dg.AssetCheckResult:
    """The unified view has exactly one row per photo, once all months are up to date."""
    waiting = len(photos_due(workspace) or metadata_months(workspace, UNIFIED_TABLE).due())
    found = count_unified(workspace.lake)
    return dg.AssetCheckResult(
        check_name=ROWS_CHECK.name,
        passed=found.agree or bool(waiting),
        metadata={"rows": found.rows, "photos": found.photos, "waiting_months": waiting},
    )


def conflict_counts_agree(workspace: Workspace) -> dg.AssetCheckResult:
    """Each unified row has the number of its photo's open conflicts, where inputs are equal."""
    different, months = count_different_conflicts(workspace.lake)
    return dg.AssetCheckResult(
        check_name=COUNTS_CHECK.name,
        passed=different == 0,
        metadata={"differing_photos": different, "months": months},
    )


def nothing_is_too_visible(workspace: Workspace) -> dg.AssetCheckResult:
    """No stored month of `metadata/visibility` has a discrepancy."""
    counts = count_discrepancies(workspace.lake)
    return dg.AssetCheckResult(
        check_name=VISIBILITY_CHECK.name,
        passed=not any(counts.values()),
        severity=dg.AssetCheckSeverity.WARN,
        metadata=dict(counts),
    )
