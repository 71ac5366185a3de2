"""`vault/originals`: copies of every original in the configured stores, by month."""

from collections.abc import Iterator

import dagster as dg

from photo_assets.catalogs.fetching import RemoteContents, kept_catalogs
from photo_assets.defs.checked_asset import checked_asset
from photo_assets.defs.follow_sensor import Following, following_sensor
from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.jobs import COPY
from photo_assets.defs.keys import FINGERPRINTS
from photo_assets.defs.keys import ORIGINALS as KEY
from photo_assets.defs.monthly import (
    BodyEvent,
    MonthDone,
    MonthlyAsset,
    finish,
    months_to_make,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.vault.originals_rendering import (
    ORIGINALS_CHECK,
    describe_originals,
    every_store_has_every_original,
)
from photo_assets.ledger import PartitionAttempts
from photo_assets.model.tables import ORIGINAL_FIELDS, ORIGINALS
from photo_assets.vault.months import (
    ASSET,
    all_months,
    due_months,
    incomplete_months,
    input_digest,
    make_month,
    open_available,
)
from photo_assets.vault.store import StoreUnavailableError
from photo_assets.workspace import Workspace

CODE_VERSION = f"originals-{ORIGINALS.version}"
_MONTHLY = MonthlyAsset(KEY, {FINGERPRINTS: False})


@checked_asset(
    dg.AssetSpec(
        key=KEY,
        deps=[FINGERPRINTS],
        group_name="vault",
        kinds={"file", "parquet"},
        code_version=CODE_VERSION,
        freshness_policy=NIGHTLY,
        metadata={"dagster/column_schema": column_schema(ORIGINAL_FIELDS)},
        description="Copies of the original files in every store of `vault.stores`, named by the "
        "SHA-256 of their bytes and verified while they are written. Nothing is ever deleted or "
        "overwritten in a store.",
    ),
    [ORIGINALS_CHECK],
    lambda workspace: [every_store_has_every_original(workspace)],
    pool="originals",
)
def originals(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
    """Copy the originals of each month to the stores that lack them."""
    workspace = library.workspace
    lake, stores = workspace.lake, workspace.stores
    lake.sweep(ASSET)
    try:
        opened = open_available(stores)
    except StoreUnavailableError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    months = months_to_make(
        context, KEY, lambda: due_months(lake, opened), lambda: incomplete_months(lake)
    )
    online = RemoteContents(workspace) if kept_catalogs(workspace) else None

    def work(month: str) -> MonthDone:
        made = make_month(lake, stores, month, online)
        return MonthDone(made.version, describe_originals(made, stores))

    failures = yield from _MONTHLY.run(
        context,
        months,
        work,
        PartitionAttempts(workspace.ledger),
        lambda month: input_digest(lake, opened, month),
        set(months) - set(all_months(lake)),
    )
    yield every_store_has_every_original(workspace)
    yield from finish(failures, len(months))


def _differ(workspace: Workspace) -> list[str]:
    """Return the due months; none while no store is connected, as the check reports."""
    try:
        return due_months(workspace.lake, open_available(workspace.stores))
    except StoreUnavailableError:
        return []


follow_fingerprints_to_stores = following_sensor(
    "follow_fingerprints_to_stores",
    COPY["all"],
    "Starts one run over the months whose originals are not in every store, once no run computes "
    "fingerprints.",
    Following(
        asset=_MONTHLY,
        layers=("source", "catalog", "fingerprints", "originals"),
        waits="A run over originals or a layer before them is in progress.",
        differ=_differ,
        input_digest=lambda workspace, month: input_digest(
            workspace.lake, open_available(workspace.stores), month
        ),
    ),
)
