"""`catalog/notion`: what people wrote on the Notion pages, read-only, by the photo's month.

A mirror and no catalog: its rows are never items, so that Notion cannot make photos.
"""

from collections.abc import Iterator

import dagster as dg
import pyarrow as pa

from photo_assets.defs.freshness import NIGHTLY
from photo_assets.defs.keys import NOTION_MIRROR, source_key
from photo_assets.defs.monthly import MonthDone, MonthlyAsset, raise_failures
from photo_assets.defs.partitions import MONTHS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.schemas import column_schema
from photo_assets.defs.tags import FULL_SCAN
from photo_assets.model.tables import NOTION_PAGE_FIELDS, NOTION_PAGES
from photo_assets.sinks.notion.reading import read_pages, remember
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.store.ledger import PartitionAttempts
from photo_assets.store.workspace import Workspace

ASSET = ("catalog", "notion")
CODE_VERSION = f"{NOTION_PAGES.name}-{NOTION_PAGES.version}"
_MONTHLY = MonthlyAsset(NOTION_MIRROR, CODE_VERSION)


@dg.asset(
    key=NOTION_MIRROR,
    partitions_def=MONTHS,
    deps=[source_key("notion")],
    group_name="catalog",
    kinds={"notion", "parquet"},
    pool="notion",
    backfill_policy=dg.BackfillPolicy.single_run(),
    output_required=False,
    code_version=CODE_VERSION,
    freshness_policy=NIGHTLY,
    metadata={"dagster/column_schema": column_schema(NOTION_PAGE_FIELDS)},
    description="What people wrote on the Notion pages: status, assignments, every property that "
    "is not ours. Only read, and never a source of photos or of their metadata.",
)
def notion(
    context: dg.AssetExecutionContext, library: PhotoLibrary
) -> Iterator[dg.AssetMaterialization]:
    """Read the pages that were edited, and write their months."""
    workspace = library.workspace
    workspace.lake.sweep(ASSET)
    wanted = set(context.partition_keys)
    try:
        reading = read_pages(workspace, everything=FULL_SCAN in context.run.tags)
    except SinkNotReadyError as error:
        context.log.warning(str(error))
        return
    found = {month: table for month, table in reading.months.items() if month in wanted}
    failures = yield from _MONTHLY.run(
        context,
        sorted(found),
        lambda month: _write(workspace, month, found[month]),
        PartitionAttempts(workspace.ledger),
        lambda month: f"{found[month].num_rows}",
    )
    raise_failures(failures, len(found))
    if found.keys() == reading.months.keys():  # else what was left out is read once more
        remember(workspace, reading)


def _write(workspace: Workspace, month: str, table: pa.Table) -> MonthDone:
    written = workspace.lake.write(ASSET, month, NOTION_PAGES, table)
    return MonthDone(
        written.digest,
        {
            "dagster/partition_row_count": written.rows,
            "dagster/uri": dg.MetadataValue.path(str(written.path)),
            "changed": written.changed,
            "in_trash": sum(table["in_trash"].to_pylist()),
        },
    )
