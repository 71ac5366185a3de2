"""Rows of `model.tables.LOOKALIKE_GROUPS`, ordered: stars from pairs, crowds from hashes.

Most likely matches first: by the best pair of a star, pairs not yet related by a catalog first,
then by distance, by distance of the other hash, by shape and by time. Crowds come last, larger ones
first.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from photo_assets.identity.lookalikes.engine import arrow
from photo_assets.identity.lookalikes.stars import Numbers, Stars, build_stars
from photo_assets.model.tables import LOOKALIKE_GROUPS

NAMED_OF_A_CROWD = 50

_PAIRS = """
SELECT a, b, distance,
       row_number() OVER (
         ORDER BY relation IS NOT NULL, distance, coalesce(dhash_distance, 64),
                  coalesce(aspect_difference, 1), capture_difference_s NULLS LAST, a, b
       ) AS place
FROM pair ORDER BY a, b
"""
_CROWDS = """
WITH crowded AS (
  SELECT DISTINCT h.crowd, p, photo_id FROM hash h JOIN picture USING (phash) JOIN photo USING (p)
  WHERE h.crowd >= 0
),
commonest AS (
  SELECT h.crowd, arg_min(h.phash, (-n, h.phash)) AS phash
  FROM hash h JOIN (SELECT phash, count(DISTINCT p) AS n FROM picture GROUP BY phash) USING (phash)
  WHERE h.crowd >= 0 GROUP BY h.crowd
)
SELECT list(photo_id ORDER BY photo_id)[:{named}] AS members,
       count(*)::INTEGER AS photo_count, any_value(phash) AS phash
FROM crowded JOIN commonest USING (crowd) GROUP BY crowd ORDER BY photo_count DESC, members
"""


def build_groups(connection: duckdb.DuckDBPyConnection) -> tuple[pa.Table, pa.Array]:
    """Return the group rows in order, and the group id of each pair in the order of (a, b)."""
    pairs = _pairs(connection)
    stars = build_stars(pairs["a"], pairs["b"])
    ids = arrow(connection, "SELECT photo_id FROM photo ORDER BY p")["photo_id"].combine_chunks()
    rows = list(_star_rows(stars, pairs, ids))
    group_ids = pa.array([row["group_id"] for row in rows], pa.string())
    likeliest = np.full(len(rows), len(stars.group_of) + 1, np.int64)
    np.minimum.at(likeliest, stars.group_of, pairs["place"])
    ordered = [rows[n] for n in np.argsort(likeliest, kind="stable").tolist()]
    ordered += _crowd_rows(connection)
    for place, row in enumerate(ordered, 1):
        row["place"] = place
    groups = pa.Table.from_pylist(ordered, schema=LOOKALIKE_GROUPS.schema)
    return groups, group_ids.take(pa.array(stars.group_of))


def _pairs(connection: duckdb.DuckDBPyConnection) -> dict[str, Numbers]:
    table = arrow(connection, _PAIRS)
    return {name: table[name].to_numpy().astype(np.int64) for name in table.column_names}


def _star_rows(stars: Stars, pairs: dict[str, Numbers], ids: pa.Array) -> Iterator[dict[str, Any]]:
    first, second = pairs["a"].tolist(), pairs["b"].tolist()
    distance = pairs["distance"].tolist()
    smallest = np.full(len(stars.centres), 64, np.int64)
    np.minimum.at(smallest, stars.group_of, pairs["distance"])
    for number, (centre, spokes) in enumerate(zip(stars.centres, stars.spokes, strict=True)):
        # Numbers follow ids, so ties are resolved by id.
        near = sorted((distance[n], first[n] + second[n] - centre) for n in spokes)
        members = [ids[p].as_py() for p in (centre, *(p for _, p in near))]
        yield {
            "group_id": _group_id("star", members),
            "kind": "star",
            "centre_photo_id": members[0],
            "members": members,
            "photo_count": len(members),
            "smallest_distance": int(smallest[number]),
            "largest_distance": near[-1][0],
        }


def _crowd_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = arrow(
        connection, _CROWDS.format(named=NAMED_OF_A_CROWD)
    ).to_pylist()
    for row in rows:
        row["kind"] = "crowd"
        row["group_id"] = _group_id(f"crowd {row['phash']}", row["members"])
    return rows


def _group_id(kind: str, members: list[str]) -> str:
    return hashlib.sha256("\n".join([kind, *members]).encode()).hexdigest()[:16]
