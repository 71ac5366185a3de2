"""Checks on metadata: one row a photo, provenance for every value, conflicts that agree."""

import dagster as dg
import duckdb

from photo_assets.defs.joins import metadata_months, photos_due
from photo_assets.defs.keys import CONFLICTS, UNIFIED
from photo_assets.metadata.conflict import ABOUT_FILES
from photo_assets.model.tables import CONFLICTS as CONFLICTS_TABLE
from photo_assets.model.tables import PHOTOS
from photo_assets.model.tables import UNIFIED as UNIFIED_TABLE
from photo_assets.store.lake.inputs import photo_files
from photo_assets.store.lake.views import view_stored
from photo_assets.store.workspace import Workspace

ROWS_CHECK = dg.AssetCheckSpec(
    "every_photo_has_one_row",
    asset=UNIFIED,
    blocking=True,
    description="The unified view has exactly the photos of identity/photos, once each.",
)
COUNTS_CHECK = dg.AssetCheckSpec(
    "conflict_counts_agree",
    asset=CONFLICTS,
    description="Each unified row counts exactly the open conflicts about what is said of its "
    "photo.",
)


def every_photo_has_one_row(workspace: Workspace) -> dg.AssetCheckResult:
    """The unified view has exactly the photos of identity/photos, once no month waits."""
    waiting = len(photos_due(workspace) or metadata_months(workspace, UNIFIED_TABLE).due())
    with duckdb.connect() as connection:
        view_stored(connection, "u", UNIFIED_TABLE, workspace.lake.files(("metadata", "unified")))
        view_stored(connection, "p", PHOTOS, photo_files(workspace.lake, PHOTOS))
        row = connection.execute(
            """
            select (select count(*) from u), (select count(distinct photo_id) from u),
                   (select count(*) from p),
                   (select count(*) from u semi join p using (photo_id))
            """
        ).fetchone()
    assert row is not None
    rows, ids, photos, shared = row
    return dg.AssetCheckResult(
        check_name=ROWS_CHECK.name,
        passed=rows == ids == photos == shared or bool(waiting),
        metadata={"rows": rows, "photos": photos, "months_waiting": waiting},
    )


def conflict_counts_agree(workspace: Workspace) -> dg.AssetCheckResult:
    """Each unified row counts the open conflicts of its photo, in months made from the same."""
    with duckdb.connect() as connection:
        lake, both = workspace.lake, _made_from_the_same(workspace)
        for name, kind in (("u", UNIFIED_TABLE), ("asked", CONFLICTS_TABLE)):
            files = [lake.path(("metadata", kind.name), month) for month in both]
            view_stored(connection, name, kind, files)
        row = connection.execute(
            """
            with c as (select photo_id, count(*) as n from asked
                       where not list_contains($about_files, kind) group by 1)
            select count(*) from u left join c using (photo_id)
            where u.conflict_count <> coalesce(c.n, 0)
            """,
            {"about_files": sorted(ABOUT_FILES)},
        ).fetchone()
    assert row is not None
    return dg.AssetCheckResult(
        check_name=COUNTS_CHECK.name,
        passed=row[0] == 0,
        metadata={"photos_that_differ": row[0], "months": len(both)},
    )


def _made_from_the_same(workspace: Workspace) -> list[str]:
    """Return the months of which both tables are there, and know the same."""
    lake, found = workspace.lake, []
    for month in lake.names(("metadata", "unified")):
        one = lake.footer(("metadata", "unified"), month)
        other = lake.footer(("metadata", "conflicts"), month)
        if one and other and one.extra == other.extra:
            found.append(month)
    return found
