"""The pictures of photos and their capture times, as tables of one connection.

`picture`: one row per blob of a photo with a hash that is not flat, and one for the previews of
items without known bytes; `p` numbers photos in the order of their ids. `taken`: a photo's capture
time on the wall clock and in UTC, where known. Virtual copies have no file and thus no picture:
they would be look-alikes of their masters.
"""

from dataclasses import dataclass

import duckdb

from photo_assets.identity.lookalikes.engine import relation
from photo_assets.identity.lookalikes.inputs import LookalikeInputs
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS, RELATIONS

_BLOB = """
CREATE TEMP TABLE blob AS
SELECT photo_id, sha256, r.phash, r.dhash, r.flat, r.aspect FROM (
  SELECT m.photo_id, m.sha256,
         -- While a new recipe makes its way through the months, its hashes count.
         arg_max({{'phash': f.phash, 'dhash': f.dhash, 'flat': coalesce(f.flat, false),
                   'aspect': coalesce(f.width::DOUBLE / nullif(f.height, 0), f.preview_aspect)}},
                 (coalesce(f.hash_recipe, 0), f.phash, f.dhash, f.width, f.height,
                  f.preview_aspect)) AS r
  FROM {members} m JOIN {fingerprints} f USING (source, catalog, native_id)
  WHERE f.phash IS NOT NULL AND f.sha256 IS NOT DISTINCT FROM m.sha256
  GROUP BY ALL
)
"""
_PHOTO = """
CREATE TEMP TABLE photo AS
SELECT photo_id, (row_number() OVER (ORDER BY photo_id) - 1)::INTEGER AS p
FROM (SELECT DISTINCT photo_id FROM blob WHERE NOT flat)
"""
_PICTURE = """
CREATE TEMP TABLE picture AS
SELECT p, sha256, phash, dhash, aspect FROM blob JOIN photo USING (photo_id) WHERE NOT flat
"""
# The master's statement is preferred, then that of the first entry with one; guesses are ignored.
_TAKEN = """
CREATE TEMP TABLE taken AS
SELECT p, said.wall AS wall, said.utc AS utc FROM (
  SELECT p, arg_min({{'wall': wall, 'utc': utc}},
                    (NOT is_master, source, catalog, native_id, month)) AS said
  FROM (
    SELECT p, is_master, source, catalog, native_id, i.month,
           CASE WHEN i.capture_kind = 'wall' THEN i.capture_time END AS wall,
           CASE WHEN i.capture_kind = 'utc' THEN i.capture_time
                ELSE i.capture_time - to_minutes(i.capture_offset_min) END AS utc
    FROM {items} i JOIN {members} m USING (source, catalog, native_id) JOIN photo USING (photo_id)
    WHERE i.capture_time IS NOT NULL AND i.capture_kind IN ('wall', 'utc')
      AND i.capture_precision IN ('minute', 'second', 'subsecond')
  ) GROUP BY p
)
"""
_RELATED = """
CREATE TEMP TABLE related AS
SELECT least(f.p, t.p) AS a, greatest(f.p, t.p) AS b, min(kind) AS relation
FROM {relations} r JOIN photo f ON f.photo_id = r.from_photo_id
JOIN photo t ON t.photo_id = r.to_photo_id GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Counts collected while loading."""

    pictures: int
    flat: int


def load(connection: duckdb.DuckDBPyConnection, inputs: LookalikeInputs) -> Loaded:
    """Create the tables `photo` (photo_id, p), `picture`, `taken` and `related`."""
    names = {
        "members": relation(connection, MEMBERS, inputs.members),
        "relations": relation(connection, RELATIONS, inputs.relations),
        "fingerprints": relation(connection, FINGERPRINTS, inputs.fingerprints),
        "items": relation(connection, ITEMS, inputs.items),
    }
    for query in (_BLOB, _PHOTO, _PICTURE, _TAKEN, _RELATED):
        connection.execute(query.format(**names)).fetchall()
    ((pictures, flat),) = connection.execute(
        "SELECT count(*), count(*) FILTER (flat) FROM blob"
    ).fetchall()
    connection.execute("DROP TABLE blob").fetchall()
    return Loaded(pictures, flat)
