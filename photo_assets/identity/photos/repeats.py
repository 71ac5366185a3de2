"""Items and fingerprints that are in two months at once, because an item moves between months.

An item's capture time was corrected, and the old month has not been rewritten yet: the newer month
is used, and the fingerprint in the item's own month. The common case without repeats costs nothing.
"""

import duckdb

from photo_assets.identity.photos.engine import count

# Only the rows of such items are sorted.
_ONCE = """(
  SELECT * FROM {rows} ANTI JOIN (FROM entry WHERE rows > 1) USING (source, catalog, native_id)
  UNION ALL
  SELECT * FROM {rows} SEMI JOIN (FROM entry WHERE rows > 1) USING (source, catalog, native_id)
  QUALIFY row_number() OVER (PARTITION BY source, catalog, native_id
                             ORDER BY month DESC, item_digest) = 1
)"""

_ONE_PRINT = """(
  SELECT f.* FROM {rows} f JOIN entry e USING (source, catalog, native_id)
  QUALIFY row_number() OVER (
    PARTITION BY f.source, f.catalog, f.native_id
    ORDER BY (f.month = e.month) DESC NULLS LAST, (f.status = 'ok') DESC NULLS LAST,
             f.month DESC NULLS LAST, f.sha256) = 1
)"""

_REPEATS = """
SELECT sum(e.rows * coalesce(f.rows, 1) - 1)::BIGINT
FROM entry e LEFT JOIN (SELECT source, catalog, native_id, count(*) AS rows FROM {rows}
                        GROUP BY source, catalog, native_id) f USING (source, catalog, native_id)
"""


def distinct_items(connection: duckdb.DuckDBPyConnection, items: str) -> str:
    """Return a FROM expression with one row per item; `items` itself if nothing repeats.

    The connection has `entry` (source, catalog, native_id, rows, month).
    """
    if not count(connection, "SELECT count(*) FROM entry WHERE rows > 1"):
        return items
    return _ONCE.format(rows=items)


def distinct_prints(prints: str) -> str:
    """Return a FROM expression with one row per item, of the months in `entry`."""
    return _ONE_PRINT.format(rows=prints)


def count_repeats(connection: duckdb.DuckDBPyConnection, prints: str) -> int:
    """Return the number of surplus pairs of an item's row and a fingerprint's row."""
    return count(connection, _REPEATS.format(rows=prints))
