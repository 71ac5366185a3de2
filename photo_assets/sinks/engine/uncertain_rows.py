"""Rows that an earlier plan may have sent, with an unknown outcome.

They are looked up before they are sent, and the next plan contains them again: the service may have
the content of the earlier plan, even if the view has returned to the previously written content.
"""

from collections.abc import Sequence

import pyarrow as pa

from photo_assets.ledger import SinkRequests
from photo_assets.model.errors import StorageError
from photo_assets.model.plans import NO_MONTH, PLAN
from photo_assets.sinks.engine.plan_store import kept_plans
from photo_assets.sinks.protocol import PlanRow
from photo_assets.workspace import Workspace


class Uncertain:
    """The rows in requests of older plans that were started and have no outcome."""

    def __init__(self, workspace: Workspace, sink: str, plan_id: str) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._all = False
        open_ones = SinkRequests(workspace.ledger).cut_short(sink, but=plan_id)
        plans = {plan.plan_id: plan for plan in kept_plans(workspace, sink)} if open_ones else {}
        for request in open_ones:
            plan = plans.get(request.plan_id)
            try:
                if plan is None:
                    raise StorageError("The plan is no longer kept.")
                mine = plan.some(request.first_row, request.rows, ["target", "key"])
                self._keys |= {(row["target"], row["key"]) for row in mine}
            except StorageError:
                self._all = True  # the rows can no longer be determined

    def holds(self, rows: Sequence[PlanRow]) -> bool:
        """Return whether one of the rows may already be in the service."""
        return self._all or any((row.target, row.key) in self._keys for row in rows)


_COLUMNS = ["target", "key", "photo_id", "month", "after"]


def uncertain_rows(workspace: Workspace, sink: str, destination: str) -> pa.Table:
    """Return target, key, photo, month and content of rows that may have reached `destination`.

    If several requests for one row were interrupted, one of them. Plans that are no longer kept
    contribute no rows.
    """
    schema = pa.schema([PLAN.schema.field(name) for name in _COLUMNS])
    requests = SinkRequests(workspace.ledger).cut_short(sink, but="")
    plans = {plan.plan_id: plan for plan in kept_plans(workspace, sink)} if requests else {}
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for request in requests:
        plan = plans.get(request.plan_id)
        if plan is not None and plan.destination == destination:
            mine = plan.some(request.first_row, request.rows, _COLUMNS)
            rows |= {(row["target"], row["key"]): row for row in mine}
    return pa.Table.from_pylist(list(rows.values()), schema=schema)


def uncertain_parts(workspace: Workspace, sink: str, destination: str) -> set[str]:
    """Return the partitions of these rows at the time of planning."""
    months = uncertain_rows(workspace, sink, destination)["month"].to_pylist()
    return {NO_MONTH if month is None else month for month in months}
