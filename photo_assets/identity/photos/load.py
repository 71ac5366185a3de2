"""Items and their known content, as the tables `item` and `link` of one connection.

`item`: one row per entry, numbered in the order of (source, catalog, native id). `links` are
distinct, have a target, and are sorted; `link` has one row for each. `first_id` is the id under
which the ledger has the entry, null if that is the native id. `blob`, `md5`, `sha1`, `image` are
null if unknown, if the file is empty, and for virtual copies, which have no file. Digests computed
by this program take precedence over those stated by a catalog. The hashes of a preview count for
nothing here: they only find look-alikes.

Numbers are assigned to the keys alone first: sorting whole rows would keep them all in memory
twice.
"""

from dataclasses import dataclass

import duckdb

from photo_assets.identity.photos.engine import count
from photo_assets.identity.photos.inputs import PhotoInputs
from photo_assets.identity.photos.repeats import count_repeats, distinct_items, distinct_prints
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import FINGERPRINTS, ITEMS

_EMPTY_SHA256 = "unhex('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')"

_ENTRY = """
CREATE TEMP TABLE entry AS
SELECT source, catalog, native_id, rows, month,
       row_number() OVER (ORDER BY source, catalog, native_id) - 1 AS idx
FROM (SELECT source, catalog, native_id, count(*) AS rows, max(month) AS month
      FROM {items} GROUP BY source, catalog, native_id)
"""

_ITEM = """
CREATE OR REPLACE TEMP TABLE item AS
WITH print AS (
  SELECT source, catalog, native_id, month, file_size, sha256, md5, sha1, width, height,
         image_data_sha256, image_data_method, coalesce(flat, false) AND sha256 IS NOT NULL AS flat,
         CASE WHEN NOT flat AND sha256 IS NOT NULL THEN phash END AS phash,
         CASE WHEN said[1] IN ('second', 'subsecond')
              THEN unhex(md5(concat_ws('|', said[2], said[3], said[4], said[5]))) END AS capture
  FROM (SELECT *, json_extract_string(exif, ['$.capture_precision', '$.capture_time',
               '$.camera_make', '$.camera_model', '$.camera_serial']) AS said FROM {prints})
),
joined AS (
  SELECT idx, i.source, i.catalog, i.native_id, i.month, i.path, i.media_kind, i.availability,
         i.links, coalesce(i.media_type, '') AS media_type,
         coalesce(f.file_size, i.file_size) AS file_size,
         i.sha256 AS stated_sha256, i.md5 AS stated_md5, i.file_size AS stated_size,
         CASE WHEN i.source IN (SELECT unnest($trusted_sha1)) THEN i.sha1 END AS stated_sha1,
         i.image_data_sha256 AS stated_image,
         f.sha256 AS read_sha256, f.md5 AS read_md5, f.sha1 AS read_sha1,
         f.image_data_sha256 AS read_image, f.image_data_method AS method,
         coalesce(f.flat, false) AS flat, f.phash, f.capture, f.month AS looked_for_in,
         -- What a catalog states is measured otherwise (a RAW with its margins, before a crop).
         CASE WHEN f.image_data_sha256 IS NULL THEN i.width ELSE f.width END AS width,
         CASE WHEN f.image_data_sha256 IS NULL THEN i.height ELSE f.height END AS height,
         greatest(coalesce(f.width::BIGINT * f.height, 0),
                  coalesce(i.width::BIGINT * i.height, 0)) AS pixels,
         coalesce(i.quality = 'reduced', false) AS reduced
  FROM {items} i JOIN entry USING (source, catalog, native_id)
  LEFT JOIN print f USING (source, catalog, native_id)
),
chosen AS (
  SELECT *, list_contains(list_transform(coalesce(links, []), lambda l: l.kind), 'virtual_copy_of')
              AS is_copy,
         list_filter(links, lambda l: l.kind = 'first_id')[1].target AS first_id,
         coalesce(coalesce(read_sha256, stated_sha256) = {empty}
                  OR coalesce(file_size, 1) = 0, false) AS is_empty
  FROM joined
)
SELECT idx::INTEGER AS idx, source, catalog, native_id, first_id, month, path, media_kind,
       availability, looked_for_in, media_type, pixels, reduced, phash, capture, is_copy, is_empty,
       list_sort(list_distinct(list_filter(coalesce(links, []), lambda l: l.target IS NOT NULL)))
         AS links,
       source IN (SELECT unnest($path_based)) AS is_path,
       coalesce(read_sha256 <> stated_sha256, false) OR coalesce(read_md5 <> stated_md5, false)
         OR coalesce(read_sha1 <> stated_sha1, false) AS contradicted,
       CASE WHEN usable THEN coalesce(read_sha256, stated_sha256) END AS blob,
       CASE WHEN usable THEN coalesce(read_md5, stated_md5) END AS md5,
       CASE WHEN read_md5 IS NULL THEN stated_size ELSE file_size END AS md5_size,
       CASE WHEN usable THEN coalesce(read_sha1, stated_sha1) END AS sha1,
       CASE WHEN usable AND NOT flat AND coalesce(read_image, stated_image) <> {empty}
            THEN coalesce(read_image, stated_image) END AS image,
       CASE WHEN read_image IS NULL THEN 'stated' ELSE coalesce(method, '') END AS method,
       -- Turning a picture swaps its upright sides and leaves its image data as they are.
       CASE WHEN width IS NOT NULL AND height IS NOT NULL
            THEN least(width, height) || 'x' || greatest(width, height) END AS sides
FROM (SELECT *, NOT (is_copy OR is_empty) AS usable FROM chosen)
"""

_LINK = """
CREATE TEMP TABLE link AS
SELECT idx, source, catalog, native_id, is_copy, l.kind AS kind, l.target AS target,
       l.detail AS detail
FROM (SELECT idx, source, catalog, native_id, is_copy, unnest(links) AS l FROM item)
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Counts collected while loading."""

    items: int
    repeated_rows: int
    contradicted_digests: int
    empty_files: int
    settled: bool  # no item is in two months, and each was found in its own month


def load(connection: duckdb.DuckDBPyConnection, inputs: PhotoInputs) -> Loaded:
    """Create the tables `item` and `link`."""
    items, prints = "stored_items", "stored_fingerprints"
    view_stored(connection, items, ITEMS, inputs.items)
    view_stored(connection, prints, FINGERPRINTS, inputs.fingerprints)
    connection.execute(_ENTRY.format(items=items))
    entries = count(connection, "SELECT count(*) FROM entry")
    repeats = 0
    once = distinct_items(connection, items)
    _make_items(connection, inputs, once, prints)
    if once != items or count(connection, "SELECT count(*) FROM item") != entries:
        repeats = count_repeats(connection, prints)
        _make_items(connection, inputs, once, distinct_prints(prints))
    connection.execute("DROP TABLE entry")
    take_links(connection)
    away = count(connection, "SELECT count(*) FROM item WHERE looked_for_in IS DISTINCT FROM month")
    connection.execute("ALTER TABLE item DROP looked_for_in")
    return Loaded(
        items=entries,
        repeated_rows=repeats,
        contradicted_digests=count(connection, "SELECT count(*) FROM item WHERE contradicted"),
        empty_files=count(connection, "SELECT count(*) FROM item WHERE is_empty"),
        settled=not repeats and not away,
    )


def take_links(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table `link` from the column `links` of `item`."""
    connection.execute(_LINK)


def _make_items(
    connection: duckdb.DuckDBPyConnection, inputs: PhotoInputs, items: str, prints: str
) -> None:
    query = _ITEM.format(items=items, prints=prints, empty=_EMPTY_SHA256)
    lists = {
        "trusted_sha1": sorted(inputs.trusted_sha1),
        "path_based": sorted(inputs.path_based),
    }
    connection.execute(query, lists)
