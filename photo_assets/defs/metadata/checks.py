"""Checks on metadata: one row per photo, and conflict counts that match the conflicts."""

import dagster as dg

from photo_assets.defs.joins import metadata_months, photos_due
from photo_assets.defs.keys import CONFLICTS, UNIFIED
from photo_assets.metadata.checking import count_different_conflicts, count_unified
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
