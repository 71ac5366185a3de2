"""Checks on photos: no item lost between layers, ids unique, short names without collision."""

import dagster as dg
import duckdb

from photo_assets.defs.joins import photos_inputs
from photo_assets.defs.keys import PHOTOS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.identity.photos import ASSET as PHOTOS_ASSET
from photo_assets.store.lake.inputs import fingerprint_files, item_files
from photo_assets.store.workspace import Workspace


@dg.asset_check(asset=PHOTOS, blocking=True)
def every_item_is_in_one_photo(library: PhotoLibrary) -> dg.AssetCheckResult:
    """Each item of the catalogs is a member of exactly one photo, and each photo has a master."""
    workspace = library.workspace
    files = [str(path) for path in item_files(workspace.lake)]
    if not files or superseded(workspace):
        return dg.AssetCheckResult(passed=True, metadata={"waiting_for_a_newer_join": True})
    with duckdb.connect() as connection:
        items, members, photos, masters = _one(
            connection,
            """
            with m as (from read_parquet($members)),
                 i as (select distinct source, catalog, native_id from read_parquet($items))
            select (select count(*) from i),
                   (select count(distinct (source, catalog, native_id)) from m),
                   (select count(distinct photo_id) from m),
                   (select count(*) from m where is_master)
            """,
            {"items": files, "members": _table(workspace, "members")},
        )
        rows = _one(
            connection,
            "select count(*) from read_parquet($members)",
            {"members": _table(workspace, "members")},
        )[0]
    return dg.AssetCheckResult(
        passed=items == members == rows and photos == masters,
        metadata={"items": items, "members": members, "photos": photos, "masters": masters},
    )


@dg.asset_check(asset=PHOTOS, blocking=True)
def photo_ids_are_unique(library: PhotoLibrary) -> dg.AssetCheckResult:
    """No two photos share a UUID."""
    with duckdb.connect() as connection:
        photos, ids = _one(
            connection,
            "select count(*), count(distinct photo_id) from read_parquet($photos)",
            {"photos": _table(library.workspace, "photos")},
        )
    return dg.AssetCheckResult(passed=photos == ids, metadata={"photos": photos, "ids": ids})


@dg.asset_check(asset=PHOTOS)
def short_names_do_not_collide(library: PhotoLibrary) -> dg.AssetCheckResult:
    """No UII (16 digits of a SHA-256) stands for two contents. Such photos are never merged."""
    files = [str(path) for path in fingerprint_files(library.workspace.lake)]
    collisions: list[str] = []
    if files:
        with duckdb.connect() as connection:
            found = connection.execute(
                """
                select lower(hex(sha256))[:16] as uii from read_parquet($files)
                where sha256 is not null group by uii having count(distinct sha256) > 1
                order by uii
                """,
                {"files": files},
            ).fetchall()
        collisions = [row[0] for row in found]
    return dg.AssetCheckResult(
        passed=not collisions,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Shown twice: {', '.join(collisions)}" if collisions else None,
        metadata={"collisions": len(collisions)},
    )


def superseded(workspace: Workspace) -> bool:
    """Say whether the catalogs changed since photos were joined: then the next join decides."""
    footer = workspace.lake.footer(PHOTOS_ASSET, "members")
    return footer is None or footer.extra.get("inputs") != photos_inputs(workspace)


def _table(workspace: Workspace, name: str) -> str:
    return str(workspace.lake.path(PHOTOS_ASSET, name))


def _one(
    connection: duckdb.DuckDBPyConnection, query: str, values: dict[str, object]
) -> tuple[int, ...]:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row
