"""From pairs of hashes to pairs of photos, each once, with its two closest blobs and evidence."""

import duckdb

from photo_assets.identity.lookalikes.turns import Turn

# In both directions where the hashes differ; a pair of photos is kept once, with its smallest
# distance, preferably not turned.
_NEAR = """
CREATE TEMP TABLE near AS
WITH candidate AS (
  SELECT a.p AS pa, b.p AS pb, a.sha256 AS sa, b.sha256 AS sb, c.distance, c.turn,
         a.aspect AS wa, b.aspect AS wb, bit_count(xor(a.dhash, b.dhash)) AS dhash_distance
  FROM close c JOIN hash h ON h.v = c.first JOIN hash k ON k.v = c.second
  JOIN picture a ON a.phash = h.phash JOIN picture b ON b.phash = k.phash
  WHERE a.p <> b.p AND (c.first <> c.second OR a.p < b.p)
),
ordered AS (
  SELECT pa AS a, pb AS b, sa, sb, wa, wb, distance, turn, dhash_distance
  FROM candidate WHERE pa < pb
  UNION ALL
  SELECT pb, pa, sb, sa, wb, wa, distance, {inverse}, dhash_distance
  FROM candidate WHERE pa > pb
)
SELECT * EXCLUDE (dhash_distance),
       CASE WHEN turn = 'none' THEN dhash_distance END AS dhash_distance
FROM ordered
QUALIFY row_number() OVER (
  PARTITION BY a, b ORDER BY distance, turn <> 'none', dhash_distance, turn, sa, sb
) = 1
"""
_PAIR = """
CREATE TEMP TABLE pair AS
WITH shaped AS (
  SELECT *, CASE WHEN turn IN ({swapping}) THEN 1 / wb ELSE wb END AS turned_wb FROM near
)
SELECT n.a, n.b, sa, sb, distance, dhash_distance, turn, wa, wb,
       abs(wa - turned_wb) / greatest(wa, turned_wb) AS aspect_difference,
       -- Clocks on the wall are compared with each other, instants with instants.
       abs(coalesce(epoch_us(x.wall) - epoch_us(y.wall), epoch_us(x.utc) - epoch_us(y.utc))) / 1e6
         AS capture_difference_s,
       relation
FROM shaped n LEFT JOIN taken x ON x.p = n.a LEFT JOIN taken y ON y.p = n.b
LEFT JOIN related r ON r.a = n.a AND r.b = n.b
"""


def build_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table `pair`, photos by number, a < b, from `close`, `hash` and `picture`."""
    connection.execute(_NEAR.format(inverse=_inverse())).fetchall()
    swapping = ", ".join(f"'{turn}'" for turn in Turn if turn.swaps_axes)
    connection.execute(_PAIR.format(swapping=swapping)).fetchall()


def _inverse() -> str:
    cases = " ".join(
        f"WHEN '{turn}' THEN '{turn.inverse}'" for turn in Turn if turn.inverse != turn
    )
    return f"CASE turn {cases} ELSE turn END"
