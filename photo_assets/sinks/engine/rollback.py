"""Undo a plan with another plan whose rows restore the previous content.

Rows that the plan created are kept, because no program deletes anything by itself. They are retired
if the sink can do that, and listed otherwise. Content that may no longer be sent is not restored.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from photo_assets.ledger import PlanRefusedError, SinkRequests, SinkStates
from photo_assets.ledger.sink_requests import INTENDED
from photo_assets.model.plans import CREATE, PLAN, RETIRE, UPDATE, content_digest
from photo_assets.sinks.engine.desired_rows import store_desired_rows
from photo_assets.sinks.engine.manifest import PartCounts
from photo_assets.sinks.engine.plan_rows import PlanSummary
from photo_assets.sinks.engine.plan_store import Plan, current_plan
from photo_assets.sinks.engine.planning import Planned
from photo_assets.sinks.engine.sink_tables import desired_asset
from photo_assets.sinks.engine.storing import PART, store_plan, store_rows
from photo_assets.sinks.engine.written import alone
from photo_assets.sinks.protocol import PlanRow, Sink
from photo_assets.workspace import Workspace

_UNDO = "undo "
_PART = "undo"
_COLUMNS = ["target", "key", "content"]


def undone_by(plan: Plan) -> str | None:
    """Return the id of the plan that `plan` undoes, None when it undoes none."""
    return plan.inputs.removeprefix(_UNDO) if plan.inputs.startswith(_UNDO) else None


def undoing_plan(workspace: Workspace, sink: Sink, plan: Plan) -> Plan:
    """Return the plan that undoes `plan`: an interrupted one continues, otherwise it is made.

    Raises as `plan_rollback`.
    """
    state, current = SinkStates(workspace.ledger).get(sink.name), current_plan(workspace, sink.name)
    begun = current is not None and state is not None and state.plan_id == current.plan_id
    if current is not None and begun and undone_by(current) == plan.plan_id:
        return current
    return plan_rollback(workspace, sink, plan).plan


def plan_rollback(workspace: Workspace, sink: Sink, plan: Plan) -> Planned:
    """Store the plan that undoes the completed rows of `plan`; nothing is sent.

    Only the last written plan can be undone, because later plans build on earlier ones. Raises
    `PlanRefusedError` for any other plan.
    """
    state = SinkStates(workspace.ledger).get(sink.name)
    if state is None or state.plan_id != plan.plan_id:
        last = state.plan_id if state and state.plan_id else "none"
        raise PlanRefusedError(
            f"Plan {plan.plan_id} cannot be undone: it is not the last plan written to "
            f"{sink.name} ({last}). Nothing was sent.",
            hint="Undo the later ones first, newest to oldest: photosync plan list",
        )
    summary, counts = PlanSummary(), PartCounts(sink.targets)
    rows = _table(workspace, sink, _undone(workspace, plan), summary, counts)
    extra = {
        "base": state.base,
        "place": state.destination,
        "inputs": _UNDO + plan.plan_id,
        "policy": str(sink.policy),
    }
    with alone(workspace, sink.name):
        parts = counts.parts(store_rows(workspace, sink.name, [rows]))
        undoing, written = store_plan(workspace, sink.name, parts, extra)
    summary.add(parts)
    return Planned(plan=undoing, written=written, summary=summary)


def _undone(workspace: Workspace, plan: Plan) -> Iterator[PlanRow]:
    """Yield the rows that were sent, or may have been, last first."""
    requests = SinkRequests(workspace.ledger).of_plan(plan.sink, plan.plan_id).values()
    sent: set[int] = set()
    for request in requests:
        rows = range(request.first_row, request.first_row + request.rows)
        if request.state == INTENDED:  # interrupted: the outcome is unknown
            sent.update(rows)
        elif request.done_number is not None:
            sent.update(row for row in rows if row not in request.failed)
    yield from sorted(
        (row for row in plan.read() if row.row in sent), key=lambda row: row.row, reverse=True
    )


def _withheld(workspace: Workspace, sink: Sink) -> dict[tuple[str, str], str]:
    """Return the content of each withheld row; most of these rows were never written."""
    with alone(workspace, sink.name):
        store_desired_rows(workspace, sink)
        asset = desired_asset(sink.name)
        tables = [
            pq.read_table(path, columns=_COLUMNS, filters=pc.field("withheld"))
            for path in workspace.lake.files(asset)
        ]
    rows = (row for table in tables for row in table.to_pylist())
    return {(row["target"], row["key"]): row["content"] for row in rows}


def _table(
    workspace: Workspace,
    sink: Sink,
    rows: Iterator[PlanRow],
    summary: PlanSummary,
    counts: PartCounts,
) -> pa.Table:
    found: list[dict[str, Any]] = []
    withheld = _withheld(workspace, sink)
    for row in rows:
        after = withheld.get((row.target, row.key))
        action = UPDATE if after is None else RETIRE
        if after is None and row.action == CREATE:
            after, action = sink.retired(row.target, row.key, row.after, None), RETIRE
        elif after is None and row.before is not None:
            after = sink.allowed(row.target, row.key, row.before)
        if after == row.after:
            summary.reasons["may no longer be sent; kept unchanged"] += 1
            summary.unchanged += 1
            continue
        if after is None:
            summary.reasons["created by the plan; kept"] += 1
            summary.unchanged += 1
            continue
        found.append(
            {
                PART: _PART,
                "target": row.target,
                "key": row.key,
                "photo_id": row.photo_id,
                "month": row.month,
                "action": action,
                "before": row.after,
                "after": after,
                "before_digest": row.digest,
                "digest": content_digest(after),
                "reason": f"undone: {row.reason}",
                "note": row.note,
            }
        )
    found.sort(key=lambda row: sink.targets.index(row["target"]))
    for one in found:
        counts.add(_PART, one)
    return pa.Table.from_pylist(found, schema=PLAN.schema.append(pa.field(PART, pa.string())))
