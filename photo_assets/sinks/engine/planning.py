"""Make a plan: compare the wanted rows with the last written rows."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from photo_assets.lake import Written
from photo_assets.ledger import PhotoRegistry, SinkStates
from photo_assets.model.errors import StorageError
from photo_assets.sinks.engine.comparing import compare, hold, stage_desired
from photo_assets.sinks.engine.damaged_tables import set_aside_damaged
from photo_assets.sinks.engine.database import plan_database
from photo_assets.sinks.engine.due import agree, find_due
from photo_assets.sinks.engine.known_rows import stage_known
from photo_assets.sinks.engine.manifest import PartCounts
from photo_assets.sinks.engine.partition_moves import move_to_partitions
from photo_assets.sinks.engine.parts import Parts
from photo_assets.sinks.engine.plan_rows import PlanRows, PlanSummary
from photo_assets.sinks.engine.plan_store import Plan
from photo_assets.sinks.engine.sink_tables import desired_asset
from photo_assets.sinks.engine.storing import store_plan, store_rows
from photo_assets.sinks.engine.written import alone
from photo_assets.sinks.protocol import Sink
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan that was made."""

    plan: Plan
    written: Written
    summary: PlanSummary


def make_plan(
    workspace: Workspace, sink: Sink, inputs: str, *, allow_retiring: bool = False
) -> Planned:
    """Compare, and store the rows to write; nothing is sent.

    `inputs` is the digest of the plan's inputs. Damaged tables of earlier plans are set aside.
    Raises `StorageError`.
    """
    try:
        return _make_plan(workspace, sink, inputs, allow_retiring)
    except (StorageError, duckdb.Error, pa.ArrowException, OSError, ValueError):
        if not set_aside_damaged(workspace, sink.name):
            raise
    return _make_plan(workspace, sink, inputs, allow_retiring)


def _make_plan(workspace: Workspace, sink: Sink, inputs: str, allow_retiring: bool) -> Planned:
    state = SinkStates(workspace.ledger).settle(sink.name, sink.destination())
    with alone(workspace, sink.name), plan_database(workspace) as opened:
        due = find_due(opened.connection, workspace, sink, state)
        connection, lake = opened.connection, workspace.lake
        summary, registry = PlanSummary(), PhotoRegistry(workspace.ledger)
        desired = Parts.of(lake, desired_asset(sink.name), due.parts)
        repeated = stage_desired(connection, desired, sink.targets)
        written = move_to_partitions(opened, workspace, sink.name, state.destination, due.parts)
        stage_known(connection, workspace, sink, state, due.elsewhere)
        connection.register("agreed", due.totals())
        summary.unchanged = compare(connection, registry) + due.shown
        summary.held = hold(connection, sink.targets, allowed=allow_retiring)
        summary.repeated = due.repeated + sum(repeated.values())
        summary.compared, summary.left_alone = due.compared, len(due.agreed)
        counts = PartCounts(sink.targets)
        rows = PlanRows(sink, counts, registry.aliases)
        tables = rows.tables(opened, desired.files, written.files)
        files = store_rows(workspace, sink.name, tables)
        parts = counts.in_order([*due.waiting, *counts.parts(files)])
        summary.add(parts)
        extra = {
            "base": state.base,
            "place": state.destination,
            "inputs": inputs,
            "held": str(summary.held),
            "policy": str(sink.policy),
        }
        plan, stored = store_plan(workspace, sink.name, parts, extra)
        agree(connection, workspace, sink.name, state, plan.plan_id, due, repeated)
    return Planned(plan=plan, written=stored, summary=summary)
