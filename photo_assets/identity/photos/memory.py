"""The item memory: the items of the last join by month, from which the next join finds changes.

Besides the item columns that identity reads, a row has

- `digest`, which changes when any of them does;
- `keys`, a hash of each value by which items are joined, related, or found too ambiguous to join.
  Two items without a common key cannot affect each other;
- `cluster`: items connected by common keys, directly or through others, have the same one. It
  depends on the items alone;
- its photo, and the month that photo is stored in;
- `own_id`, the photo that it belongs to without decisions of people.

Derived data, written like tables of the lake. Hashes are DuckDB's: a memory written by another
version of DuckDB is not used.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.connected import connected
from photo_assets.identity.photos.engine import count
from photo_assets.identity.photos.portions import portion_rows, portions
from photo_assets.lake import Lake, Snapshot
from photo_assets.lake.by_month import write_by_month
from photo_assets.lake.query_engine import Database
from photo_assets.model.schema import DIGEST
from photo_assets.model.tables import TableKind

_LINKS = pa.list_(pa.struct([(name, pa.string()) for name in ("kind", "target", "detail")]))
_ITEM: dict[str, pa.DataType] = {
    "source": pa.string(),
    "catalog": pa.string(),
    "native_id": pa.string(),
    "first_id": pa.string(),
    "month": pa.string(),
    "path": pa.string(),
    "media_kind": pa.string(),
    "availability": pa.string(),
    "media_type": pa.string(),
    "pixels": pa.int64(),
    "reduced": pa.bool_(),
    "capture": pa.binary(),
    "is_copy": pa.bool_(),
    "is_empty": pa.bool_(),
    "is_path": pa.bool_(),
    "contradicted": pa.bool_(),
    "blob": DIGEST,
    "md5": pa.binary(),
    "md5_size": pa.int64(),
    "sha1": pa.binary(),
    "image": DIGEST,
    "method": pa.string(),
    "sides": pa.string(),
    "links": _LINKS,
}
_KNOWN = {
    **_ITEM,
    "digest": pa.uint64(),
    "keys": pa.list_(pa.uint64()),
    "cluster": pa.uint64(),
    "photo_id": pa.string(),
    "own_id": pa.string(),
    "partition": pa.string(),
}
KNOWN = TableKind("known_items", 3, pa.schema(list(_KNOWN.items())))
ASSET = ("photos", "items")
COLUMNS = ", ".join(_ITEM)
ENGINE = f"DuckDB {duckdb.__version__}, {KNOWN.name} {KNOWN.version}"
"""The software that computed the hashes, and the table version they were computed from."""

_WORDS = "regexp_split_to_array(lower(split_part(coalesce(l.detail, ''), ' ', 1)), '[^a-z0-9_]+')"
# The kind of a key is part of its hash. Entries are found by their id, and by the one they were
# first listed under; a remote picture by its source and id alone, as links refer to it.
_KEYS = f"""
list_sort(list_distinct(list_filter(list_concat(
  [hash('entry', source, catalog, native_id),
   CASE WHEN first_id IS NOT NULL THEN hash('entry', source, catalog, first_id) END,
   hash('remote', source, native_id),
   CASE WHEN blob IS NOT NULL THEN hash('blob', blob) END,
   CASE WHEN md5 IS NOT NULL THEN hash('md5', md5, md5_size) END,
   CASE WHEN sha1 IS NOT NULL THEN hash('sha1', sha1) END,
   CASE WHEN image IS NOT NULL THEN hash('image', image) END],
  list_transform(links, lambda l: hash('entry', source, catalog, l.target)),
  list_transform(list_filter(links, lambda l: l.kind = 'import_hash'),
                 lambda l: hash('import_hash', source, l.target)),
  list_transform(list_filter(links, lambda l: l.kind = 'tagged_sha1'),
                 lambda l: hash('sha1', unhex(l.target))),
  list_transform(list_filter(links, lambda l: l.kind = 'document_id'),
                 lambda l: hash('document_id', source, catalog, l.target)),
  flatten(list_transform(list_filter(links, lambda l: l.kind = 'published_as'),
                         lambda l: list_transform({_WORDS},
                                                  lambda w: hash('remote', w, l.target))))
), lambda k: k IS NOT NULL)))
"""
# Inferred blobs are omitted: they are inferred again.
_STATED = """
SELECT * REPLACE (CASE WHEN idx IN (SELECT idx FROM inferred) THEN NULL ELSE blob END AS blob)
FROM item
"""
STATED = f"""
SELECT idx, {COLUMNS}, hash({COLUMNS}) AS digest, {_KEYS} AS keys FROM ({_STATED})
"""  # noqa: S608
"""Every item of the tables `item` and `inferred` with its stated values."""

_KEYED = f"""
CREATE TEMP TABLE keyed AS
SELECT idx, month, hash(source, catalog, native_id) AS name, keys FROM ({STATED})
"""  # noqa: S608
_PAIRS = """
WITH held AS (SELECT idx, unnest(keys) AS key FROM keyed),
common AS (SELECT key, min(idx) AS first FROM held GROUP BY key HAVING count(*) > 1)
SELECT DISTINCT first, idx FROM held JOIN common USING (key) WHERE first <> idx
"""
# Items are numbered in the order of (source, catalog, native id). Without the long values: a join
# keeps all rows of its narrow side in memory.
_PLACES = """
CREATE TEMP TABLE place AS
SELECT k.idx, f.name AS cluster, p.photo_id, coalesce(o.own_id, p.photo_id) AS own_id, p.partition,
       ((row_number() OVER (ORDER BY k.month, k.idx) - 1) // $rows)::INTEGER AS chunk
FROM keyed k JOIN clustered c USING (idx) JOIN keyed f ON f.idx = c.first
JOIN component m ON m.idx = k.idx JOIN placed p USING (comp) LEFT JOIN parted o ON o.idx = k.idx
"""
_REMEMBERED = f"""
SELECT chunk, idx, {COLUMNS}, hash({COLUMNS}) AS digest, keys, cluster,
       photo_id::VARCHAR AS photo_id, own_id::VARCHAR AS own_id, partition
FROM ({_STATED}) JOIN (SELECT idx, keys FROM keyed) USING (idx) JOIN place USING (idx)
"""  # noqa: S608


class ItemMemory:
    """The memory in a folder."""

    def __init__(self, folder: Path) -> None:
        self._lake = Lake(folder, footers=folder / "footers")

    def files(self, months: Collection[str] | None = None) -> list[Path]:
        """Return the files of all months, or of the existing ones of `months`."""
        names = self._lake.names(ASSET)
        return [self._lake.path(ASSET, m) for m in names if months is None or m in months]

    def digests(self) -> dict[str, str]:
        """Return month -> digest of the stored table."""
        tables = Snapshot.of(self._lake)
        return {month: tables.digest(ASSET, month) or "" for month in tables.names(ASSET)}

    def write(self, opened: Database) -> None:
        """Store the items of the connection's join, and no others."""
        written = write_by_month(self._lake, ASSET, KNOWN, remembered(opened))
        self._lake.retain(ASSET, written)

    def update(self, opened: Database, months: Collection[str], clusters: pa.Array) -> None:
        """Store the items of the connection's join, replacing those of `clusters`.

        `months` are all months that have, or had, such items.
        """
        new = pa.concat_tables([KNOWN.schema.empty_table(), *remembered(opened)])
        for month in sorted(months):
            old = self._lake.read(ASSET, month, KNOWN)
            kept = old.filter(pc.invert(pc.is_in(old["cluster"], value_set=clusters)))
            mine = new.filter(pc.equal(new["month"], month))
            rows = pa.concat_tables([kept, mine])
            if rows.num_rows:
                order = [(name, "ascending") for name in ("source", "catalog", "native_id")]
                self._lake.write(ASSET, month, KNOWN, rows.sort_by(order))
            else:
                self._lake.path(ASSET, month).unlink(missing_ok=True)


def remembered(opened: Database) -> Iterator[pa.Table]:
    """Yield the rows of the connection's items, by month and item.

    Needs the tables `item`, `inferred`, `component`, `parted` and `placed`.
    """
    connection = opened.connection
    connection.execute(_KEYED)
    pairs = connection.execute(_PAIRS).fetchnumpy()
    items = count(connection, "SELECT count(*) FROM keyed")
    labels = connected(np.asarray(pairs["first"]), np.asarray(pairs["idx"]), items)
    numbers = pa.array(np.arange(items, dtype=np.int32))
    connection.register("clustered", pa.table({"idx": numbers, "first": pa.array(labels)}))
    connection.execute(_PLACES, {"rows": portion_rows(items)})
    for rows in portions(opened, _REMEMBERED, ("month", "idx")):
        yield rows.select(KNOWN.schema.names).cast(KNOWN.schema)
    connection.unregister("clustered")
    connection.execute("DROP TABLE keyed; DROP TABLE place")
