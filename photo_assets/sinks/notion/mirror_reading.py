"""Find the months of the mirror that changed since the last read."""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.ledger import SinkStates
from photo_assets.sinks.engine.sink_tables import mirror_asset
from photo_assets.sinks.notion.connection import NotionConnection
from photo_assets.sinks.notion.mirror import latest_edit, merge_month
from photo_assets.sinks.notion.mirror_columns import NOTION_PAGE_FIELDS, NOTION_PAGES
from photo_assets.sinks.notion.settings import NAME
from photo_assets.sinks.protocol import Reading
from photo_assets.sinks.spec import Mirror
from photo_assets.workspace import Workspace

ASSET: Final = mirror_asset(NAME)
_THROUGH: Final = "mirrored_through"


def read_pages(workspace: Workspace, everything: bool) -> Reading:
    """Read the pages edited since the last completely stored read, or all with `everything`.

    Pages whose month changed are removed from the former month. Raises `SinkNotReadyError` and
    `ServiceError`.
    """
    from photo_assets.sinks.notion.sink import NotionSink

    lake = workspace.lake
    stored = {name: lake.read(ASSET, name, NOTION_PAGES) for name in lake.names(ASSET)}
    since = None if everything or not stored else _state_detail(workspace).get(_THROUGH)
    connection: NotionConnection = NotionSink(workspace).connect()
    try:
        read = dict(connection.read_mirror(edited_since=since))
    finally:
        connection.close()
    if since is None:
        months = {month: NOTION_PAGES.schema.empty_table() for month in stored} | read
    else:
        months = _merged(stored, read)
    changed = {
        month: table
        for month, table in months.items()
        if month not in stored or not table.equals(stored[month])
    }
    seen = [NOTION_PAGES.schema.empty_table(), *read.values()]
    return Reading(changed, latest_edit(pa.concat_tables(seen)) or since)


def remember(workspace: Workspace, reading: Reading) -> None:
    """Record that `reading` is stored completely: the next read starts where it ended."""
    if reading.through is not None:
        SinkStates(workspace.ledger).note(NAME, {_THROUGH: reading.through})


def _state_detail(workspace: Workspace) -> Mapping[str, Any]:
    state = SinkStates(workspace.ledger).get(NAME)
    return state.detail if state else {}


def _merged(stored: dict[str, pa.Table], read: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the stored months with the newly read pages, each in one month only."""
    empty = NOTION_PAGES.schema.empty_table()
    again = pa.concat_tables([empty, *read.values()])["page_id"]
    months = {}
    for month in sorted(stored.keys() | read.keys()):
        before = stored.get(month, empty)
        kept = before.filter(pc.invert(pc.is_in(before["page_id"], again)))
        months[month] = merge_month(kept, read.get(month, empty))
    return months


MIRROR: Final = Mirror(
    kind=NOTION_PAGES,
    columns=NOTION_PAGE_FIELDS,
    counted=("in_trash",),
    summary="People's entries on the Notion pages: status, assignments, and every property that "
    "photo_assets does not write. They are only read, and are never a source of photos or of "
    "their metadata.",
    source_summary="The Notion database. photo_assets writes pages to it and does not change "
    "people's entries.",
    cron=lambda settings: settings.mirror,
    read=read_pages,
    remember=remember,
)
