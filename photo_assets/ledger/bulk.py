"""Write millions of photos and keys in batches, without SQLAlchemy's row objects.

SQLite uses its `executemany`, PostgreSQL a COPY. SQLite checks a foreign key row by row, which
costs twice as much as the insertion; here all ids are checked at once instead, and the registry's
transaction disables the check per row (`Ledger.writing`).
"""

import contextlib
import io
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Connection, exists, select

from photo_assets.ledger.tables import PHOTO_KEYS, PHOTOS
from photo_assets.model.errors import StorageError

_ROWS = 50_000
_LOOKED_UP = 900  # parameters of one statement; SQLite's oldest limit is 999
_COMPARED = 200_000  # ids kept in memory, 100 bytes each; for more, all keys are read again
_STRANGERS = (
    select(PHOTO_KEYS.c.photo_id)
    .where(~exists().where(PHOTOS.c.photo_id == PHOTO_KEYS.c.photo_id))
    .limit(1)
)

Rows: TypeAlias = "pa.Table | Iterable[pa.RecordBatch]"

_INSERT_PHOTOS = "INSERT INTO photos (photo_id, anchor, created_at) VALUES (?, ?, ?)"
_UPSERT_KEYS = """
INSERT INTO photo_keys (key, photo_id, blob, capture) VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE
SET photo_id = excluded.photo_id, blob = excluded.blob, capture = excluded.capture
"""
_ARRIVING = """
CREATE TEMP TABLE arriving ON COMMIT DROP AS
SELECT key, photo_id, blob, capture FROM photo_keys LIMIT 0
"""
_UPSERT_ARRIVING = """
INSERT INTO photo_keys (key, photo_id, blob, capture)
SELECT key, photo_id, blob, capture FROM arriving
ON CONFLICT (key) DO UPDATE
SET photo_id = excluded.photo_id, blob = excluded.blob, capture = excluded.capture
"""


def insert_photos(connection: Connection, photos: Rows, now: str) -> None:
    """Insert photos (photo_id, anchor), created `now`."""
    for batch in _batches(photos):
        created = pa.repeat(pa.scalar(now), batch.num_rows)
        columns = [batch["photo_id"], batch["anchor"], created]
        rows = pa.RecordBatch.from_arrays(columns, ["photo_id", "anchor", "created_at"])
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(_INSERT_PHOTOS, _tuples(rows))
        else:
            _copy(connection, PHOTOS.name, rows)


def upsert_keys(connection: Connection, keys: Rows) -> None:
    """Insert keys (key, photo_id, blob, capture), or replace the stored ones.

    Raises `StorageError` if a key refers to a photo that does not exist.
    """
    owners: set[str | None] = set()
    every = False
    for batch in _batches(keys):
        if connection.dialect.name != "sqlite":
            _merge_keys(connection, batch)
            continue
        rows = _tuples(batch)
        connection.exec_driver_sql(_UPSERT_KEYS, rows)
        if not every:
            owners.update(row[batch.schema.get_field_index("photo_id")] for row in rows)
            every = len(owners) > _COMPARED
    if every:
        owners = set(connection.scalars(_STRANGERS))
    elif owners:
        _drop_known(connection, owners)
    for stranger in owners:
        raise StorageError(
            f"A key refers to the photo {stranger}, which does not exist.",
            hint="No change of this step was stored. This is a bug in photo_assets; please "
            "report it.",
        )


def _drop_known(connection: Connection, ids: set[str | None]) -> None:
    """Remove the ids of stored photos from `ids`."""
    query = select(PHOTOS.c.photo_id)
    if len(ids) > 20 * _LOOKED_UP:
        for known in connection.scalars(query.execution_options(yield_per=_ROWS)).partitions():
            ids.difference_update(known)
        return
    asked = sorted(filter(None, ids))
    for start in range(0, len(asked), _LOOKED_UP):
        part = asked[start : start + _LOOKED_UP]
        ids.difference_update(connection.scalars(query.where(PHOTOS.c.photo_id.in_(part))))


def _merge_keys(connection: Connection, batch: pa.RecordBatch) -> None:
    connection.exec_driver_sql(_ARRIVING)
    _copy(connection, "arriving", batch)
    connection.exec_driver_sql(_UPSERT_ARRIVING)
    connection.exec_driver_sql("DROP TABLE arriving")


def _copy(connection: Connection, table: str, batch: pa.RecordBatch) -> None:
    """COPY a batch into `table`. Quotes distinguish an empty text from a null."""
    stream = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    csv.write_csv(batch, stream, options)
    stream.seek(0)
    columns = ", ".join(batch.schema.names)
    with contextlib.closing(connection.connection.cursor()) as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)", stream)


def _tuples(batch: pa.RecordBatch) -> list[tuple[str | None, ...]]:
    return list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _batches(rows: Rows) -> Iterator[pa.RecordBatch]:
    arrived = rows.to_batches() if isinstance(rows, pa.Table) else rows
    for batch in arrived:
        for start in range(0, batch.num_rows, _ROWS):
            yield batch.slice(start, _ROWS)
