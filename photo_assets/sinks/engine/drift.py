"""The differences that reading back found, per destination, kept until they are written.

What a plan does with it is decided where plans are compared.
"""

from collections.abc import Iterable
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.ledger import SinkState
from photo_assets.model.plans import DRIFT, WRITTEN
from photo_assets.sinks.engine.damaged_tables import set_aside_if_damaged
from photo_assets.sinks.engine.database import plan_database, run
from photo_assets.sinks.engine.parts import Parts, view_parts
from photo_assets.sinks.engine.sink_tables import DRIFT_NAME, outcome_asset, written_asset
from photo_assets.sinks.protocol import ReadBack
from photo_assets.workspace import Workspace

# A later write of the same row to the same destination has corrected it.
_PARTS = """
SELECT DISTINCT s.part FROM drifted d LEFT JOIN stored s USING (target, key)
WHERE s.number IS NULL OR s.number <= d.number
"""
_BEFORE_PLACES: Final = 1
"""The version whose footer had destination and number, for all rows."""


def store_drift(
    workspace: Workspace, sink: str, state: SinkState, number: int, found: Iterable[ReadBack]
) -> None:
    """Keep the differences found at the destination after the write `number`, for the next plan.

    Nothing found while nothing stands leaves the file alone: plans are made from it, and one that
    is true must not look out of date for having been confirmed. Raises `StorageError`.
    """
    lake, asset = workspace.lake, outcome_asset(sink)
    set_aside_if_damaged(lake.path(asset, DRIFT_NAME))
    rows = [
        {
            "target": row.target,
            "key": row.key,
            "found": row.found,
            "why": row.why,
            "place": state.destination,
            "number": number,
        }
        for row in found
    ]
    if not rows:
        with plan_database(workspace) as opened:
            if not drifted_parts(opened.connection, workspace, sink, state.destination):
                return
    before = _kept(workspace, sink)
    others = before.filter(pc.field("place") != state.destination)
    table = pa.concat_tables([others, pa.Table.from_pylist(rows, schema=DRIFT.schema)])
    order = [(name, "ascending") for name in ("place", "target", "key")]
    lake.write(asset, DRIFT_NAME, DRIFT, table.sort_by(order))


def read_drift(workspace: Workspace, sink: str, destination: str) -> pa.Table:
    """Return what was found otherwise at the destination, as `model.plans.DRIFT`.

    A row that was written after the write `number` may be mended, and is said no more.
    """
    return _kept(workspace, sink).filter(pc.field("place") == destination)


def drifted_parts(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, sink: str, destination: str
) -> set[str | None]:
    """Return the partitions of the rows that are still otherwise; None for a row that is in none.

    The view `stored` is replaced.
    """
    drifted = read_drift(workspace, sink, destination)
    if not drifted.num_rows:
        return set()
    asset = written_asset(sink, destination)
    parts = Parts.of(workspace.lake, asset, workspace.lake.names(asset))
    view_parts(connection, "stored", WRITTEN, parts)
    connection.register("drifted", drifted)
    return {part for (part,) in run(connection, _PARTS)}


def _kept(workspace: Workspace, sink: str) -> pa.Table:
    """Return what was found at all destinations."""
    asset = outcome_asset(sink)
    footer = workspace.lake.footer(asset, DRIFT_NAME)
    table = workspace.lake.read(asset, DRIFT_NAME, DRIFT)
    if footer is None or footer.schema_version != _BEFORE_PLACES:
        return table
    said = {"place": footer.extra.get("place"), "number": int(footer.extra.get("done", "0"))}
    for name, one in said.items():
        field = DRIFT.schema.field(name)
        column = pa.repeat(pa.scalar(one, field.type), table.num_rows)
        table = table.set_column(table.schema.get_field_index(name), field, column)
    return table
