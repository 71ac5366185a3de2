"""The content of contact sheets: the groups in order, and the compared blob of each photo."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.identity.lookalikes.engine import arrow, engine, relation
from photo_assets.identity.lookalikes.inputs import LookalikeInputs, LookalikeTables
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS

MOST_TILES = 24


@dataclass(frozen=True, slots=True)
class Subject:
    """One photo on a sheet. `distance` is to the center; None for the center and in crowds."""

    photo_id: str
    sha256: bytes | None
    distance: int | None
    turn: str
    relation: str | None
    label: str  # source/catalog of the entry
    file_name: str
    file_size: int | None
    width: int | None
    height: int | None
    captured: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """One sheet: a star's center and the photos that look like it, or part of a crowd."""

    group_id: str
    kind: str
    photo_count: int
    subjects: tuple[Subject, ...]


# For a star, the compared blobs; the center's blob is that of its closest pair.
_SHOWN = """
CREATE TEMP TABLE shown AS
WITH member AS (
  SELECT place, kind, centre_photo_id AS centre, unnest(members[:$most]) AS photo_id,
         unnest(range(1, least(len(members), $most) + 1)) AS seat
  FROM chosen
),
spoke AS (
  SELECT a_photo_id AS photo_id, b_photo_id AS other, a_sha256 AS sha256, b_sha256 AS other_sha256,
         distance, turn, relation FROM found
  UNION ALL
  SELECT b_photo_id, a_photo_id, b_sha256, a_sha256, distance, turn, relation FROM found
),
seated AS (
  SELECT m.*, s.sha256, s.other_sha256, s.distance, s.turn, s.relation
  FROM member m LEFT JOIN spoke s
    ON m.kind = 'star' AND s.photo_id = m.photo_id AND s.other = m.centre
)
SELECT place, seat, photo_id, distance, coalesce(turn, 'none') AS turn, relation,
       CASE WHEN kind = 'star' AND seat = 1
            THEN max(CASE WHEN seat = 2 THEN other_sha256 END) OVER (PARTITION BY place)
            ELSE sha256 END AS sha256
FROM seated
"""
_FACTS = """
WITH wanted AS (SELECT DISTINCT photo_id FROM shown),
entry AS (
  SELECT m.photo_id, m.sha256, m.is_master, m.source, m.catalog, m.native_id, i.month,
         i.file_name, i.capture_time, coalesce(f.file_size, i.file_size) AS file_size,
         f.width, f.height
  FROM {members} m SEMI JOIN wanted USING (photo_id)
  JOIN {items} i USING (source, catalog, native_id)
  LEFT JOIN {fingerprints} f USING (source, catalog, native_id)
)
SELECT place, seat, s.photo_id, s.sha256, s.distance, s.turn, s.relation,
       -- The master's own blob where none was compared: of crowds any will do.
       coalesce(s.sha256, e.sha256) AS blob, e.source || '/' || e.catalog AS label,
       coalesce(e.file_name, '') AS file_name, e.file_size, e.width, e.height, e.capture_time
FROM shown s LEFT JOIN entry e
  ON e.photo_id = s.photo_id AND (s.sha256 IS NULL OR e.sha256 = s.sha256)
QUALIFY row_number() OVER (
  PARTITION BY place, seat
  ORDER BY NOT e.is_master, e.sha256 IS NULL, e.source, e.catalog, e.native_id, e.month
) = 1
ORDER BY place, seat
"""


def read_groups(inputs: LookalikeInputs, tables: LookalikeTables, most: int) -> list[Group]:
    """Return up to `most` groups, most likely matches first, with the shown data of each photo.

    Raises `StorageError` when a table cannot be read.
    """
    chosen = tables.groups.slice(0, most)
    if not chosen.num_rows:
        return []
    with engine(inputs) as connection:
        rows = _rows(connection, inputs, chosen, tables.pairs).to_pylist()
    subjects: dict[int, list[Subject]] = {}
    for row in rows:
        subjects.setdefault(row["place"], []).append(_subject(row))
    return list(_groups(chosen, subjects))


def _rows(
    connection: duckdb.DuckDBPyConnection,
    inputs: LookalikeInputs,
    chosen: pa.Table,
    pairs: pa.Table,
) -> pa.Table:
    connection.register("chosen", chosen)
    connection.register("found", pairs)
    connection.execute(_SHOWN, {"most": MOST_TILES}).fetchall()
    names = {
        "members": relation(connection, MEMBERS, inputs.members),
        "items": relation(connection, ITEMS, inputs.items),
        "fingerprints": relation(connection, FINGERPRINTS, inputs.fingerprints),
    }
    return arrow(connection, _FACTS.format(**names))


def _subject(row: dict[str, Any]) -> Subject:
    return Subject(
        photo_id=row["photo_id"],
        sha256=row["blob"],
        distance=row["distance"],
        turn=row["turn"],
        relation=row["relation"],
        label=row["label"] or "",
        file_name=row["file_name"] or "",
        file_size=row["file_size"],
        width=row["width"],
        height=row["height"],
        captured=row["capture_time"],
    )


def _groups(chosen: pa.Table, subjects: dict[int, list[Subject]]) -> Iterator[Group]:
    columns = chosen.select(["group_id", "kind", "place", "photo_count"])
    for row in columns.to_pylist():
        shown = tuple(subjects[row["place"]])
        yield Group(row["group_id"], row["kind"], row["photo_count"], shown)
