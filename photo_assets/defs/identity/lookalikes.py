"""`identity/lookalikes`: pairs of photos that look alike, as candidates for a person."""

import time

import dagster as dg

from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.identity.lookalike_rendering import describe_lookalikes
from photo_assets.defs.joins import lookalikes_inputs
from photo_assets.defs.keys import CATALOGS, FINGERPRINTS, PHOTOS
from photo_assets.defs.keys import LOOKALIKES as KEY
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.identity.lookalikes import (
    LookalikeInputs,
    LookalikeOptions,
    build_lookalikes,
)
from photo_assets.identity.lookalikes.sheets import publish_sheets
from photo_assets.model.tables import (
    LOOKALIKE_FIELDS,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
    MEMBERS,
    RELATIONS,
)
from photo_assets.store.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.store.workspace import Workspace

ASSET = ("identity", "lookalikes")
CODE_VERSION = f"lookalikes-{LOOKALIKES.version}.{LOOKALIKE_GROUPS.version}"


@dg.asset(
    key=KEY,
    deps=[*CATALOGS, FINGERPRINTS, PHOTOS],
    group_name="identity",
    kinds={"parquet", "numpy"},
    pool="lookalikes",
    code_version=CODE_VERSION,
    retry_policy=dg.RetryPolicy(max_retries=1, delay=5),
    # A month of photos has another version when its fingerprints do.
    automation_condition=follows(PHOTOS),
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(LOOKALIKE_FIELDS)},
    description="Pairs of photos whose perceptual hashes are close, in groups to look at, with a "
    "contact sheet each. Candidates only: nothing is ever merged by looks.",
)
def lookalikes(library: PhotoLibrary) -> dg.MaterializeResult[None]:
    """Find the photos that look alike, store pairs and groups, and draw contact sheets."""
    started = time.monotonic()
    workspace = library.workspace
    lake = workspace.lake
    lake.sweep(ASSET)
    settings = workspace.settings.identity.lookalikes
    inputs = lookalike_inputs(workspace)
    tables = build_lookalikes(inputs, lookalike_options(workspace))
    extra = {"inputs": lookalikes_inputs(workspace)}
    written = [
        lake.write(ASSET, kind.name, kind, table, extra=extra)
        for kind, table in ((LOOKALIKES, tables.pairs), (LOOKALIKE_GROUPS, tables.groups))
    ]
    folder = workspace.contact_sheets / "lookalikes"
    drawn = publish_sheets(inputs, tables, workspace.thumbnails, folder, settings.sheets)
    return dg.MaterializeResult(
        data_version=dg.DataVersion("-".join(part.digest[:16] for part in written)),
        metadata={
            **describe_lookalikes(tables.summary, written, drawn, time.monotonic() - started),
            "dagster/column_schema": column_schema(LOOKALIKE_FIELDS),
        },
    )


def lookalike_inputs(workspace: Workspace) -> LookalikeInputs:
    """Return the files the search reads."""
    lake = workspace.lake
    return LookalikeInputs(
        members=photo_files(lake, MEMBERS),
        relations=photo_files(lake, RELATIONS),
        fingerprints=fingerprint_files(lake),
        items=item_files(lake),
        memory_mib=workspace.settings.query_memory_mib,
        temp_directory=workspace.scratch_for("lookalikes"),
    )


def lookalike_options(workspace: Workspace) -> LookalikeOptions:
    """Return what the settings say counts as alike."""
    settings = workspace.settings.identity.lookalikes
    return LookalikeOptions(
        distance=settings.distance,
        crowd=settings.crowd,
        mirrored_and_rotated=settings.mirrored_and_rotated,
    )
