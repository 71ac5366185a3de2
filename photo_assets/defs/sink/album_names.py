"""`sink/album_names_plan` and `sink/album_names`: new names of albums, and changing those approved.

Nothing starts the second by itself.
"""

import dagster as dg

from photo_assets.albums.checking import count_changes
from photo_assets.albums.plan import PLAN, PLAN_FIELDS, make_plan, read_plan
from photo_assets.albums.running import apply_approved
from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import ALBUM_NAMES, ALBUM_NAMES_PLAN, ALBUMS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.ledger import Step


@dg.asset(
    key=ALBUM_NAMES_PLAN,
    deps=[ALBUMS],
    group_name="sink",
    kinds={"parquet", "smugmug"},
    pool="album_names_plan",
    code_version=f"{PLAN.name}-{PLAN.version}",
    automation_condition=follows(ALBUMS),
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(PLAN_FIELDS)},
    description="One row per album at SmugMug that would get another name: before and after. "
    "Nothing is sent. Approve: photosync albums approve",
)
def album_names_plan(library: PhotoLibrary) -> dg.MaterializeResult[None]:
    """Plan the names."""
    written = make_plan(library.workspace)
    rows = read_plan(library.workspace)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(written.digest[:16]),
        metadata={
            "dagster/row_count": written.rows,
            "dagster/uri": dg.MetadataValue.path(str(written.path)),
            "changed": written.changed,
            "approved": sum(one.approved is not None for one in rows),
            "list_command": "photosync albums plan",
        },
    )


@dg.asset(
    key=ALBUM_NAMES,
    deps=[ALBUM_NAMES_PLAN],
    group_name="sink",
    kinds={"smugmug"},
    pool="album_names",
    code_version="1",
    description="Changes the approved names at SmugMug and in Supabase, one after the other, and "
    "continues what was interrupted. Changes that nobody approved are not made.",
)
def album_names(library: PhotoLibrary) -> dg.MaterializeResult[None]:
    """Change the approved names."""
    workspace = library.workspace
    applied = apply_approved(workspace, read_plan(workspace), lambda change: None)
    if applied.stopped is not None:
        raise applied.stopped
    steps = [one.step for one in applied.changes]
    return dg.MaterializeResult(metadata={step.value: steps.count(step) for step in Step})


@dg.asset_check(
    asset=ALBUM_NAMES,
    name="every_change_was_made",
    description="No album's last change is open or was not made. See: photosync albums verify",
)
def every_change_was_made(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Warn of changes that are open, or that ended without the new name."""
    counts = count_changes(library.workspace.ledger)
    return dg.AssetCheckResult(
        passed=not any(counts.values()), severity=dg.AssetCheckSeverity.WARN, metadata=dict(counts)
    )
