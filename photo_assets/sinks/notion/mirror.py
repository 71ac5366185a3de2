"""People's entries in Notion, read-only: every property that is not ours, by photo month.

They are never an input of photos or metadata: Notion is a sink, not a source.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake.views import view_stored
from photo_assets.ledger import SinkPages
from photo_assets.model.canonical import canonical
from photo_assets.model.months import FIRST_MONTH, month_key
from photo_assets.model.tables import UNIFIED
from photo_assets.sinks.notion.adoption import key_of
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.desired import PAGES
from photo_assets.sinks.notion.fields import KEY
from photo_assets.sinks.notion.mirror_columns import NOTION_PAGES
from photo_assets.sinks.notion.pagination import all_pages
from photo_assets.sinks.notion.plain_values import plain_value
from photo_assets.sinks.notion.schema import SchemaFit
from photo_assets.sinks.notion.settings import NAME
from photo_assets.workspace import Workspace

_BATCH: Final = 1000
_TEXTS: Final = ("page_id", "photo_id", "month", "title", "properties", "created", "edited")

Json = dict[str, Any]


def read_mirror(
    client: NotionClient,
    workspace: Workspace,
    data_source: str,
    fit: SchemaFit,
    *,
    edited_since: str | None = None,
) -> Iterator[tuple[str, pa.Table]]:
    """Yield month and `NOTION_PAGES` rows, sorted by page, oldest month first.

    All pages, including those in the trash; with `edited_since` (ISO 8601, from `latest_edit`) only
    those edited at or after that minute, for `merge_month`. Pages without a known photo are in the
    first month. Raises `ServiceError` and `StorageError`.
    """
    photos = {
        page_id: key
        for key, (page_id, _) in SinkPages(workspace.ledger).known(NAME, data_source, PAGES).items()
    }
    with workspace.lake.query(
        "counts", "Notion's pages could not be grouped by month"
    ) as connection:
        columns = ", ".join(f"{name} VARCHAR" for name in _TEXTS if name != "month")
        connection.execute(f"CREATE TABLE pages ({columns}, in_trash BOOLEAN)")
        for trash in (False, True):
            pages = all_pages(client, data_source, edited_since=edited_since, trash=trash)
            for some in _in_batches(_row(page, fit, photos) for page in pages):
                connection.register("arrived", some)
                connection.execute("INSERT INTO pages SELECT * FROM arrived")
                connection.unregister("arrived")
        _view_months(connection, workspace)
        yield from _by_month(connection)


def latest_edit(table: pa.Table) -> str | None:
    """Return the start of the next read: the minute of the last edit that was read.

    Edit times have a precision of minutes, so that minute is read again.
    """
    newest: datetime | None = pc.max(table["last_edited_time"]).as_py()
    return newest.isoformat() if newest is not None else None


def merge_month(stored: pa.Table, changed: pa.Table) -> pa.Table:
    """Return a stored month in which the newly read pages replace their earlier versions."""
    kept = stored.filter(pc.invert(pc.is_in(stored["page_id"], changed["page_id"])))
    return pa.concat_tables([kept, changed]).sort_by("page_id")


def _row(page: Json, fit: SchemaFit, photos: dict[str, str]) -> Json:
    ours = {*fit.names.values(), *fit.former.values()}
    titles = [one for one in page["properties"].values() if one["type"] == "title"]
    theirs = {
        name: plain_value(found) for name, found in page["properties"].items() if name not in ours
    }
    return {
        "page_id": page["id"],
        "photo_id": photos.get(page["id"]) or key_of(page, fit.names[KEY]),
        "title": plain_value(titles[0]) if titles else None,
        "properties": canonical(theirs),
        "created": page["created_time"],
        "edited": page["last_edited_time"],
        "in_trash": bool(page.get("in_trash")),
    }


def _in_batches(rows: Iterator[Json]) -> Iterator[pa.Table]:
    schema = pa.schema([(name, pa.string()) for name in _TEXTS if name != "month"])
    schema = schema.append(pa.field("in_trash", pa.bool_()))
    some: list[Json] = []
    for row in rows:
        some.append(row)
        if len(some) == _BATCH:
            yield pa.Table.from_pylist(some, schema=schema)
            some = []
    if some:
        yield pa.Table.from_pylist(some, schema=schema)


def _view_months(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    view_stored(connection, "unified", UNIFIED, workspace.lake.files(("metadata", "unified")))


def _by_month(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, pa.Table]]:
    first = month_key(FIRST_MONTH)
    connection.execute(
        "CREATE TABLE dated AS SELECT p.*, coalesce(u.month, $first) AS month FROM pages p "
        "LEFT JOIN (SELECT photo_id, month FROM unified) u ON p.photo_id = u.photo_id",
        {"first": first},
    )
    months = connection.execute("SELECT DISTINCT month FROM dated ORDER BY month").fetchall()
    for (month,) in months:
        found = connection.sql(
            "SELECT page_id, photo_id, month, title, properties, "
            "created::TIMESTAMPTZ AS created_time, edited::TIMESTAMPTZ AS last_edited_time, "
            "in_trash FROM dated WHERE month = $month ORDER BY page_id",
            params={"month": month},
        ).to_arrow_table()
        yield month, found.select(NOTION_PAGES.schema.names).cast(NOTION_PAGES.schema)
