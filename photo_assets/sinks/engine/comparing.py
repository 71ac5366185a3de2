"""Compare the wanted rows with the known rows, by key and digest, to find the rows to write.

Creates the tables `different`, `retiring`, `held_back` and `standing` of a plan's connection. The
written texts stay in their files; the content of a plan's rows is made in `plan_rows`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.ledger import PhotoRegistry
from photo_assets.model.plans import WANTED
from photo_assets.sinks.engine.database import run
from photo_assets.sinks.engine.known_rows import CUT_SHORT
from photo_assets.sinks.engine.parts import Parts, view_parts

HELD_SHARE = 0.05
HELD_ROWS = 20
"""More rows of a target than this, and than this share of it, are retired only with permission."""

_DESIRED = """
CREATE TABLE desired AS
SELECT stored_row AS after_row, list_position($targets, target) AS target_index, target, key,
       photo_id, month, digest, part, coalesce(withheld, false) AS withheld,
       (NOT coalesce(withheld, false))::TINYINT AS shown
FROM wanted
"""
_REPEATED = """
CREATE TABLE repeated AS
SELECT target, key FROM desired WHERE hash(target, key) IN
  (SELECT h FROM (SELECT hash(target, key) AS h FROM desired) GROUP BY h HAVING count(*) > 1)
GROUP BY ALL HAVING count(*) > 1
"""
_FIRST_OF_EACH = """
CREATE TABLE left_out AS
SELECT part, stored_row FROM wanted SEMI JOIN repeated USING (target, key)
QUALIFY row_number() OVER (PARTITION BY target, key ORDER BY content, stored_row) > 1
"""
_LEFT_OUT = "DELETE FROM desired WHERE after_row IN (SELECT stored_row FROM left_out)"
# A withheld row is not created: it is only emptied if it was sent or may have been sent.
_DIFFERENT = """
CREATE TABLE different AS
SELECT d.*, k.* EXCLUDE (target, key, photo_id, month, digest, part),
       k.digest AS before_digest,
       k.key IS NOT NULL AS known, CASE WHEN d.withheld THEN u.after END AS sent
FROM desired d LEFT JOIN known k ON d.target = k.target AND d.key = k.key
LEFT JOIN doubtful u ON d.target = u.target AND d.key = u.key
WHERE CASE WHEN k.key IS NULL THEN NOT d.withheld OR u.key IS NOT NULL
           ELSE k.retired <> d.withheld OR k.drift IS NOT NULL OR k.digest IS DISTINCT FROM d.digest
      END
"""
_GONE = """
CREATE TABLE gone AS
SELECT k.*, NULL::VARCHAR AS said FROM known k
ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
WHERE (NOT k.retired OR k.drift IS NOT NULL) AND k.is_there AND k.before_row IS NOT NULL
UNION ALL BY NAME
SELECT u.target, u.key, u.photo_id, u.month, u.after AS said, false AS retired, $why AS drift,
       false AS is_found
FROM doubtful u ANTI JOIN known k ON u.target = k.target AND u.key = k.key
ANTI JOIN desired d ON u.target = d.target AND u.key = d.key
"""
# Adopted pages that were never written are marked too, but not those of another collection.
_UNSEEN = """
CREATE TABLE unseen AS
SELECT k.*, '{}' AS said FROM known k
ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
WHERE NOT k.retired AND k.before_row IS NULL AND (k.drift IS NULL OR k.is_there)
"""
_UNSEEN_GONE = "INSERT INTO gone BY NAME SELECT u.* FROM unseen u JOIN ours USING (photo_id)"
# An empty view is not evidence of retirement, however small it was. Pages of other collections do
# not count.
_HELD = """
CREATE TABLE held AS
SELECT target FROM (
  SELECT target, sum(there) AS there FROM (
    SELECT target, count(*) AS there
    FROM known k
    SEMI JOIN (SELECT target, key FROM desired UNION ALL SELECT target, key FROM gone) o
      ON k.target = o.target AND k.key = o.key
    WHERE NOT retired GROUP BY target
    UNION ALL SELECT target, there FROM agreed
  ) GROUP BY target
) JOIN (SELECT target, count(*) AS gone FROM gone GROUP BY target) USING (target)
WHERE NOT $allowed AND (
  gone > greatest($rows, $share * there)
  OR NOT EXISTS (SELECT 1 FROM desired UNION ALL SELECT 1 FROM agreed WHERE wanted > 0)
)
"""
_RETIRED = """
CREATE TABLE retiring AS
SELECT *, list_position($targets, target) AS target_index FROM gone
WHERE target NOT IN (SELECT target FROM held)
"""
_HELD_BACK = """
CREATE TABLE held_back AS
SELECT *, list_position($targets, target) AS target_index FROM gone
WHERE target IN (SELECT target FROM held)
"""
_STANDING = """
CREATE TABLE standing AS
SELECT k.*, NULL::VARCHAR AS said, list_position($targets, target) AS target_index FROM known k
ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
WHERE k.retired AND k.drift IS NULL AND k.before_row IS NOT NULL
"""


def stage_desired(
    connection: duckdb.DuckDBPyConnection, parts: Parts, targets: Sequence[str]
) -> Mapping[str, int]:
    """Make the table `desired` of the wanted rows of `parts`; return how many are wanted twice.

    The result maps partitions to counts. Of several rows with one key, the first by content is
    kept.
    """
    view_parts(connection, "wanted", WANTED, parts)
    run(connection, _DESIRED, {"targets": list(targets)})
    run(connection, _REPEATED)
    if not _count(connection, "repeated"):
        return {}
    run(connection, _FIRST_OF_EACH)
    run(connection, _LEFT_OUT)
    return dict(run(connection, "SELECT part, count(*) FROM left_out GROUP BY part"))


def compare(connection: duckdb.DuckDBPyConnection, registry: PhotoRegistry) -> int:
    """Make `different` and `gone` from `desired` and `known`; return how many are unchanged."""
    run(connection, _DIFFERENT)
    run(connection, _GONE, {"why": CUT_SHORT})
    run(connection, _UNSEEN)
    photos = run(connection, "SELECT DISTINCT photo_id FROM unseen WHERE photo_id IS NOT NULL")
    # Rows found in the service count as gone if their photos were ever in this collection.
    ours = sorted(registry.given_out([photo for (photo,) in photos]))
    connection.register("ours", pa.table({"photo_id": pa.array(ours, pa.string())}))
    run(connection, _UNSEEN_GONE)
    return _count(connection, "desired WHERE shown") - _count(connection, "different WHERE shown")


def hold(connection: duckdb.DuckDBPyConnection, targets: Sequence[str], *, allowed: bool) -> int:
    """Make `retiring` and, for the rows kept from it, `held_back`; return their number.

    A smaller view is not proof that photos are gone. Each target is checked separately, because all
    photos are a small share of all rows. Rows of partitions that are not compared are counted in
    the table `agreed`: (target, there, wanted). `standing` are the rows that were retired before
    and stay retired.
    """
    limits: Mapping[str, Any] = {"allowed": allowed, "rows": HELD_ROWS, "share": HELD_SHARE}
    run(connection, _HELD, limits)
    for query in (_RETIRED, _HELD_BACK, _STANDING):
        run(connection, query, {"targets": list(targets)})
    return _count(connection, "held_back")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(run(connection, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608
