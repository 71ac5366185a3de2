"""The columns of `mirror/notion`: people's entries on the pages."""

from typing import Final

import pyarrow as pa

from photo_assets.model.schema import UTC, Column, build_schema
from photo_assets.model.tables import TableKind

NOTION_PAGE_FIELDS: Final[tuple[Column, ...]] = (
    Column("page_id", pa.string(), "Notion's id of the page", "", "", False),
    Column("photo_id", pa.string(), "the photo that the page is about, if the page states it"),
    Column(
        "month",
        pa.string(),
        "the photo's partition; the first one for a page of no known photo",
        "YYYY-MM-01",
        "",
        False,
    ),
    Column("title", pa.string(), "the page's title"),
    Column(
        "properties",
        pa.string(),
        "people's entries: every property that photo_assets does not write, without URLs that "
        "expire",
        "JSON",
        "Notion",
        False,
    ),
    Column("created_time", UTC, "when the page was created", "UTC", "Notion; to the minute"),
    Column("last_edited_time", UTC, "when it was last edited", "UTC", "Notion; to the minute"),
    Column("in_trash", pa.bool_(), "whether it is in Notion's trash", "", "", False),
)
NOTION_PAGES: Final = TableKind("notion_pages", 1, build_schema(NOTION_PAGE_FIELDS))
