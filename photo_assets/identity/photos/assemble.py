"""The four result tables, built from the tables of the run, each in a deterministic order.

All rows of a photo, and the relations it states, are in one partition: the month of its master.
"""

from collections.abc import Iterator, Mapping

import duckdb
import pyarrow as pa

from photo_assets.identity.photos.engine import count
from photo_assets.identity.photos.inputs import UiiCollision
from photo_assets.identity.photos.portions import portion_rows, portions
from photo_assets.lake.query_engine import Database
from photo_assets.model.tables import EDGES, MEMBERS, PHOTOS, RELATIONS, TableKind

_MEMBER_STEP = """
CREATE TEMP TABLE member_step AS
SELECT idx, min(step) AS step FROM (
  SELECT a AS idx, step FROM edge UNION ALL SELECT b, step FROM edge
) GROUP BY idx
"""

_PLACED = """
CREATE TEMP TABLE placed AS
SELECT comp, photo_id, i.month AS partition,
       ((row_number() OVER (ORDER BY i.month, photo_id) - 1) // $rows)::INTEGER AS chunk
FROM photo JOIN master m USING (comp) JOIN item i ON i.idx = m.idx
"""

_PHOTOS = """
SELECT chunk, partition, partition AS month, photo_id::VARCHAR AS photo_id,
       lower(hex(i.blob))[1:16] AS uii, i.blob AS sha256,
       i.source AS master_source, i.catalog AS master_catalog, i.native_id AS master_native_id,
       i.path AS master_path, i.availability AS master_availability, m.reason AS master_reason,
       n.items::INTEGER AS item_count, n.catalogs::INTEGER AS catalog_count,
       n.blobs::INTEGER AS blob_count, i.media_kind
FROM placed photo JOIN master m USING (comp) JOIN item i ON i.idx = m.idx
JOIN (SELECT comp, count(*) AS items, count(DISTINCT source || '/' || catalog) AS catalogs,
             count(DISTINCT blob) AS blobs
      FROM component JOIN item USING (idx) GROUP BY comp) n USING (comp)
"""

_MEMBERS = """
SELECT chunk, partition, photo_id::VARCHAR AS photo_id, source, catalog, native_id, month,
       blob AS sha256, coalesce(step, 0) AS step, m.idx = i.idx AS is_master, media_kind,
       availability
FROM item i JOIN component USING (idx) JOIN placed photo USING (comp)
JOIN master m USING (comp)
LEFT JOIN member_step s ON s.idx = i.idx
"""

_EDGES = """
SELECT chunk, partition, photo_id::VARCHAR AS photo_id,
       a.source AS a_source, a.catalog AS a_catalog, a.native_id AS a_native_id,
       b.source AS b_source, b.catalog AS b_catalog, b.native_id AS b_native_id,
       step, key, value
FROM edge e JOIN item a ON a.idx = e.a JOIN item b ON b.idx = e.b
JOIN component c ON c.idx = e.a JOIN placed photo USING (comp)
"""

# Within a month relations are not in the order of photos: a month is not divided.
_RELATIONS = """
SELECT first.chunk AS chunk, partition, kind, from_photo_id::VARCHAR AS from_photo_id,
       to_photo_id::VARCHAR AS to_photo_id, source, catalog, from_native_id, to_native_id, detail
FROM relation JOIN placed ON placed.photo_id = from_photo_id
JOIN (SELECT partition, min(chunk) AS chunk FROM placed GROUP BY partition) first USING (partition)
"""

_COLLISIONS = """
SELECT lower(hex(name)) AS uii, list(DISTINCT lower(hex(blob)) ORDER BY lower(hex(blob)))
FROM item JOIN (SELECT blob[1:8] AS name FROM item WHERE blob IS NOT NULL
                GROUP BY name HAVING min(blob) <> max(blob)) ON blob[1:8] = name
GROUP BY name ORDER BY uii
"""


_QUERIES = {PHOTOS: _PHOTOS, MEMBERS: _MEMBERS, EDGES: _EDGES, RELATIONS: _RELATIONS}
_ITEM = ("source", "catalog", "native_id")
ORDERS: Mapping[str, tuple[str, ...]] = {
    PHOTOS.name: ("photo_id",),
    MEMBERS.name: ("photo_id", *_ITEM),
    EDGES.name: (
        "photo_id",
        *(f"{end}_{name}" for end in "ab" for name in _ITEM),
        "step",
        "key",
        "value",
    ),
    RELATIONS.name: tuple(RELATIONS.schema.names),
}
"""The columns by which a table is sorted within a month."""

PARTITION = "partition"
"""The additional column that contains the month a row is stored in."""

RESULTS: tuple[TableKind, ...] = tuple(_QUERIES)
"""The result tables, in the order in which they are built."""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables `member_step` and `placed`, which the results and the counts need.

    Photos are placed in the order of their month and id, and divided into portions (`chunk`).
    """
    connection.execute(_MEMBER_STEP)
    photos = count(connection, "SELECT count(*) FROM photo")
    connection.execute(_PLACED, {"rows": portion_rows(photos)})


def result(opened: Database, kind: TableKind) -> Iterator[pa.Table]:
    """Yield the rows of one result in parts, ordered by `PARTITION` and within it."""
    schema = kind.schema.append(pa.field(PARTITION, pa.string()))
    for rows in portions(opened, _QUERIES[kind], (PARTITION, *ORDERS[kind.name])):
        yield rows.select(schema.names).cast(schema)


def sources(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return month of photos -> the months in which their items are, oldest first."""
    rows = connection.execute(
        "SELECT partition, list(DISTINCT month ORDER BY month) FROM placed "
        "JOIN component USING (comp) JOIN item USING (idx) GROUP BY partition ORDER BY partition"
    ).fetchall()
    return dict(rows)


def steps(connection: duckdb.DuckDBPyConnection) -> tuple[dict[int, int], dict[int, int]]:
    """Return (items by strongest step, photos by each step of their edges)."""
    items = connection.execute(
        "SELECT coalesce(step, 0) AS s, count(*) FROM item LEFT JOIN member_step USING (idx) "
        "GROUP BY s ORDER BY s"
    ).fetchall()
    photos = connection.execute(
        "SELECT step, count(DISTINCT comp) FROM edge JOIN component ON idx = a "
        "GROUP BY step ORDER BY step"
    ).fetchall()
    return dict(items), dict(photos)


def uii_collisions(connection: duckdb.DuckDBPyConnection) -> tuple[UiiCollision, ...]:
    """Return the short names shared by several blobs."""
    rows = connection.execute(_COLLISIONS).fetchall()
    return tuple(UiiCollision(uii, tuple(blobs)) for uii, blobs in rows)


def items_by_month(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Return source -> month -> number of items."""
    rows = connection.execute(
        "SELECT source, month, count(*) FROM item GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    found: dict[str, dict[str, int]] = {}
    for source, month, number in rows:
        found.setdefault(source, {})[month] = number
    return found
