"""What was written last, row by row: the lake's table, brought up to date from plans and outcomes.

The ledger knows which requests of which plan are done; the kept plan knows what their rows said.
The table is derived: lost, it is made from the plans that are kept, and what they do not cover is
sent again, which changes nothing there.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from photo_assets.model.plans import WRITTEN
from photo_assets.sinks.engine.database import plan_database, run
from photo_assets.sinks.engine.mending import set_aside_if_damaged
from photo_assets.sinks.engine.ordering import TextsOf, in_order
from photo_assets.sinks.engine.places import (
    WRITTEN_NAME,
    drop_old,
    kept_plans,
    outcome_asset,
)
from photo_assets.store.durable import require_directory, sync_directory
from photo_assets.store.ledger import SinkRequest, SinkRequests, SinkState
from photo_assets.store.query_engine import Database
from photo_assets.store.workspace import Workspace

_THROUGH = "through"
_PLACE = "place"
# Names and digests alone: the texts stay in their files, whose rows are numbered.
_ARRIVED = """
CREATE TABLE arrived (target VARCHAR, key VARCHAR, photo_id VARCHAR, month VARCHAR, digest VARCHAR,
                      retired BOOLEAN, done_number BIGINT, plan_row BIGINT)
"""
_ARRIVE = """
INSERT INTO arrived
SELECT p.target, p.key, p.photo_id, p.month, p.digest, p.action = 'retire', r.done_number,
       $first + p.file_row_number
FROM read_parquet($path, file_row_number = true) p
JOIN ranges r ON p.row >= r.first AND p.row < r.after_last
WHERE p.row NOT IN (SELECT row FROM failed)
"""
_LATEST = """
CREATE TABLE latest AS
SELECT * EXCLUDE done_number, NULL::BIGINT AS stored_row FROM arrived
SEMI JOIN (SELECT target, key, max(done_number) AS done_number FROM arrived GROUP BY ALL)
  USING (target, key, done_number)
"""
_STORED = """
INSERT INTO latest BY NAME
SELECT target, key, photo_id, month, digest, retired, file_row_number AS stored_row
FROM read_parquet($stored, file_row_number = true) s
ANTI JOIN arrived a ON s.target = a.target AND s.key = a.key
"""


def take_over(workspace: Workspace, sink: str, state: SinkState) -> Path:
    """Bring the table of what was written up to date; return its file.

    Requests that are done and not in it yet are read off their plans. A table that is damaged is
    put aside and made anew.
    """
    asset = outcome_asset(sink)
    lake = workspace.lake
    with _alone(workspace, sink):
        set_aside_if_damaged(lake.path(asset, WRITTEN_NAME))
        _fetch(workspace, sink, state.place)
        footer = lake.footer(asset, WRITTEN_NAME)
        same = footer is not None and footer.extra.get(_PLACE) == state.place
        through = int(footer.extra.get(_THROUGH, "0")) if same and footer else 0
        done = SinkRequests(workspace.ledger).done_after(sink, through)
        if footer is not None and same and not done:
            return lake.path(asset, WRITTEN_NAME)
        reached = max((r.done_number or 0 for r in done), default=through)
        plans = {plan.plan_id: plan for plan in kept_plans(workspace, sink)}
        told = [r for r in done if r.plan_id in plans and plans[r.plan_id].place == state.place]
        stored = lake.path(asset, WRITTEN_NAME) if same else None
        with plan_database(workspace) as opened:
            files = _collect(opened.connection, {p: plan.path for p, plan in plans.items()}, told)
            lake.write(
                asset,
                WRITTEN_NAME,
                WRITTEN,
                _merged(opened, files, stored),
                extra={_THROUGH: str(reached), _PLACE: state.place},
            )
        cut_short = SinkRequests(workspace.ledger).cut_short(sink, but="")
        needed = {request.plan_id for request in cut_short} | {state.plan_id or ""}
        drop_old(workspace, sink, needed=needed)
    return lake.path(asset, WRITTEN_NAME)


def _fetch(workspace: Workspace, sink: str, place: str) -> None:
    """Put aside what was written to another place, and fetch what was put aside of this one.

    Older plans than the kept ones are in no other table: a place that one comes back to would not
    be known any more, and what left the view meanwhile never marked there.
    """
    lake, asset = workspace.lake, outcome_asset(sink)
    path = lake.path(asset, WRITTEN_NAME)
    footer = lake.footer(asset, WRITTEN_NAME)
    if footer is not None and footer.extra.get(_PLACE) == place:
        return
    if footer is not None:
        os.replace(path, lake.path(asset, _aside(footer.extra.get(_PLACE, ""))))
    aside = lake.path(asset, _aside(place))
    if aside.exists():
        os.replace(aside, path)
    if path.parent.exists():
        sync_directory(path.parent)


def _aside(place: str) -> str:
    return f"{WRITTEN_NAME}-{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def _collect(
    connection: duckdb.DuckDBPyConnection,
    plans: dict[str, Path],
    requests: Sequence[SinkRequest],
) -> list[Path]:
    """Make the table `arrived`: every row that was written, with the number of its request.

    Returns the files of the plans, through whose rows `plan_row` counts.
    """
    run(connection, _ARRIVED)
    files, first = [], 0
    for plan_id in dict.fromkeys(request.plan_id for request in requests):
        mine = [request for request in requests if request.plan_id == plan_id]
        ranges = pa.table(
            {
                "first": pa.array([r.first_row for r in mine], pa.int64()),
                "after_last": pa.array([r.first_row + r.rows for r in mine], pa.int64()),
                "done_number": pa.array([r.done_number for r in mine], pa.int64()),
            }
        )
        failed = pa.table({"row": pa.array([n for r in mine for n in r.failed], pa.int64())})
        connection.register("ranges", ranges)
        connection.register("failed", failed)
        run(connection, _ARRIVE, {"path": str(plans[plan_id]), "first": first})
        connection.unregister("ranges")
        connection.unregister("failed")
        files.append(plans[plan_id])
        first += pq.read_metadata(plans[plan_id]).num_rows
    return files


def _merged(opened: Database, plans: list[Path], stored: Path | None) -> Iterator[pa.Table]:
    """Yield what was written last of every row, by target and key."""
    run(opened.connection, _LATEST)
    if stored is not None:
        run(opened.connection, _STORED, {"stored": str(stored)})
    texts = (
        TextsOf("plan_row", {"after": "said"}, plans),
        TextsOf("stored_row", {"content": "kept"}, [stored] if stored is not None else []),
    )
    for rows in in_order(opened, "latest", ("target",), texts):
        whole = rows.append_column("content", pc.coalesce(rows["said"], rows["kept"]))
        yield whole.select(WRITTEN.schema.names).cast(WRITTEN.schema)


@contextlib.contextmanager
def _alone(workspace: Workspace, sink: str) -> Iterator[None]:
    folder = workspace.data_dir / "plans" / sink
    require_directory(folder)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
