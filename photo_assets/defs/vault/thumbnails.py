"""`vault/thumbnails`: small upright pictures of every blob, by month."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

import dagster as dg
import pyarrow as pa

from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.follow_sensor import Following, following_sensor
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.identity.options import fingerprint_options
from photo_assets.defs.jobs import DRAW
from photo_assets.defs.keys import FINGERPRINTS
from photo_assets.defs.keys import THUMBNAILS as KEY
from photo_assets.defs.monthly import (
    BodyEvent,
    MonthDone,
    MonthlyAsset,
    finish,
    months_to_make,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.vault.thumbnail_rendering import (
    THUMBNAILS_CHECK,
    describe_thumbnails,
    every_picture_has_its_thumbnails,
)
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.run import fingerprint_items
from photo_assets.identity.monthly import read_items
from photo_assets.ledger import PartitionAttempts
from photo_assets.model.tables import THUMBNAIL_FIELDS, THUMBNAILS
from photo_assets.thumbnails.months import (
    ASSET,
    Draw,
    all_months,
    due_months,
    incomplete_months,
    input_digest,
    make_month,
)
from photo_assets.workspace import Workspace

CODE_VERSION = f"thumbnails-{THUMBNAILS.version}"
_MONTHLY = MonthlyAsset(KEY, {FINGERPRINTS: False})
_ITEM = ["source", "catalog", "native_id"]


@checked_asset(
    dg.AssetSpec(
        key=KEY,
        deps=[FINGERPRINTS],
        group_name="vault",
        kinds={"jpeg", "parquet"},
        code_version=CODE_VERSION,
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(THUMBNAIL_FIELDS)},
        description="Thumbnails of every picture at 150, 500 and 1920 pixels: upright, in sRGB, "
        "without "
        "metadata, named by SHA-256. They are created when fingerprints decode the picture; this "
        "asset counts them and creates deleted ones again.",
    ),
    [THUMBNAILS_CHECK],
    lambda workspace: [every_picture_has_its_thumbnails(workspace)],
    pool="fingerprints",
)
def thumbnails(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
    """Count the thumbnails of each month and create missing ones."""
    workspace = library.workspace
    lake, tree = workspace.lake, workspace.thumbnails
    lake.sweep(ASSET)
    tree.sweep()
    months = months_to_make(
        context, KEY, lambda: _differ(workspace), lambda: incomplete_months(lake, tree)
    )
    with closing(FingerprintCache(workspace.fingerprint_cache)) as cache:

        def work(month: str) -> MonthDone:
            made = make_month(lake, tree, month, _drawer(workspace, cache, month))
            return MonthDone(made.version, describe_thumbnails(made, tree))

        failures = yield from _MONTHLY.run(
            context,
            months,
            work,
            PartitionAttempts(workspace.ledger),
            partial(_input_digest, workspace),
            set(months) - set(all_months(lake)),
        )
    yield every_picture_has_its_thumbnails(workspace)
    yield from finish(failures, len(months))


def _drawer(workspace: Workspace, cache: FingerprintCache, month: str) -> Draw | None:
    """Return a function that creates thumbnails of a month's items, or None if they are off."""
    options = fingerprint_options(workspace)
    if options.thumbnails is None:
        return None

    def draw(wanted: pa.Table) -> None:
        items = read_items(workspace.lake, month)
        chosen = items.join(wanted, _ITEM, join_type="left semi").combine_chunks()
        fingerprint_items(chosen, cache, replace(options, redraw=True))

    return draw


def _differ(workspace: Workspace) -> list[str]:
    return due_months(workspace.lake, workspace.thumbnails, off=_are_off(workspace))


def _input_digest(workspace: Workspace, month: str) -> str:
    return input_digest(workspace.lake, workspace.thumbnails, month, off=_are_off(workspace))


def _are_off(workspace: Workspace) -> bool:
    return not workspace.settings.thumbnails.enabled


follow_fingerprints = following_sensor(
    "follow_fingerprints",
    DRAW["all"],
    "Starts one run over the months whose fingerprints changed, once no run computes any.",
    Following(
        asset=_MONTHLY,
        layers=("source", "catalog", "fingerprints", "thumbnails"),
        waits="A run over thumbnails or a layer before them is in progress.",
        differ=_differ,
        input_digest=_input_digest,
    ),
)
