"""Making a plan: what the other side should hold, against what was written last."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.model.errors import StorageError
from photo_assets.model.plans import (
    DESIRED,
    PLAN,
    content_digest,
)
from photo_assets.sinks.engine.database import run, scratch_database
from photo_assets.sinks.engine.known import CUT_SHORT, stage_known
from photo_assets.sinks.engine.mending import set_aside_damaged
from photo_assets.sinks.engine.places import (
    PLAN_NAME,
    Plan,
    current_plan,
    keep,
    plan_asset,
)
from photo_assets.sinks.engine.plan_rows import PlanRows, PlanSummary
from photo_assets.sinks.engine.written import take_over
from photo_assets.sinks.protocol import Sink
from photo_assets.store.lake import Written
from photo_assets.store.ledger import PhotoRegistry, SinkStates
from photo_assets.store.workspace import Workspace

HELD_SHARE = 0.05
HELD_ROWS = 20
"""More rows of a target than this, and than that share of it, are not retired at once unasked."""

_DESIRED = """
CREATE TABLE desired AS
SELECT * REPLACE (coalesce(withheld, false) AS withheld) FROM read_parquet($path)
QUALIFY row_number() OVER (PARTITION BY target, key ORDER BY content) = 1
"""
# Of what may not be there nothing is made: only what was sent, or may have been, is emptied.
_DIFFERENT = """
CREATE TABLE different AS
SELECT d.*, CASE WHEN d.withheld THEN coalesce(k.content, u.after) ELSE k.content END AS before,
       k.digest AS before_digest, k.drift, k.retired, k.key IS NOT NULL AS known
FROM desired d LEFT JOIN known k ON d.target = k.target AND d.key = k.key
LEFT JOIN doubtful u ON d.target = u.target AND d.key = u.key
WHERE CASE WHEN k.key IS NULL THEN NOT d.withheld OR u.key IS NOT NULL
           ELSE k.retired <> d.withheld OR k.drift IS NOT NULL OR k.digest IS DISTINCT FROM d.digest
      END
"""
_GONE = """
CREATE TABLE gone AS
SELECT k.* FROM known k ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
WHERE (NOT k.retired OR k.drift IS NOT NULL) AND k.content IS NOT NULL
UNION ALL BY NAME
SELECT u.target, u.key, u.photo_id, u.month, u.after AS said, false AS retired, $why AS drift
FROM doubtful u ANTI JOIN known k ON u.target = k.target AND u.key = k.key
ANTI JOIN desired d ON u.target = d.target AND u.key = d.key
"""
# Taken over and never written by us: marked as well, but not what another collection put there.
_UNSEEN = """
CREATE TABLE unseen AS
SELECT k.* REPLACE ('{}' AS said) FROM known k
ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
WHERE NOT k.retired AND k.drift IS NULL AND k.content IS NULL
"""
_UNSEEN_GONE = "INSERT INTO gone BY NAME SELECT u.* FROM unseen u JOIN ours USING (photo_id)"
# A view of which nothing at all is left is no view, however little was there. What others have
# there is no part of it.
_HELD = """
CREATE TABLE held AS
SELECT target FROM (
  SELECT target, count(*) AS there
  FROM known k SEMI JOIN (SELECT target, key FROM desired UNION ALL SELECT target, key FROM gone) o
    ON k.target = o.target AND k.key = o.key
  WHERE NOT retired GROUP BY target
) JOIN (SELECT target, count(*) AS gone FROM gone GROUP BY target) USING (target)
WHERE NOT $allowed AND (
  gone > greatest($rows, $share * there) OR NOT EXISTS (SELECT 1 FROM desired)
)
"""
_UNCHANGED = """
SELECT count(*) FROM desired d ANTI JOIN different f ON d.target = f.target AND d.key = f.key
WHERE NOT d.withheld
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan that was made."""

    plan: Plan
    written: Written
    summary: PlanSummary


def make_plan(
    workspace: Workspace, sink: Sink, inputs: str, *, allow_retiring: bool = False
) -> Planned:
    """Compare, and store what has to be written; nothing is sent.

    `inputs` names the content the plan is made from. Tables of earlier plans that turn out damaged
    are put aside. Raises `StorageError`.
    """
    try:
        return _make_plan(workspace, sink, inputs, allow_retiring)
    except (StorageError, duckdb.Error, pa.ArrowException, OSError, ValueError):
        if not set_aside_damaged(workspace, sink.name):
            raise
    return _make_plan(workspace, sink, inputs, allow_retiring)


def _make_plan(workspace: Workspace, sink: Sink, inputs: str, allow_retiring: bool) -> Planned:
    state = SinkStates(workspace.ledger).settle(sink.name, sink.place())
    written = take_over(workspace, sink.name, state)
    summary = PlanSummary()
    with scratch_database(workspace.scratch_for("plans")) as (connection, folder):
        desired = str(folder / "desired.parquet")
        count = _spill_desired(sink, desired)
        run(connection, _DESIRED, {"path": desired})
        stage_known(connection, workspace, sink, state, written)
        run(connection, _DIFFERENT)
        run(connection, _GONE, {"why": CUT_SHORT})
        registry = PhotoRegistry(workspace.ledger)
        _add_unseen(connection, registry)
        summary.repeated = count - run(connection, "SELECT count(*) FROM desired")[0][0]
        summary.unchanged = run(connection, _UNCHANGED)[0][0]
        rows = PlanRows(sink, summary, registry.aliases)
        summary.held = _hold(connection, allow_retiring)
        stored = workspace.lake.write(
            plan_asset(sink.name),
            PLAN_NAME,
            PLAN,
            rows.tables(connection),
            extra={
                "base": state.base,
                "place": state.place,
                "inputs": inputs,
                "held": str(summary.held),
                "policy": str(sink.policy),
            },
        )
    plan = current_plan(workspace, sink.name)
    assert plan is not None
    return Planned(plan=keep(workspace, plan), written=stored, summary=summary)


def _spill_desired(sink: Sink, path: str) -> int:
    """Write what the sink wants, with digests, where DuckDB reads it; return how many rows."""
    schema = DESIRED.schema.append(pa.field("digest", pa.string()))
    with pq.ParquetWriter(path, schema.remove_metadata(), compression="zstd") as writer:
        rows = 0
        for table in sink.desired():
            digests = [content_digest(text.as_py()) for text in table["content"]]
            whole = table.cast(DESIRED.schema).append_column("digest", pa.array(digests))
            writer.write_table(whole.replace_schema_metadata(None))
            rows += table.num_rows
    return rows


def _add_unseen(connection: duckdb.DuckDBPyConnection, registry: PhotoRegistry) -> None:
    """Count rows that were found there as gone, if their photos were ever ours."""
    run(connection, _UNSEEN)
    photos = run(connection, "SELECT DISTINCT photo_id FROM unseen WHERE photo_id IS NOT NULL")
    ours = sorted(registry.given_out([photo for (photo,) in photos]))
    connection.register("ours", pa.table({"photo_id": pa.array(ours, pa.string())}))
    run(connection, _UNSEEN_GONE)


def _hold(connection: duckdb.DuckDBPyConnection, allowed: bool) -> int:
    """Return how many rows are kept from being retired: a view that shrank is no proof.

    Each target by itself: all photos are a small share of all rows.
    """
    parameters = {"allowed": allowed, "rows": HELD_ROWS, "share": HELD_SHARE}
    run(connection, _HELD, parameters)
    query = "SELECT count(*) FROM gone WHERE target IN (SELECT target FROM held)"
    return int(run(connection, query)[0][0])
