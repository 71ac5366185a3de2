"""The identity ladder: which items are joined, by which step and evidence. Fills the table `edge`.

`inferred` are the items whose blob was derived from another digest shared with a known blob.

Items that share a key are all joined to the first of them, so n items need n - 1 edges. An
ambiguous value joins nothing: in doubt, photos stay separate.
"""

import duckdb

from photo_assets.identity.photos.engine import count

_EDGE = """
CREATE TEMP TABLE edge (a INTEGER, b INTEGER, step TINYINT, key VARCHAR, value VARCHAR);
CREATE TEMP TABLE inferred (idx INTEGER)
"""

_SAME_BYTES = """
INSERT INTO edge
SELECT first, idx, 1, 'sha256', lower(hex(blob))
FROM item JOIN (SELECT blob, min(idx) AS first FROM item WHERE blob IS NOT NULL
                GROUP BY blob HAVING count(*) > 1) USING (blob)
WHERE idx <> first
"""

# Only values of items without SHA-256 need a lookup. Two contents with the same MD5 or SHA-1 can be
# constructed; such a value identifies nothing.
_ASKED = "SELECT count(*) FROM item WHERE blob IS NULL AND {known}"
_BY_DIGEST = """
CREATE OR REPLACE TEMP TABLE shared AS
SELECT {key} AS value, min(idx) AS first, count(DISTINCT blob) AS blobs, any_value(blob) AS blob
FROM item
WHERE {known} AND {key} IN (SELECT {key} FROM item WHERE blob IS NULL AND {known})
GROUP BY value HAVING count(*) > 1;

INSERT INTO edge
SELECT first, i.idx, 1, '{name}', i.value
FROM (SELECT idx, blob, {key} AS value FROM item WHERE {known}) i
JOIN shared s ON s.value = i.value JOIN item f ON f.idx = s.first
WHERE s.blobs <= 1 AND i.idx <> s.first AND coalesce(i.blob <> f.blob, true);

INSERT INTO inferred SELECT idx FROM item, shared s
WHERE item.blob IS NULL AND {known} AND s.value = {key} AND s.blobs = 1;

UPDATE item SET blob = s.blob FROM shared s
WHERE item.blob IS NULL AND {known} AND s.value = {key} AND s.blobs = 1;
"""
_MD5 = {
    "name": "md5+size",
    "key": "(lower(hex(md5)) || ':' || md5_size)",
    "known": "(md5 IS NOT NULL AND coalesce(md5_size, 0) > 0)",
}
_SHA1 = {"name": "sha1", "key": "lower(hex(sha1))", "known": "(sha1 IS NOT NULL)"}

# Safeguard: image data with two sizes does not join items of different sizes.
_SAME_IMAGE_DATA = """
CREATE TEMP TABLE image_group AS
SELECT image, method, media_type, coalesce(min(sides) <> max(sides), false) AS torn
FROM item WHERE image IS NOT NULL GROUP BY ALL HAVING count(*) > 1;

INSERT INTO edge
SELECT first, idx, 2, 'image_data_sha256', lower(hex(image))
FROM (
  SELECT idx, blob, image, min(idx) OVER same AS first,
         first_value(blob) OVER (same ORDER BY idx) AS first_blob
  FROM item JOIN image_group USING (image, method, media_type)
  WHERE NOT torn OR sides IS NOT NULL
  WINDOW same AS (PARTITION BY image, method, media_type, CASE WHEN torn THEN sides END)
)
WHERE idx <> first AND coalesce(blob <> first_blob, true)
"""

_DUPLICATES = """
INSERT INTO edge
SELECT DISTINCT least(l.idx, t.idx), greatest(l.idx, t.idx), 3, 'duplicate_of', l.target
FROM link l JOIN item t
  ON t.source = l.source AND t.catalog = l.catalog AND t.native_id = l.target
WHERE l.kind = 'duplicate_of' AND l.idx <> t.idx AND NOT l.is_copy AND NOT t.is_copy
  AND coalesce(t.blob <> (SELECT blob FROM item i WHERE i.idx = l.idx), true)
"""

# The first word of `detail` names the service: "flickr", a plug-in's id
# ("com.adobe.ag.export.flickr"), or the picture's address. Two entries of one catalog published as
# one remote picture (for example, a master and its virtual copy) cannot both be that picture.
_PUBLISHED = """
CREATE TEMP TABLE published AS
SELECT l.idx, t.idx AS remote, l.target, count(*) OVER (PARTITION BY l.source, l.catalog, t.idx)
  AS claims
FROM link l JOIN item t ON t.native_id = l.target AND t.idx <> l.idx
 AND list_contains(regexp_split_to_array(lower(split_part(coalesce(l.detail, ''), ' ', 1)),
                                         '[^a-z0-9_]+'), t.source)
WHERE l.kind = 'published_as';

INSERT INTO edge
SELECT DISTINCT least(idx, remote), greatest(idx, remote), 3, 'published_as', target
FROM published WHERE claims = 1
"""

# A tag states the SHA-1 of the file that a program uploaded. People copy tags to other photos, and
# replace a photo and keep its tags: where two entries of one catalog claim the bytes, neither has
# them, and a blob is never inferred from it.
_TAGGED = """
CREATE TEMP TABLE tagged AS
SELECT l.idx, d.first, l.target,
       count(*) OVER (PARTITION BY l.source, l.catalog, l.target) AS claims
FROM link l JOIN (
  SELECT lower(hex(sha1)) AS target, min(idx) AS first FROM item
  WHERE sha1 IN (SELECT unhex(target) FROM link WHERE kind = 'tagged_sha1')
  GROUP BY sha1 HAVING count(DISTINCT blob) <= 1
) d USING (target)
WHERE l.kind = 'tagged_sha1' AND d.first <> l.idx;

INSERT INTO edge
SELECT DISTINCT least(idx, first), greatest(idx, first), 3, 'tagged_sha1', target
FROM tagged WHERE claims = 1
"""

# time:name:size of the import is unique within a catalog (measured: 380,000 of 380,000); where it
# is not, it proves nothing. It never joins items of the same catalog.
_IMPORT_HASHES = """
CREATE TEMP TABLE import_hash AS
SELECT source, target, min(idx) AS first, count(*) <> count(DISTINCT catalog) AS repeated
FROM link WHERE kind = 'import_hash' AND NOT is_copy AND target <> ''
GROUP BY source, target HAVING count(DISTINCT catalog) > 1;

INSERT INTO edge
SELECT DISTINCT h.first, l.idx, 3, 'import_hash', l.target
FROM import_hash h JOIN link l USING (source, target)
JOIN item f ON f.idx = h.first JOIN item i ON i.idx = l.idx
WHERE l.kind = 'import_hash' AND NOT l.is_copy AND l.idx <> h.first AND NOT h.repeated
  AND coalesce(i.blob <> f.blob, true)
"""


# The months of a catalog are written one by one: if the old row of a moved file still exists, both
# rows are the same entry.
_MOVED = """
INSERT INTO edge
SELECT DISTINCT least(i.idx, o.idx), greatest(i.idx, o.idx), 3, 'first_id', i.first_id
FROM item i JOIN item o ON o.source = i.source AND o.catalog = i.catalog
 AND coalesce(o.first_id, o.native_id) = i.first_id AND o.is_copy = i.is_copy
WHERE i.first_id IS NOT NULL AND o.idx <> i.idx AND coalesce(o.blob <> i.blob, true)
"""


def build_edges(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Fill `edge`; return, per kind of key, the number of values too ambiguous to join by."""
    ambiguous: dict[str, int] = {}
    connection.execute(_EDGE)
    connection.execute(_SAME_BYTES)
    for digest in (_MD5, _SHA1):
        if not count(connection, _ASKED.format(**digest)):
            continue
        connection.execute(_BY_DIGEST.format(**digest))
        ambiguous[digest["name"]] = count(connection, "SELECT count(*) FROM shared WHERE blobs > 1")
    connection.execute(_SAME_IMAGE_DATA)
    connection.execute(_DUPLICATES)
    connection.execute(_MOVED)
    connection.execute(_PUBLISHED)
    connection.execute(_TAGGED)
    connection.execute(_IMPORT_HASHES)
    for key, query in {
        "image_data_sha256": "SELECT count(*) FROM image_group WHERE torn",
        "published_as": "SELECT count(DISTINCT remote) FROM published WHERE claims > 1",
        "tagged_sha1": "SELECT count(DISTINCT target) FROM tagged WHERE claims > 1",
        "import_hash": "SELECT count(*) FROM import_hash WHERE repeated",
    }.items():
        ambiguous[key] = count(connection, query)
    return {key: number for key, number in ambiguous.items() if number}
