"""Making a plan: what the other side should hold, against what was written last."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.model.errors import StorageError
from photo_assets.model.plans import DESIRED, PLAN, content_digest
from photo_assets.sinks.engine.comparing import compare, hold, stage_desired
from photo_assets.sinks.engine.database import plan_database
from photo_assets.sinks.engine.known import stage_known
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
    summary, registry = PlanSummary(), PhotoRegistry(workspace.ledger)
    with plan_database(workspace) as opened:
        connection, desired = opened.connection, opened.folder / "desired.parquet"
        _spill_desired(sink, desired)
        summary.repeated = stage_desired(connection, desired, sink.targets)
        stage_known(connection, workspace, sink, state, written)
        summary.unchanged = compare(connection, registry)
        summary.held = hold(connection, sink.targets, allowed=allow_retiring)
        rows = PlanRows(sink, summary, registry.aliases)
        stored = workspace.lake.write(
            plan_asset(sink.name),
            PLAN_NAME,
            PLAN,
            rows.tables(opened, desired, written),
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


def _spill_desired(sink: Sink, path: Path) -> None:
    """Write what the sink wants, with digests, where DuckDB reads it."""
    schema = DESIRED.schema.append(pa.field("digest", pa.string()))
    with pq.ParquetWriter(path, schema.remove_metadata(), compression="zstd") as writer:
        for _, table in sink.desired(sink.partitions()):
            digests = [content_digest(text.as_py()) for text in table["content"]]
            whole = table.cast(DESIRED.schema).append_column("digest", pa.array(digests))
            writer.write_table(whole.replace_schema_metadata(None))
