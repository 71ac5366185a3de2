"""The complete search for look-alikes: from photos and fingerprints to candidates.

Pairs of hashes become pairs of photos, each once, with its two closest blobs and the evidence.
"""

import time
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.lookalikes.engine import arrow, engine
from photo_assets.identity.lookalikes.groups import build_groups
from photo_assets.identity.lookalikes.hashes import find_pairs, hash_values, register_hashes
from photo_assets.identity.lookalikes.inputs import (
    LookalikeInputs,
    LookalikeOptions,
    LookalikeSummary,
    LookalikeTables,
)
from photo_assets.identity.lookalikes.load import load
from photo_assets.identity.lookalikes.turns import Turn
from photo_assets.model.tables import LOOKALIKES

_PAIRS = """
SELECT x.photo_id AS a_photo_id, y.photo_id AS b_photo_id, sa AS a_sha256, sb AS b_sha256,
       distance, dhash_distance, turn, wa AS a_aspect, wb AS b_aspect, aspect_difference,
       capture_difference_s, relation
FROM pair JOIN photo x ON x.p = a JOIN photo y ON y.p = b ORDER BY a, b
"""
_CROWDED = """
SELECT count(DISTINCT p) FROM hash h JOIN picture USING (phash) WHERE h.crowd >= 0
"""


def build_lookalikes(inputs: LookalikeInputs, options: LookalikeOptions) -> LookalikeTables:
    """Find the pairs of photos that look alike and group them; nothing is merged.

    The pairs are exactly those of comparing every picture with every other one, except pairs of two
    crowded photos (see `crowds`). The same input gives the same tables. Raises `StorageError` when
    a table cannot be read.
    """
    clock = _Clock()
    with engine(inputs) as connection:
        loaded = load(connection, inputs)
        clock.lap("load")
        values = hash_values(connection)
        listed = find_pairs(values, options, inputs.threads)
        register_hashes(connection, values, listed, options, inputs.threads)
        clock.lap("search")
        build_pairs(connection)
        clock.lap("pairs")
        groups, group_ids = build_groups(connection)
        found = arrow(connection, _PAIRS).append_column("group_id", group_ids)
        pairs = found.select(LOOKALIKES.schema.names).cast(LOOKALIKES.schema)
        ((crowded,),) = connection.execute(_CROWDED).fetchall()
        clock.lap("groups")
    stars = pc.sum(pc.equal(groups["kind"], "star")).as_py() or 0
    return LookalikeTables(
        pairs,
        groups,
        LookalikeSummary(
            pictures=loaded.pictures,
            flat_pictures=loaded.flat,
            hashes=len(values.hashes),
            pairs=pairs.num_rows,
            pairs_by_distance=_counts(pairs["distance"]),
            pairs_by_turn=_counts(pairs["turn"]),
            related_pairs=pairs.num_rows - pairs["relation"].null_count,
            stars=stars,
            crowds=groups.num_rows - stars,
            crowded_photos=crowded,
            stages_s=clock.stages,
        ),
    )


def _counts(column: pa.ChunkedArray) -> dict[Any, int]:
    found = pc.value_counts(column).to_pylist()
    return dict(sorted((row["values"], row["counts"]) for row in found))


class _Clock:
    def __init__(self) -> None:
        self._last = time.monotonic()
        self.stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.monotonic()
        self.stages[stage] = round(now - self._last, 3)
        self._last = now


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
  PARTITION BY a, b ORDER BY distance, turn <> 'none', dhash_distance, turn, sa, sb, wa, wb
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
