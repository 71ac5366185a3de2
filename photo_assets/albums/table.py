"""`metadata/albums`: the columns of its one table, a row for each album of each catalog.

The rows are made by `collecting`.
"""

from typing import Final

import pyarrow as pa

from photo_assets.lake.stored import AssetPath
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind

ASSET: Final[AssetPath] = ("metadata", "albums")
NAME: Final = "albums"
"""The table's name within the asset."""

ALBUM_FIELDS: Final = (
    Column(
        "album", pa.string(), "name of the album in commands: source/catalog/key", "", "", False
    ),
    Column("source", pa.string(), "kind of catalog", nullable=False),
    Column("catalog", pa.string(), "the catalog's key in photosync.yaml", nullable=False),
    Column("album_key", pa.string(), "the catalog's own id of the album"),
    Column(
        "path", pa.list_(pa.string()), "names from the outermost folder to the album", "", "", False
    ),
    Column("kind", pa.string(), "album, collection or published"),
    Column("name", pa.string(), "its name now; nothing: it has none"),
    Column("canonical", pa.string(), "its canonical name; nothing: no name is proposed"),
    Column(
        "basis",
        pa.string(),
        "template: made from the name and the capture times; chosen: a person chose it; no_time, "
        "other_date, ambiguous: why no name is proposed",
        "",
        "",
        False,
    ),
    Column("drift", pa.int8(), "distance of the name from the canonical one", "0..100"),
    Column("photos", pa.int64(), "number of its photos", "", "", False),
    Column("dated", pa.int64(), "how many of them have a trusted capture time", "", "", False),
    Column("first_day", pa.date32(), "the first day of its photos, without wrong clocks"),
    Column("last_day", pa.date32(), "the last day of its photos, without wrong clocks"),
)
ALBUMS: Final = TableKind("albums", 1, build_schema(ALBUM_FIELDS))
