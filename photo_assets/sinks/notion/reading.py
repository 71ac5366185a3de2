"""Which months of the mirror changed since it was read last: the lake's tables, and Notion."""

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.model.tables import NOTION_PAGES
from photo_assets.sinks.notion.connection import NotionConnection
from photo_assets.sinks.notion.mirror import latest_edit, merge_month
from photo_assets.store.workspace import Workspace

ASSET = ("catalog", "notion")


def changed_months(workspace: Workspace, *, everything: bool) -> dict[str, pa.Table]:
    """Return month -> its rows as they should be, of the months that are other than stored.

    Reads the pages edited since the last reading, or all of them with `everything`; pages that
    changed their month leave the one they were in. Raises `SinkNotReadyError`, `ServiceError`.
    """
    from photo_assets.sinks.notion.sink import NotionSink

    lake = workspace.lake
    stored = {name: lake.read(ASSET, name, NOTION_PAGES) for name in lake.names(ASSET)}
    since = None if everything else _since(stored)
    connection: NotionConnection = NotionSink(workspace).connect()
    try:
        read = dict(connection.read_mirror(edited_since=since))
    finally:
        connection.close()
    if since is None:
        months = {month: NOTION_PAGES.schema.empty_table() for month in stored} | read
    else:
        months = _merged(stored, read)
    return {
        month: table
        for month, table in months.items()
        if month not in stored or not table.equals(stored[month])
    }


def _since(stored: dict[str, pa.Table]) -> str | None:
    filled = [table for table in stored.values() if table.num_rows]
    return latest_edit(pa.concat_tables(filled)) if filled else None


def _merged(stored: dict[str, pa.Table], read: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the stored months with the pages that were read again, each in one month only."""
    empty = NOTION_PAGES.schema.empty_table()
    again = pa.concat_tables([empty, *read.values()])["page_id"]
    months = {}
    for month in sorted(stored.keys() | read.keys()):
        before = stored.get(month, empty)
        kept = before.filter(pc.invert(pc.is_in(before["page_id"], again)))
        months[month] = merge_month(kept, read.get(month, empty))
    return months
