"""`catalog/notion`: what people wrote on the Notion pages, read-only, by the photo's month.

A mirror and no catalog: its rows are never items, so that Notion cannot make photos.
"""

from collections.abc import Iterator

import dagster as dg
import pyarrow as pa

from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import NOTION_MIRROR, source_key
from photo_assets.defs.monthly import (
    NO_VALUE,
    MonthDone,
    MonthlyAsset,
    finish,
    only_changed,
    requested_months,
)
from photo_assets.defs.partitions import MONTHS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.sink.standing import web_link
from photo_assets.defs.tags import FULL_SCAN
from photo_assets.model.tables import NOTION_PAGE_FIELDS, NOTION_PAGES
from photo_assets.sinks.notion.reading import read_pages, remember
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.store.ledger import PartitionAttempts
from photo_assets.store.workspace import Workspace

ASSET = ("catalog", "notion")
CODE_VERSION = f"{NOTION_PAGES.name}-{NOTION_PAGES.version}"
_MONTHLY = MonthlyAsset(NOTION_MIRROR)


@dg.asset(
    key=NOTION_MIRROR,
    partitions_def=MONTHS,
    deps=[source_key("notion")],
    group_name="catalog",
    kinds={"notion", "parquet"},
    pool="notion",
    backfill_policy=dg.BackfillPolicy.single_run(),
    dagster_type=NO_VALUE,
    code_version=CODE_VERSION,
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(NOTION_PAGE_FIELDS)},
    description="What people wrote on the Notion pages: status, assignments, every property that "
    "is not ours. Only read, and never a source of photos or of their metadata.",
)
def notion(
    context: dg.AssetExecutionContext, library: PhotoLibrary
) -> Iterator[dg.AssetMaterialization | dg.Output[None]]:
    """Read the pages that were edited, and write their months."""
    workspace = library.workspace
    workspace.lake.sweep(ASSET)
    try:
        reading = read_pages(workspace, everything=FULL_SCAN in context.run.tags)
    except SinkNotReadyError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    wanted = requested_months(context)
    months = [m for m in wanted if m in reading.months or not only_changed(context)]
    failures = yield from _MONTHLY.run(
        context,
        months,
        lambda month: _write(workspace, month, reading.months.get(month)),
        PartitionAttempts(workspace.ledger),
        lambda month: f"{month in reading.months}",
        set(months) - set(workspace.lake.names(ASSET)) - reading.months.keys(),
    )
    if not failures and set(wanted) >= reading.months.keys():  # else it is read once more
        remember(workspace, reading)
    yield from finish(failures, len(months))


def _write(workspace: Workspace, month: str, read: pa.Table | None) -> MonthDone:
    table = workspace.lake.read(ASSET, month, NOTION_PAGES) if read is None else read
    written = workspace.lake.write(ASSET, month, NOTION_PAGES, table)
    return MonthDone(
        written.digest,
        {
            "dagster/partition_row_count": written.rows,
            "dagster/uri": dg.MetadataValue.path(str(written.path)),
            "changed": written.changed,
            "in_trash": sum(table["in_trash"].to_pylist()),
            **web_link(workspace, "notion"),
        },
    )
