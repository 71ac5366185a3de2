"""The options a data source was seen to know, kept in the lake so that choosing needs no request.

Derived: lost, they are seen again at the next connection.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from photo_assets.model.schema import Column as _Column
from photo_assets.model.schema import build_schema
from photo_assets.model.tables import TableKind
from photo_assets.store.lake import Lake

OPTIONS_NAME: Final = "options"
OPTION_FIELDS: tuple[_Column, ...] = (
    _Column("field", pa.string(), "keywords, people, collections, camera or lens", "", "", False),
    _Column("name", pa.string(), "the option", "", "", False),
)
OPTIONS = TableKind("notion_options", 1, build_schema(OPTION_FIELDS))


def keep_options(lake: Lake, options: Mapping[str, Sequence[str]]) -> None:
    """Store field -> options. Raises `StorageError`."""
    pairs = sorted({(field, name) for field, names in options.items() for name in names})
    table = pa.table(
        {
            "field": pa.array([field for field, _ in pairs], pa.string()),
            "name": pa.array([name for _, name in pairs], pa.string()),
        }
    )
    lake.write(("sink", "notion_pages"), OPTIONS_NAME, OPTIONS, table)
