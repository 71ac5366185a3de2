"""The rows known to be in the service before a plan is made.

They come from three sources, each overriding the previous one: the last written rows (the lake),
the pages and their digests (the ledger), and the differences that verification found.
"""

import json
from collections.abc import Sequence
from typing import Final

import duckdb

from photo_assets.ledger import SinkPages, SinkState
from photo_assets.sinks.engine.database import run
from photo_assets.sinks.engine.drift import read_drift
from photo_assets.sinks.engine.uncertain_rows import uncertain_rows
from photo_assets.sinks.protocol import Sink
from photo_assets.workspace import Workspace

# A written text is referred to by its row number: it stays in its file.
_KNOWN = """
CREATE TABLE known AS
WITH told AS (
  SELECT coalesce(w.target, p.target) AS target, coalesce(w.key, p.key) AS key,
         coalesce(w.photo_id, p.key) AS photo_id, w.month, w.part, w.number,
         CASE WHEN w.digest IS NOT NULL AND (p.key IS NULL OR w.digest = p.digest)
              THEN w.stored_row END AS before_row,
         CASE WHEN p.key IS NULL THEN w.digest ELSE p.digest END AS digest,
         coalesce(w.retired AND (p.key IS NULL OR w.digest = p.digest), false) AS retired
  FROM stored w
  FULL JOIN pages p ON w.target = p.target AND w.key = p.key
)
SELECT t.* EXCLUDE number, d.key IS NOT NULL AS is_found, d.found,
       CASE WHEN d.key IS NULL THEN t.before_row IS NOT NULL ELSE d.found IS NOT NULL END
         AS is_there,
       coalesce(d.why, CASE WHEN u.key IS NOT NULL THEN $cut_short END) AS drift
FROM told t
LEFT JOIN drifted d ON t.target = d.target AND t.key = d.key
  AND (t.number IS NULL OR t.number <= d.number)
LEFT JOIN doubtful u ON t.target = u.target AND t.key = u.key
"""
_KEYS = """
SELECT key FROM desired WHERE target = $target UNION SELECT key FROM stored WHERE target = $target
"""
CUT_SHORT: Final = "an earlier write was interrupted"


def stage_known(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    sink: Sink,
    state: SinkState,
    elsewhere: Sequence[tuple[str, str]] | None,
) -> None:
    """Make the table `known`: target, key, photo, month, digest, retired, and the stored content.

    Reads the tables `stored` and `desired`. Pages in neither are known if they are among
    `elsewhere` (target, key), or all of them if that is None. `before_row` is the number of the row
    in `stored` with the content, `part` its partition. If `is_found`, verification found `found`
    instead. `is_there`: some content is known. `drift` is the reason to write a row whatever its
    digest. Rows that may be in the service without any record are in the table `doubtful`: (target,
    key, photo_id, month, after).
    """
    _stage_pages(connection, workspace, sink, state.destination, elsewhere)
    connection.register("drifted", read_drift(workspace, sink.name, state.destination))
    connection.register("doubtful", uncertain_rows(workspace, sink.name, state.destination))
    run(connection, _KNOWN, {"cut_short": CUT_SHORT})


def _stage_pages(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    sink: Sink,
    destination: str,
    elsewhere: Sequence[tuple[str, str]] | None,
) -> None:
    """Make the table `pages` of the pages in the ledger: (target, key, digest)."""
    run(connection, "CREATE TABLE pages (target VARCHAR, key VARCHAR, digest VARCHAR)")
    pages = SinkPages(workspace.ledger)
    for target in sink.targets:
        keys = None
        if elsewhere is not None:
            others = {key for other, key in elsewhere if other == target}
            keys = others.union(key for (key,) in run(connection, _KEYS, {"target": target}))
        for batch in pages.digests(sink.name, destination, target, keys):
            connection.register("batch", batch)
            run(connection, "INSERT INTO pages SELECT $target, * FROM batch", {"target": target})
            connection.unregister("batch")


def changed_fields(before: str | None, after: str) -> str:
    """Return the names of the top-level fields of two JSON objects that differ."""
    old, new = json.loads(before or "{}"), json.loads(after)
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return ", ".join(names) or "nothing visible"
