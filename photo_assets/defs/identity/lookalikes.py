"""`identity/lookalikes`: pairs of photos that look alike, as candidates for a person."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import dagster as dg

from photo_assets.defs.automation import follows
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.identity.lookalike_rendering import describe_lookalikes
from photo_assets.defs.joins import lookalike_inputs, lookalikes_digest, lookalikes_due
from photo_assets.defs.keys import CATALOGS, FINGERPRINTS, PHOTOS
from photo_assets.defs.keys import LOOKALIKES as KEY
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.review_page import LOOKALIKE_GROUPS as GROUPS_PAGE
from photo_assets.defs.review_page import review_link
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.tags import BY_CONDITION
from photo_assets.identity.lookalikes import (
    LookalikeOptions,
    LookalikeTables,
    build_lookalikes,
)
from photo_assets.identity.lookalikes.inputs import ASSET
from photo_assets.identity.lookalikes.sheets import PAGE, publish_sheets
from photo_assets.lake import Written
from photo_assets.lake.currency import INPUTS
from photo_assets.lake.inputs import item_rows
from photo_assets.lake.query_engine import join_memory_mib
from photo_assets.model.tables import (
    LOOKALIKE_FIELDS,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
)
from photo_assets.workspace import Workspace

CODE_VERSION = f"lookalikes-{LOOKALIKES.version}.{LOOKALIKE_GROUPS.version}"


@dg.asset(
    key=KEY,
    deps=[*CATALOGS, FINGERPRINTS, PHOTOS],
    group_name="identity",
    kinds={"parquet", "numpy"},
    pool="lookalikes",
    code_version=CODE_VERSION,
    retry_policy=dg.RetryPolicy(max_retries=1, delay=5),
    # The version of a month of photos changes with its fingerprints.
    automation_condition=follows(PHOTOS),
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(LOOKALIKE_FIELDS)},
    description="Pairs of photos with similar perceptual hashes, in groups with a contact sheet "
    "each. "
    "They are only candidates: photos are never merged by appearance.",
)
def lookalikes(
    context: dg.AssetExecutionContext, library: PhotoLibrary
) -> dg.MaterializeResult[None]:
    """Find the photos that look alike, store pairs and groups, and draw contact sheets."""
    started = time.monotonic()
    workspace = library.workspace
    workspace.lake.sweep(ASSET)
    if BY_CONDITION in context.run.tags and (known := _previous_result(context, workspace)):
        return known
    found = search(workspace)
    settings = workspace.settings.identity.lookalikes
    folder = workspace.contact_sheets / "lookalikes"
    inputs = lookalike_inputs(workspace)
    drawn = publish_sheets(inputs, found.tables, workspace.thumbnails, folder, settings.sheets)
    seconds = time.monotonic() - started
    return dg.MaterializeResult(
        data_version=_version(part.digest for part in found.written),
        metadata={
            **describe_lookalikes(found.tables.summary, found.written, drawn, seconds),
            **review_link(workspace, GROUPS_PAGE),
            "dagster/column_schema": column_schema(LOOKALIKE_FIELDS),
        },
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search, and the tables stored from it."""

    tables: LookalikeTables
    written: Sequence[Written]


def search(workspace: Workspace) -> Found:
    """Search, and store both tables."""
    inputs = lookalikes_digest(workspace, remember=True)
    given = lookalike_inputs(workspace)
    memory_mib = given.memory_mib or join_memory_mib("lookalikes", item_rows(workspace.lake))
    tables = build_lookalikes(replace(given, memory_mib=memory_mib), lookalike_options(workspace))
    written = [
        workspace.lake.write(ASSET, kind.name, kind, table, extra={INPUTS: inputs})
        for kind, table in ((LOOKALIKES, tables.pairs), (LOOKALIKE_GROUPS, tables.groups))
    ]
    return Found(tables, written)


def _previous_result(
    context: dg.AssetExecutionContext, workspace: Workspace
) -> dg.MaterializeResult[None] | None:
    """Return the result of the last search if a new search would give the same tables and sheets.

    A caption changes the version of photos, which starts this asset, but none of its inputs.
    """
    event = context.instance.get_latest_materialization_event(KEY)
    last = event.asset_materialization if event else None
    if last is None or lookalikes_due(workspace, remember=True):
        return None
    bare = last.metadata.get("photos_without_thumbnail")
    awaited = workspace.settings.thumbnails.enabled and (bare is None or bool(bare.value))
    if awaited or not (workspace.contact_sheets / "lookalikes" / PAGE).is_file():
        return None
    digests = [workspace.lake.digest(ASSET, k.name) or "" for k in (LOOKALIKES, LOOKALIKE_GROUPS)]
    metadata = {**last.metadata, "changed": False, "sheets_new": 0, "sheets_removed": 0}
    return dg.MaterializeResult(data_version=_version(digests), metadata=metadata)


def _version(digests: Iterable[str]) -> dg.DataVersion:
    return dg.DataVersion("-".join(digest[:16] for digest in digests))


def lookalike_options(workspace: Workspace) -> LookalikeOptions:
    """Return the configured options of the search."""
    settings = workspace.settings.identity.lookalikes
    return LookalikeOptions(
        distance=settings.distance,
        crowd=settings.crowd,
        mirrored_and_rotated=settings.mirrored_and_rotated,
    )
