"""Photos in albums in a lake, written as the assets before `metadata/albums` write them."""

from datetime import datetime
from typing import Any

import pyarrow as pa

from photo_assets.albums.collecting import collect_albums, stored_albums
from photo_assets.catalogs.smugmug.album_table import KIND as SMUGMUG
from photo_assets.lake.inputs import photo_table
from photo_assets.model.tables import ITEMS, MEMBERS, UNIFIED
from photo_assets.workspace import Workspace

MONTH = "2024-05-01"
PLAIN = {"availability": "online", "capture_kind": "wall", "capture_precision": "second"}


def rows(kind: Any, given: list[dict[str, Any]]) -> pa.Table:
    """Rows of a table; columns that may not be null and are not given get an empty value."""
    schema = kind.schema
    filled = [
        {
            field.name: row.get(field.name, None if field.nullable else empty_of(field.type))
            for field in schema
        }
        for row in given
    ]
    return pa.Table.from_pylist(filled, schema=schema)


def empty_of(kind: pa.DataType) -> object:
    if pa.types.is_list(kind):
        return []
    if pa.types.is_fixed_size_binary(kind):
        return bytes(kind.byte_width)
    if pa.types.is_timestamp(kind):
        return datetime(2024, 1, 1)
    if pa.types.is_boolean(kind):
        return False
    return "" if pa.types.is_string(kind) else b"" if pa.types.is_binary(kind) else 0


class Photos:
    """A lake with photos in albums, written as the assets before `metadata/albums` write it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.given: list[dict[str, Any]] = []

    def add(self, source: str, album: dict[str, Any], taken: datetime | None, **more: Any) -> None:
        number = f"{len(self.given):032x}"
        item = {"source": source, "catalog": "me", "native_id": f"n{number}", "albums": [album]}
        photo = {"photo_id": number, "capture_time": taken, **PLAIN, **item, **more}
        self.given.append(photo)

    def write(self, listed: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        lake = self.workspace.lake
        for source in {one["source"] for one in self.given}:
            of = [one for one in self.given if one["source"] == source]
            lake.write(("catalog", source), MONTH, ITEMS, rows(ITEMS, of))
        lake.write(photo_table(MEMBERS), MONTH, MEMBERS, rows(MEMBERS, self.given))
        unified = [{**one, "albums": None} for one in self.given]
        lake.write(("metadata", "unified"), MONTH, UNIFIED, rows(UNIFIED, unified))
        if listed is not None:
            table = rows(SMUGMUG, listed)
            lake.write(("catalog", SMUGMUG.name), SMUGMUG.name, SMUGMUG, table)
        collect_albums(self.workspace)
        return stored_albums(lake)


def album(key: str | None, *path: str, kind: str = "album") -> dict[str, Any]:
    return {"id": key, "path": [*path], "kind": kind, "position": None}
