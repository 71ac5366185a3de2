"""Items and what is known of their content, as the tables `item` and `link` of one connection.

`item`: one row an entry, numbered in the order of (source, catalog, native id). `blob`, `md5`,
`sha1`, `image` are null where nothing is known, where the file is empty, and for virtual copies,
which own no bytes. What the program read itself goes before what a catalog states.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from photo_assets.identity.photos.engine import count
from photo_assets.identity.photos.inputs import PhotoInputs
from photo_assets.model.tables import FINGERPRINTS, ITEMS, TableKind

_EMPTY_SHA256 = "unhex('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')"

# An item may stand in two months for a moment (its capture time was corrected), and so may its
# fingerprint: the newer month counts, and of fingerprints that of the item's own month.
_JOINED = """
CREATE TEMP TABLE joined AS
SELECT row_number() OVER (
         ORDER BY i.source, i.catalog, i.native_id, i.month DESC, i.item_digest,
                  (f.month = i.month) DESC NULLS LAST, (f.status = 'ok') DESC NULLS LAST,
                  f.month DESC NULLS LAST, f.sha256
       ) - 1 AS row,
       i.source, i.catalog, i.native_id, i.month, i.path, i.media_kind, i.availability, i.links,
       coalesce(i.media_type, '') AS media_type,
       coalesce(f.file_size, i.file_size) AS file_size,
       i.sha256 AS stated_sha256, i.md5 AS stated_md5, i.file_size AS stated_size,
       CASE WHEN i.source IN (SELECT unnest($trusted_sha1)) THEN i.sha1 END AS stated_sha1,
       i.image_data_sha256 AS stated_image,
       f.sha256 AS read_sha256, f.md5 AS read_md5, f.sha1 AS read_sha1,
       f.image_data_sha256 AS read_image, f.image_data_method AS method,
       coalesce(f.flat, false) AS flat, CASE WHEN NOT f.flat THEN f.phash END AS phash,
       -- What a catalog states is measured otherwise (a RAW with its margins, before a crop).
       CASE WHEN f.image_data_sha256 IS NULL THEN i.width ELSE f.width END AS width,
       CASE WHEN f.image_data_sha256 IS NULL THEN i.height ELSE f.height END AS height,
       greatest(coalesce(f.width::BIGINT * f.height, 0), coalesce(i.width::BIGINT * i.height, 0))
         AS pixels,
       CASE WHEN f.exif IS NOT NULL
             AND json_extract_string(f.exif, '$.capture_precision') IN ('second', 'subsecond')
            THEN md5(concat_ws('|', json_extract_string(f.exif, '$.capture_time'),
                                    json_extract_string(f.exif, '$.camera_make'),
                                    json_extract_string(f.exif, '$.camera_model'),
                                    json_extract_string(f.exif, '$.camera_serial'))) END AS capture
FROM {items} i LEFT JOIN {fingerprints} f USING (source, catalog, native_id)
"""

_ITEM = """
CREATE TEMP TABLE item AS
WITH chosen AS (
  SELECT j.* REPLACE (row_number() OVER (ORDER BY row) - 1 AS row),
         list_contains(list_transform(coalesce(links, []), lambda l: l.kind), 'virtual_copy_of')
           AS is_copy,
         coalesce(read_sha256, stated_sha256) = {empty}
           OR coalesce(file_size, 1) = 0 AS empty
  FROM joined j {without_repeats}
)
SELECT row::INTEGER AS idx, source, catalog, native_id, month, path, media_kind, availability,
       links, media_type, pixels, phash, capture, is_copy, coalesce(empty, false) AS is_empty,
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
FROM (SELECT *, NOT (is_copy OR coalesce(empty, false)) AS usable FROM chosen)
"""

_LINK = """
CREATE TEMP TABLE link AS
SELECT DISTINCT idx, source, catalog, native_id, is_copy, l.kind AS kind, l.target AS target,
       l.detail AS detail
FROM (SELECT idx, source, catalog, native_id, is_copy, unnest(links) AS l FROM item)
WHERE l.target IS NOT NULL
"""

_REPEATS = """
SELECT count(*) FROM joined a JOIN joined b ON b.row = a.row + 1
WHERE a.source = b.source AND a.catalog = b.catalog AND a.native_id = b.native_id
"""
_WITHOUT_REPEATS = (
    "QUALIFY row_number() OVER (PARTITION BY source, catalog, native_id ORDER BY j.row) = 1"
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was noticed while loading."""

    items: int
    repeated_rows: int
    contradicted_digests: int
    empty_files: int


def load(connection: duckdb.DuckDBPyConnection, inputs: PhotoInputs) -> Loaded:
    """Make the tables `item` and `link`."""
    relations = {
        "items": _relation(connection, "items_empty", ITEMS, inputs.items),
        "fingerprints": _relation(connection, "fp_empty", FINGERPRINTS, inputs.fingerprints),
    }
    connection.execute(_JOINED.format(**relations), {"trusted_sha1": sorted(inputs.trusted_sha1)})
    repeats = count(connection, _REPEATS)
    query = _ITEM.format(empty=_EMPTY_SHA256, without_repeats=_WITHOUT_REPEATS if repeats else "")
    connection.execute(query, {"path_based": sorted(inputs.path_based)})
    connection.execute("DROP TABLE joined")
    connection.execute(_LINK)
    connection.execute("ALTER TABLE item DROP links")
    return Loaded(
        items=count(connection, "SELECT count(*) FROM item"),
        repeated_rows=repeats,
        contradicted_digests=count(connection, "SELECT count(*) FROM item WHERE contradicted"),
        empty_files=count(connection, "SELECT count(*) FROM item WHERE is_empty"),
    )


def _relation(
    connection: duckdb.DuckDBPyConnection, name: str, kind: TableKind, files: tuple[Path, ...]
) -> str:
    """Return what stands after FROM: the files, read lazily, or an empty table of that kind."""
    if not files:
        connection.register(name, kind.schema.empty_table())
        return name
    # A list of names in the query text, since a view over a parameter is not prunable; quotes
    # in a name are doubled, and DuckDB's own wildcards escaped.
    names = ", ".join(f"'{_literal(file)}'" for file in sorted(files))
    return f"read_parquet([{names}], hive_partitioning = false)"


def _literal(file: Path) -> str:
    name = "".join(f"[{char}]" if char in "*?[" else char for char in str(file))
    return name.replace("'", "''")
