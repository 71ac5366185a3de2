"""Which rows an earlier plan may have sent without anybody knowing: they are looked up first."""

from collections.abc import Sequence

import pyarrow.parquet as pq

from photo_assets.model.errors import StorageError
from photo_assets.sinks.engine.places import kept_plans
from photo_assets.sinks.protocol import PlanRow
from photo_assets.store.ledger import SinkRequests
from photo_assets.store.workspace import Workspace


class Uncertain:
    """The rows of requests of older plans that were begun and have no outcome."""

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
                rows = pq.read_table(plan.path, columns=["target", "key"])
                mine = rows.slice(request.first_row, request.rows).to_pylist()
                self._keys |= {(row["target"], row["key"]) for row in mine}
            except (StorageError, OSError, ValueError):
                self._all = True  # nobody can tell any more which rows they were

    @property
    def keys(self) -> set[tuple[str, str]]:
        """(target, key) of the rows, as far as the plans that name them are kept."""
        return self._keys

    def holds(self, rows: Sequence[PlanRow]) -> bool:
        """Say whether one of the rows may be there already."""
        return self._all or any((row.target, row.key) in self._keys for row in rows)
