"""Checks on metadata: one row a photo, provenance for every value, conflicts that agree."""

import dagster as dg
import duckdb

from photo_assets.defs.identity.checks import superseded
from photo_assets.defs.keys import CONFLICTS, UNIFIED
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.metadata.conflict import ABOUT_FILES
from photo_assets.store.workspace import Workspace


@dg.asset_check(asset=UNIFIED, blocking=True)
def every_photo_has_one_row(library: PhotoLibrary) -> dg.AssetCheckResult:
    """The unified view has exactly the photos of identity/photos, once each."""
    workspace = library.workspace
    with duckdb.connect() as connection:
        row = connection.execute(
            """
            with u as (select photo_id from read_parquet($unified)),
                 p as (select photo_id from read_parquet($photos))
            select (select count(*) from u), (select count(distinct photo_id) from u),
                   (select count(*) from p),
                   (select count(*) from u semi join p using (photo_id))
            """,
            {
                "unified": _path(workspace, "metadata", "unified"),
                "photos": _path(workspace, "identity", "photos"),
            },
        ).fetchone()
    assert row is not None
    rows, ids, photos, shared = row
    return dg.AssetCheckResult(
        passed=rows == ids == photos == shared or superseded(workspace),
        metadata={"rows": rows, "photos": photos},
    )


@dg.asset_check(asset=CONFLICTS, additional_deps=[UNIFIED])
def conflict_counts_agree(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Each unified row counts exactly the open conflicts about what is said of its photo."""
    workspace = library.workspace
    with duckdb.connect() as connection:
        row = connection.execute(
            """
            with c as (select photo_id, count(*) as n from read_parquet($conflicts)
                       where not list_contains($about_files, kind) group by 1)
            select count(*) from read_parquet($unified) u left join c using (photo_id)
            where u.conflict_count <> coalesce(c.n, 0)
            """,
            {
                "unified": _path(workspace, "metadata", "unified"),
                "conflicts": _path(workspace, "metadata", "conflicts"),
                "about_files": sorted(ABOUT_FILES),
            },
        ).fetchone()
    assert row is not None
    return dg.AssetCheckResult(passed=row[0] == 0, metadata={"photos_that_differ": row[0]})


def _path(workspace: Workspace, layer: str, name: str) -> str:
    return str(workspace.lake.path((layer, name), name))
