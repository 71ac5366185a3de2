"""`identity/photos`: one row a photo, over all catalogs."""

import time

import dagster as dg

from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.identity.photo_rendering import describe_photos
from photo_assets.defs.joins import photos_inputs
from photo_assets.defs.keys import CATALOGS, FINGERPRINTS
from photo_assets.defs.keys import PHOTOS as KEY
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.identity.photos import (
    ASSET,
    MasterHierarchy,
    PhotoInputs,
    PhotosWritten,
    write_photos,
)
from photo_assets.model.tables import EDGES, MEMBERS, PHOTO_FIELDS, PHOTOS, RELATIONS
from photo_assets.store.lake.inputs import fingerprint_files, item_files
from photo_assets.store.ledger import PhotoRegistry
from photo_assets.store.workspace import Workspace

CODE_VERSION = f"photos-{PHOTOS.version}.{MEMBERS.version}.{EDGES.version}.{RELATIONS.version}"


@dg.asset(
    key=KEY,
    deps=[*CATALOGS, FINGERPRINTS],
    group_name="identity",
    kinds={"parquet", "duckdb"},
    pool="photos",
    code_version=CODE_VERSION,
    retry_policy=dg.RetryPolicy(max_retries=1, delay=5),
    automation_condition=follows(FINGERPRINTS),
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(PHOTO_FIELDS)},
    description="Items joined to photos: same bytes, same image data, or an id that a program "
    "asserts. Photo ids are kept in the ledger and stay the same for ever.",
)
def photos(context: dg.AssetExecutionContext, library: PhotoLibrary) -> dg.MaterializeResult[None]:
    """Join all items and store photos, members, edges and relations."""
    started = time.monotonic()
    made = join_photos(library.workspace)
    return dg.MaterializeResult(
        data_version=dg.DataVersion("-".join(part.digest[:16] for part in made.tables)),
        metadata={
            **describe_photos(made, time.monotonic() - started),
            "dagster/column_schema": column_schema(PHOTO_FIELDS),
        },
    )


def join_photos(workspace: Workspace) -> PhotosWritten:
    """Join all items of a workspace and store the four tables."""
    lake = workspace.lake
    lake.sweep(ASSET)
    return write_photos(
        photo_inputs(workspace),
        PhotoRegistry(workspace.ledger),
        hierarchy(workspace),
        lake,
        extra={"inputs": photos_inputs(workspace)},
    )


def photo_inputs(workspace: Workspace) -> PhotoInputs:
    """Return the files the join reads."""
    lake = workspace.lake
    return PhotoInputs(
        items=item_files(lake),
        fingerprints=fingerprint_files(lake),
        memory_mib=workspace.settings.query_memory_mib,
        temp_directory=workspace.scratch_for("photos"),
        key_copy=workspace.key_copy,
    )


def hierarchy(workspace: Workspace) -> MasterHierarchy:
    """Return the configured hierarchy of masters."""
    return MasterHierarchy(sources=workspace.settings.identity.master_priority)
