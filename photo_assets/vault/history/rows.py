"""Reading the rows from which records are made, a bounded number of photos at a time.

What is in a record is decided by `records`; which months are read by `months`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa

from photo_assets.lake import Lake, StoredTables
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.lake.views import view_stored
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    RELATIONS,
    UNIFIED,
    TableKind,
)
from photo_assets.model.vocabulary import GONE
from photo_assets.vault.history.records import FINGERPRINT, ITEM_KEY, LEFT_OUT

PHOTOS_AT_ONCE: Final = 3_000
"""How many photos are in memory together, with all rows of their items."""

_ROWS = 200  # of one batch: a row is several kilobytes as Python objects
_ITEM = ", ".join(f"{name} := i.{name}" for name in ITEMS.schema.names if name not in LEFT_OUT)
_FILE = ", ".join(f"{name} := f.{name}" for name in FINGERPRINT)
_MASTER = ", ".join(f"master_{name}" for name in ITEM_KEY)
_QUERY = f"""
WITH chosen AS (
  SELECT photo_id, month, {_MASTER} FROM photos
  WHERE photo_id >= $first AND photo_id <= $last
), item_lists AS (
  SELECT m.photo_id, list(struct_pack({_ITEM}, step := m.step, blob := m.sha256,
      blob_size := coalesce(f.file_size, i.file_size), raw_sha256 := sha256(i.raw),
      listed := i.change_token IS DISTINCT FROM '{GONE}', file := struct_pack({_FILE}))) AS items
  FROM members m SEMI JOIN chosen c USING (photo_id)
  JOIN items i USING (source, catalog, native_id, month)
  LEFT JOIN files f USING (source, catalog, native_id, month)
  GROUP BY ALL
), conflict_lists AS (
  SELECT photo_id, list(conflicts) AS conflicts FROM conflicts SEMI JOIN chosen USING (photo_id)
  GROUP BY ALL
), relation_lists AS (
  SELECT from_photo_id AS photo_id,
      list(DISTINCT struct_pack(kind, to_photo_id)) AS relations
  FROM relations WHERE from_photo_id IN (SELECT photo_id FROM chosen) GROUP BY ALL
)
SELECT c.*, u AS unified, l.items, k.conflicts, r.relations
FROM chosen c LEFT JOIN unified u USING (photo_id) LEFT JOIN item_lists l USING (photo_id)
LEFT JOIN conflict_lists k USING (photo_id) LEFT JOIN relation_lists r USING (photo_id)
ORDER BY c.photo_id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Part:
    """Photos that are read together: their months, those of their items, their ids in order."""

    months: Sequence[str]
    items: Sequence[str]
    photo_ids: pa.StringArray


def parts_of(
    lake: Lake, months: Mapping[str, Sequence[str]], limit: int = PHOTOS_AT_ONCE
) -> Iterator[Part]:
    """Yield the photos of `months` in parts. `months`: month -> the months of its photos' items.

    Small months are read together, a large one in several parts.
    """
    waiting: list[str] = []
    count = 0
    for month in sorted(months):
        footer = lake.footer(photo_table(PHOTOS), month)
        rows = footer.rows if footer else 0
        if waiting and count + rows > limit:
            yield from _split(lake, waiting, months, limit)
            waiting, count = [], 0
        waiting.append(month)
        count += rows
    if waiting:
        yield from _split(lake, waiting, months, limit)


def _split(
    lake: Lake, chosen: Sequence[str], months: Mapping[str, Sequence[str]], limit: int
) -> Iterator[Part]:
    columns = ("photo_id",)
    tables = [lake.read(photo_table(PHOTOS), month, PHOTOS, columns) for month in chosen]
    ids = pa.concat_tables(tables).sort_by("photo_id")["photo_id"].combine_chunks()
    items = sorted({item for month in chosen for item in months[month]})
    for start in range(0, len(ids), limit):
        yield Part(chosen, items, ids.slice(start, limit))


def read_part(lake: Lake, part: Part) -> Iterator[Mapping[str, Any]]:
    """Yield each photo with its master, unified row, items, conflicts and relations, by id.

    Raises `StorageError`, also if the tables of a photo do not agree with each other.
    """
    catalogs: list[AssetPath] = [("catalog", source) for source in lake.catalogs()]
    views: Sequence[tuple[str, TableKind, Sequence[AssetPath], Sequence[str]]] = (
        ("photos", PHOTOS, [photo_table(PHOTOS)], part.months),
        ("members", MEMBERS, [photo_table(MEMBERS)], part.months),
        ("relations", RELATIONS, [photo_table(RELATIONS)], part.months),
        ("unified", UNIFIED, [("metadata", UNIFIED.name)], part.months),
        ("conflicts", CONFLICTS, [("metadata", CONFLICTS.name)], part.months),
        ("items", ITEMS, catalogs, part.items),
        ("files", FINGERPRINTS, [("identity", "fingerprints")], part.items),
    )
    with lake.query("metadata", "The history could not be written") as connection:
        connection.execute("SET TimeZone = 'UTC'").fetchall()
        for name, kind, assets, months in views:
            view_stored(connection, name, kind, _files(lake, assets, months))
        for row in _rows(connection, part.photo_ids):
            if row["unified"] is None or row["items"] is None:
                raise StorageError(
                    f"The tables of the photo {row['photo_id']} do not belong together.",
                    hint="Run: photosync discover --full-scan",
                )
            yield row


def _rows(
    connection: duckdb.DuckDBPyConnection, photo_ids: pa.StringArray
) -> Iterator[Mapping[str, Any]]:
    if not len(photo_ids):
        return
    bounds = {"first": photo_ids[0].as_py(), "last": photo_ids[-1].as_py()}
    for batch in connection.sql(_QUERY, params=bounds).to_arrow_reader(_ROWS):
        yield from batch.to_pylist()


def _files(tables: StoredTables, assets: Sequence[AssetPath], months: Sequence[str]) -> list[Any]:
    paths = (tables.path(asset, month) for asset in assets for month in months)
    return [path for path in paths if path.exists()]
