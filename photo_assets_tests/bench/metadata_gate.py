"""Whether `metadata/unified` and `metadata/conflicts` are right, told by other means than theirs.

What disagrees is found again by plain SQL over the items: stars and captions, which the synthetic
lake plants, and the rest of the question stays with the tests of the room.
"""

from collections.abc import Sequence
from typing import Any

import duckdb

from photo_assets.lake import Lake
from photo_assets.lake.inputs import item_files
from photo_assets.ledger.decisions import Decision
from photo_assets.metadata.conflict import ConflictKind, conflict_id

_PLANTED = {"rating": "rating > 0", "caption": "trim(caption) <> ''"}

_DISAGREEING = """
SELECT m.photo_id FROM read_parquet($items) i
JOIN read_parquet($members) m USING (source, catalog, native_id)
WHERE i.availability <> 'trashed' AND {stated}
GROUP BY ALL HAVING count(DISTINCT {column}) > 1
"""


def faults(lake: Lake, decisions: Sequence[Decision]) -> list[str]:
    """Return what is wrong, in sentences; nothing when all holds."""
    answered = {decision.conflict_id for decision in decisions}
    with duckdb.connect() as connection:
        return [
            *_unequal_counts(connection, lake),
            *(
                fault
                for column in _PLANTED
                for fault in _planted(connection, lake, column, answered)
            ),
        ]


def _unequal_counts(connection: duckdb.DuckDBPyConnection, lake: Lake) -> list[str]:
    unified, photos, conflicts = (
        {"file": [str(path) for path in lake.files((layer, asset))]}
        for layer, asset in (
            ("metadata", "unified"),
            ("identity", "photos"),
            ("metadata", "conflicts"),
        )
    )
    rows, ids, counted = _one(
        connection,
        "SELECT count(*), count(DISTINCT photo_id), sum(conflict_count) FROM read_parquet($file)",
        unified,
    )
    (known,) = _one(connection, "SELECT count(*) FROM read_parquet($file)", photos)
    (open_,) = _one(connection, "SELECT count(*) FROM read_parquet($file)", conflicts)
    found = []
    if not rows == ids == known:
        found.append(f"{rows:,} unified rows of {ids:,} photos, and there are {known:,} photos")
    if counted != open_:
        found.append(f"unified rows count {counted:,} conflicts, and {open_:,} are open")
    return found


def _planted(
    connection: duckdb.DuckDBPyConnection, lake: Lake, column: str, answered: set[str]
) -> list[str]:
    query = _DISAGREEING.format(column=column, stated=_PLANTED[column])
    files = {
        "items": [str(file) for file in item_files(lake)],
        "members": [str(file) for file in lake.files(("identity", "members"))],
    }
    expected = {photo for (photo,) in connection.execute(query, files).fetchall()}
    rows = connection.execute(
        "SELECT photo_id, conflict_id FROM read_parquet($file) WHERE field = $field",
        {
            "file": [str(file) for file in lake.files(("metadata", "conflicts"))],
            "field": column,
        },
    ).fetchall()
    kind = ConflictKind.METADATA_MISMATCH
    closed = {photo for photo in expected if conflict_id(photo, kind, column) in answered}
    asked = {photo for photo, _ in rows}
    wrong = expected ^ (asked | closed)
    reopened = asked & closed
    if not expected:
        return [f"nothing is planted about {column}"]
    if wrong or reopened:
        return [
            f"{len(wrong):,} of {len(expected):,} disagreements about {column} are not told, or "
            f"are told and do not exist; {len(reopened):,} are asked although answered"
        ]
    return []


def _one(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]
) -> tuple[Any, ...]:
    row = connection.execute(query, parameters).fetchone()
    assert row is not None
    return row
