"""Checks on photos: no item lost between layers, ids unique, short names without collision."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from photo_assets.defs.joins import photos_due, photos_made
from photo_assets.defs.keys import PHOTOS
from photo_assets.model.tables import ITEMS, MEMBERS
from photo_assets.model.tables import PHOTOS as PHOTOS_TABLE
from photo_assets.store.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.store.lake.views import view_stored
from photo_assets.store.workspace import Workspace

MEMBERS_CHECK = dg.AssetCheckSpec(
    "every_item_is_in_one_photo",
    asset=PHOTOS,
    blocking=True,
    description="Each item of the catalogs is a member of exactly one photo, and each photo has a "
    "master.",
)
IDS_CHECK = dg.AssetCheckSpec(
    "photo_ids_are_unique", asset=PHOTOS, blocking=True, description="No two photos share a UUID."
)
NAMES_CHECK = dg.AssetCheckSpec(
    "short_names_do_not_collide",
    asset=PHOTOS,
    description="No UII (16 digits of a SHA-256) stands for two contents. Such photos are never "
    "merged.",
)

WHOLE_CHECK = dg.AssetCheckSpec(
    "parts_are_as_the_whole",
    asset=PHOTOS,
    description="When everything was last joined although nothing had changed, which a night does, "
    "the tables came out as the joins of changed parts had left them.",
)


def every_item_is_in_one_photo(workspace: Workspace) -> dg.AssetCheckResult:
    """Each item of the catalogs is a member of exactly one photo, and each photo has a master."""
    if superseded(workspace):
        return dg.AssetCheckResult(
            check_name=MEMBERS_CHECK.name,
            passed=True,
            metadata={"waiting_for_a_newer_join": True},
        )
    with duckdb.connect() as connection:
        view_stored(connection, "i", ITEMS, item_files(workspace.lake))
        view_stored(connection, "m", MEMBERS, photo_files(workspace.lake, MEMBERS))
        items, members, photos, masters, rows = _one(
            connection,
            """
            select (select count(distinct (source, catalog, native_id)) from i),
                   (select count(distinct (source, catalog, native_id)) from m),
                   (select count(distinct photo_id) from m),
                   (select count(*) from m where is_master),
                   (select count(*) from m)
            """,
        )
    return dg.AssetCheckResult(
        check_name=MEMBERS_CHECK.name,
        passed=items == members == rows and photos == masters,
        metadata={"items": items, "members": members, "photos": photos, "masters": masters},
    )


def photo_ids_are_unique(workspace: Workspace) -> dg.AssetCheckResult:
    """No two photos share a UUID."""
    with duckdb.connect() as connection:
        view_stored(connection, "p", PHOTOS_TABLE, photo_files(workspace.lake, PHOTOS_TABLE))
        photos, ids = _one(connection, "select count(*), count(distinct photo_id) from p")
    return dg.AssetCheckResult(
        check_name=IDS_CHECK.name, passed=photos == ids, metadata={"photos": photos, "ids": ids}
    )


def short_names_do_not_collide(workspace: Workspace) -> dg.AssetCheckResult:
    """No UII (16 digits of a SHA-256) stands for two contents. Such photos are never merged."""
    files = [str(path) for path in fingerprint_files(workspace.lake)]
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
        check_name=NAMES_CHECK.name,
        passed=not collisions,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"Shown twice: {', '.join(collisions)}" if collisions else None,
        metadata={"collisions": len(collisions)},
    )


def parts_are_as_the_whole(workspace: Workspace) -> dg.AssetCheckResult:
    """Say whether the last join of everything came to the tables that were there."""
    made = photos_made(workspace)
    months = list(made.otherwise) if made else []
    return dg.AssetCheckResult(
        check_name=WHOLE_CHECK.name,
        passed=not months,
        description=f"Other tables came out for {', '.join(months[:12])}. They were stored; please "
        "report it."
        if months
        else None,
        metadata={"months_that_differed": len(months)},
    )


def photo_checks(workspace: Workspace) -> Iterator[dg.AssetCheckResult]:
    """Yield the results of all checks, from what is stored."""
    yield every_item_is_in_one_photo(workspace)
    yield photo_ids_are_unique(workspace)
    yield short_names_do_not_collide(workspace)
    yield parts_are_as_the_whole(workspace)


def superseded(workspace: Workspace) -> bool:
    """Say whether the catalogs changed since photos were joined: then the next join decides."""
    return bool(photos_due(workspace))


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row
