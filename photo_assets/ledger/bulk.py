"""Write millions of photos and keys in batches, without SQLAlchemy's row objects.

SQLite uses its `executemany`, PostgreSQL a COPY. SQLite checks a foreign key row by row, which
costs twice as much as the insertion; here all ids are checked at once instead, and the registry's
transaction disables the check per row (`Ledger.writing`).
"""

import contextlib
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import Connection, select

from photo_assets.ledger.tables import PHOTOS
from photo_assets.model.errors import StorageError

_ROWS = 50_000
_LOOKED_UP = 900  # parameters of one statement; SQLite's oldest limit is 999

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
    owners: list[pa.Array] = []
    for batch in _batches(keys):
        owners.append(pc.unique(batch["photo_id"]))
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(_UPSERT_KEYS, _tuples(batch))
        else:
            _merge_keys(connection, batch)
    if owners and connection.dialect.name == "sqlite":
        _require_photos(connection, pc.unique(pa.concat_arrays(owners)))


def _require_photos(connection: Connection, ids: pa.Array) -> None:
    """Raise unless every id is the id of a stored photo."""
    query = select(PHOTOS.c.photo_id)
    strangers = ids
    if len(ids) > 20 * _LOOKED_UP:
        for known in connection.scalars(query.execution_options(yield_per=_ROWS)).partitions():
            strangers = _without(strangers, known)
    else:
        for start in range(0, len(ids), _LOOKED_UP):
            part = ids[start : start + _LOOKED_UP].to_pylist()
            known = connection.scalars(query.where(PHOTOS.c.photo_id.in_(part))).all()
            strangers = _without(strangers, known)
    if len(strangers):
        raise StorageError(
            f"A key refers to the photo {strangers[0]}, which does not exist.",
            hint="No change of this step was stored. This is a bug in photo_assets; please "
            "report it.",
        )


def _without(ids: pa.Array, known: Sequence[str]) -> pa.Array:
    return ids.filter(pc.invert(pc.is_in(ids, value_set=pa.array(known, pa.string()))))


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
