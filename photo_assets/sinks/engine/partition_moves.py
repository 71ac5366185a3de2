"""Move written rows to the partition where they are wanted.

A row belongs to the partition where it is wanted; if it is marked as gone and not wanted, to
`RETIRED`; otherwise it stays. Nothing is sent.
"""

import shutil
from collections.abc import Iterable
from typing import Final

from photo_assets.lake.query_engine import Database
from photo_assets.model.plans import NO_MONTH, WRITTEN
from photo_assets.sinks.engine.database import run
from photo_assets.sinks.engine.ordering import TextsOf
from photo_assets.sinks.engine.parts import RETIRED, Parts, view_parts
from photo_assets.sinks.engine.reusable_parts import drop_reusable_parts
from photo_assets.sinks.engine.rewriting import rewrite_parts
from photo_assets.sinks.engine.sink_tables import written_asset
from photo_assets.workspace import Workspace

_HOME: Final = f"""
CASE WHEN d.part IS NOT NULL THEN d.part WHEN s.retired THEN '{RETIRED}'
     WHEN s.part = '{RETIRED}' THEN coalesce(s.month, '{NO_MONTH}') ELSE s.part END
"""
_MISPLACED = f"""
CREATE TABLE misplaced AS
SELECT DISTINCT s.target, s.key FROM stored s
LEFT JOIN desired d ON s.target = d.target AND s.key = d.key
WHERE s.part <> {_HOME}
"""  # noqa: S608
# A killed process may have left copies. The latest ones are the same; the one at home is kept.
_MOVING = f"""
CREATE TABLE moving AS
SELECT s.target, s.key, s.photo_id,
       CASE home WHEN '{RETIRED}' THEN s.month WHEN '{NO_MONTH}' THEN NULL ELSE home END AS month,
       s.digest, s.retired, s.number, s.stored_row, s.part, home
FROM (
  SELECT s.*, {_HOME} AS home FROM stored s SEMI JOIN misplaced USING (target, key)
  LEFT JOIN desired d ON s.target = d.target AND s.key = d.key
) s
QUALIFY row_number() OVER (
  PARTITION BY target, key ORDER BY number DESC, part = home DESC, part) = 1
"""  # noqa: S608
_STAYING = """
SELECT target, key, photo_id, month, digest, retired, number, stored_row, part AS home
FROM stored ANTI JOIN misplaced USING (target, key)
"""
_WAITING = f"""
CREATE TABLE waiting AS {_STAYING} WHERE part = '{RETIRED}'
UNION ALL BY NAME SELECT * EXCLUDE part REPLACE ('{RETIRED}' AS home) FROM moving
"""  # noqa: S608
_SETTLED = f"""
CREATE TABLE settled AS {_STAYING} WHERE part IN (SELECT home FROM affected)
UNION ALL BY NAME SELECT * EXCLUDE part FROM moving
"""  # noqa: S608
_AFFECTED = f"""
CREATE TABLE affected AS SELECT '{RETIRED}' AS home UNION
SELECT home FROM moving UNION SELECT part FROM stored SEMI JOIN misplaced USING (target, key)
"""  # noqa: S608


def move_to_partitions(
    opened: Database, workspace: Workspace, sink: str, destination: str, parts: Iterable[str]
) -> Parts:
    """Make the view `stored` of the written rows of `parts`, each in the right partition.

    Returns the partitions that are stored afterwards. The table `desired` determines where a row
    belongs. Rows that move are first written to `RETIRED`, then to their partitions, and leave
    `RETIRED` last: if the process is killed at any time, each row is in at least one partition, and
    the next run moves it. Until then all partitions are due. Raises `StorageError`.
    """
    connection, lake, asset = opened.connection, workspace.lake, written_asset(sink, destination)
    parts = {*parts, RETIRED}
    found = Parts.of(lake, asset, parts)
    view_parts(connection, "stored", WRITTEN, found)
    run(connection, _MISPLACED)
    ((misplaced,),) = run(connection, "SELECT count(*) FROM misplaced")
    if not misplaced:
        return found
    drop_reusable_parts(workspace, sink, destination)
    run(connection, _MOVING)
    files = list(found.files)
    if RETIRED in found.names:  # it is replaced before its texts are read again
        at = found.names.index(RETIRED)
        files[at] = shutil.copyfile(files[at], opened.folder / "retired.parquet")
        view_parts(connection, "stored", WRITTEN, Parts(found.names, tuple(files)))
    texts = (TextsOf("stored_row", {"content": "kept"}, files),)
    run(connection, _AFFECTED)
    run(connection, _WAITING)
    rewrite_parts(opened, lake, asset, "waiting", texts, ())
    run(connection, _SETTLED)
    affected = [name for (name,) in run(connection, "SELECT home FROM affected ORDER BY home")]
    rewrite_parts(opened, lake, asset, "settled", texts, affected)
    found = Parts.of(lake, asset, parts)
    view_parts(connection, "stored", WRITTEN, found)
    return found
