"""Making a plan: what the other side should hold, against what was written last."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.model.errors import StorageError
from photo_assets.model.plans import (
    CREATE,
    DESIRED,
    PLAN,
    RETIRE,
    UPDATE,
    content_digest,
)
from photo_assets.sinks.engine.database import batches, run, scratch_database
from photo_assets.sinks.engine.known import CUT_SHORT, stage_known
from photo_assets.sinks.engine.mending import set_aside_damaged
from photo_assets.sinks.engine.places import (
    PLAN_NAME,
    Plan,
    current_plan,
    keep,
    plan_asset,
)
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
SELECT * FROM read_parquet($path)
QUALIFY row_number() OVER (PARTITION BY target, key ORDER BY content) = 1
"""
_DIFFERENT = """
CREATE TABLE different AS
SELECT d.*, k.content AS before, k.digest AS before_digest, k.drift, k.retired,
       k.key IS NOT NULL AS known
FROM desired d LEFT JOIN known k ON d.target = k.target AND d.key = k.key
WHERE k.key IS NULL OR k.retired OR k.drift IS NOT NULL OR k.digest IS DISTINCT FROM d.digest
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
_RETIRED = "(SELECT * FROM gone WHERE target NOT IN (SELECT target FROM held))"
_IN_ORDER = "SELECT * FROM {} ORDER BY list_position($targets, target), month, key"


@dataclass(slots=True)
class PlanSummary:
    """What a plan holds, by target and action.

    `unchanged` rows need nothing; `held` ones would be retired if somebody allowed it; of `notes`
    rows something could not be said in full; `repeated` were wanted twice under one key.
    """

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    held: int = 0
    notes: int = 0
    repeated: int = 0

    def count(self, action: str) -> int:
        """Return the number of rows with this action."""
        return sum(count for (_, found), count in self.rows.items() if found == action)


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
        different = run(connection, "SELECT count(*) FROM different")[0][0]
        summary.unchanged = count - summary.repeated - different
        rows = _Rows(sink, summary, registry.aliases)
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


class _Rows:
    """The rows of the plan, in their order, counted on the way."""

    def __init__(
        self, sink: Sink, summary: PlanSummary, aliases: Callable[[], Mapping[str, str]]
    ) -> None:
        self._sink = sink
        self._summary = summary
        self._aliases = aliases
        self._next = 0

    def tables(self, connection: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
        targets = {"targets": list(self._sink.targets)}
        for batch in batches(connection, _IN_ORDER.format("different"), targets):
            yield self._table([self._write(row) for row in batch.to_pylist()])
        aliases: Mapping[str, str] | None = None
        for batch in batches(connection, _IN_ORDER.format(_RETIRED), targets):
            aliases = self._aliases() if aliases is None else aliases
            rows = (self._retire(row, aliases) for row in batch.to_pylist())
            yield self._table([row for row in rows if row is not None])

    def _write(self, row: dict[str, Any]) -> dict[str, Any]:
        action = UPDATE if row["known"] else CREATE
        if row["drift"] is not None:
            reason = row["drift"]
        elif not row["known"]:
            reason = "new"
        elif row["retired"]:
            reason = "back again"
        elif row["before"] is None:
            reason = "found there, content unknown"
        else:
            reason = self._sink.changed(row["before"], row["content"])
        return self._row(row, action, row["before"], row["content"], reason, row["note"])

    def _retire(self, row: dict[str, Any], aliases: Mapping[str, str]) -> dict[str, Any] | None:
        successor = aliases.get(row["photo_id"] or "")
        after = self._sink.retired(row["target"], row["key"], row["said"], successor)
        if after is None:
            return None
        reason = "its photo went up in another one" if successor else "no longer in the view"
        if row["retired"]:
            reason = row["drift"]
        old = {**row, "digest": content_digest(after), "before_digest": row["digest"]}
        return self._row(old, RETIRE, row["content"], after, reason, None)

    def _row(
        self,
        row: Mapping[str, Any],
        action: str,
        before: str | None,
        after: str,
        reason: str,
        note: str | None,
    ) -> dict[str, Any]:
        self._summary.rows[row["target"], action] += 1
        self._summary.reasons[reason] += 1
        self._summary.notes += note is not None
        return {
            "target": row["target"],
            "key": row["key"],
            "photo_id": row["photo_id"],
            "month": row["month"],
            "action": action,
            "before": before,
            "after": after,
            "before_digest": row["before_digest"],
            "digest": row["digest"],
            "reason": reason,
            "note": note,
        }

    def _table(self, rows: list[dict[str, Any]]) -> pa.Table:
        numbers = range(self._next, self._next + len(rows))
        self._next += len(rows)
        named = [{"row": number, **row} for number, row in zip(numbers, rows, strict=True)]
        return pa.Table.from_pylist(named, schema=PLAN.schema)
