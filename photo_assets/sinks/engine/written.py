"""The last written rows: tables of the lake, brought up to date from plans and outcomes.

The ledger records which requests of which plan are done; the kept plan contains their rows. The
tables are derived data: if they are lost, they are rebuilt from the kept plans, and rows that these
do not cover are sent again, which changes nothing in the service. There is one table per partition,
and only partitions with new rows are written. The last merged request is recorded after all tables
are written: if the process is killed before that, the next run merges the same rows with the same
result.
"""

import contextlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake.query_engine import Database
from photo_assets.lake.views import stored_rows
from photo_assets.ledger import SinkRequest, SinkRequests, SinkState
from photo_assets.model.plans import NO_MONTH, WRITTEN
from photo_assets.sinks.engine.damaged_tables import set_aside_if_damaged
from photo_assets.sinks.engine.database import plan_database, run
from photo_assets.sinks.engine.manifest import PlanPart
from photo_assets.sinks.engine.ordering import TextsOf
from photo_assets.sinks.engine.parts import PART_OF, RETIRED, Parts, view_parts
from photo_assets.sinks.engine.plan_store import Plan, drop_old, kept_plans
from photo_assets.sinks.engine.reusable_parts import plan_of_reusable_parts
from photo_assets.sinks.engine.rewriting import rewrite_parts
from photo_assets.sinks.engine.sink_tables import destination_name, plans_folder, written_asset
from photo_assets.sinks.engine.upgrading import convert_old
from photo_assets.system.durable import require_directory, write_bytes
from photo_assets.system.file_lock import file_lock
from photo_assets.workspace import Workspace

# Keys and digests only: the texts stay in their files, whose rows are numbered.
_ARRIVED = """
CREATE TABLE arrived (target VARCHAR, key VARCHAR, photo_id VARCHAR, month VARCHAR, digest VARCHAR,
                      retired BOOLEAN, number BIGINT, plan_row BIGINT)
"""
_ARRIVE = """
INSERT INTO arrived
SELECT p.target, p.key, p.photo_id, p.month, p.digest, p.action = 'retire', $ahead + r.done_number,
       l.before_file + p.file_row_number
FROM (SELECT *, file_index, file_row_number FROM {rows}) p
JOIN lying l ON p.file_index = l.file_index
  AND p.file_row_number >= l.first_there AND p.file_row_number < l.after_last_there
JOIN ranges r
  ON p.file_row_number + l.ahead >= r.first AND p.file_row_number + l.ahead < r.after_last
WHERE p.file_row_number + l.ahead NOT IN (SELECT row FROM failed)
"""
_LATEST = """
CREATE TABLE latest AS
SELECT * FROM arrived
SEMI JOIN (SELECT target, key, max(number) AS number FROM arrived GROUP BY ALL)
  USING (target, key, number)
"""
_FOUND = """
CREATE TABLE found AS
SELECT target, key, s.part, s.number, s.stored_row
FROM stored s SEMI JOIN latest USING (target, key)
"""
# A row stays in its partition; a copy that a killed process left in another one is removed.
_HOMES = f"""
CREATE TABLE homes AS
SELECT l.target, l.key, coalesce(f.part, {PART_OF}) AS home, f.stored_row,
       coalesce(f.number > l.number, false) AS stored_is_newer
FROM latest l LEFT JOIN (
  SELECT * FROM found
  QUALIFY row_number() OVER (PARTITION BY target, key ORDER BY number DESC, part) = 1
) f USING (target, key)
"""  # noqa: S608
_TOUCHED = "SELECT home FROM homes UNION SELECT part FROM found"
_REWRITTEN = """
CREATE TABLE rewritten AS
SELECT l.* REPLACE (CASE h.home WHEN $retired THEN l.month WHEN $no_month THEN NULL
                    ELSE h.home END AS month),
       NULL::BIGINT AS stored_row, h.home
FROM latest l JOIN homes h USING (target, key) WHERE NOT h.stored_is_newer
UNION ALL BY NAME
SELECT s.* EXCLUDE (part, content), h.home
FROM stored s JOIN homes h USING (stored_row) WHERE h.stored_is_newer
UNION ALL BY NAME
SELECT s.* EXCLUDE (part, content), s.part AS home
FROM stored s ANTI JOIN latest USING (target, key) WHERE part IN (SELECT home FROM touched)
"""


@dataclass(frozen=True, slots=True)
class _Record:
    """The last request merged into the tables of a destination, and their partitions.

    `ahead`: the difference between the row numbers in the tables and those of the ledger. It is not
    0 if the ledger was lost or restored to an earlier state and counts up from there again.
    """

    through: int
    ahead: int = 0
    parts: frozenset[str] = frozenset()

    def beside(self, done: int) -> "_Record":
        """Return the record for a ledger whose last completed request is `done`."""
        behind = max(0, self.through - done)
        return replace(self, through=self.through - behind, ahead=self.ahead + behind)


def merge_outcomes(workspace: Workspace, sink: str, state: SinkState) -> int:
    """Bring the tables of the last written rows up to date; return the number of the last write.

    The rows of newly completed requests are read from their plans. A damaged table is set aside and
    rebuilt.
    """
    with alone(workspace, sink):
        bring_up_to_date(workspace, sink, state)
        record = _read(_record_path(workspace, sink, state.destination)) or _Record(0)
    return record.through + record.ahead


def bring_up_to_date(workspace: Workspace, sink: str, state: SinkState) -> None:
    """Do the same as `merge_outcomes`; the caller holds `alone`."""
    asset, path = (
        written_asset(sink, state.destination),
        _record_path(workspace, sink, state.destination),
    )
    stored = _read(path)
    if stored is None:
        record = _Record(convert_old(workspace, sink, state.destination))
    else:
        record = stored.beside(state.done)
        if not stored.parts <= set(
            workspace.lake.names(asset)
        ):  # a partition is lost: no longer trusted
            record = replace(record, through=0)
    done = SinkRequests(workspace.ledger).done_after(sink, record.through)
    if record == stored and not done:
        return
    plans = {plan.plan_id: plan for plan in kept_plans(workspace, sink)}
    merged = [
        r for r in done if r.plan_id in plans and plans[r.plan_id].destination == state.destination
    ]
    if merged:
        with plan_database(workspace) as opened:
            files = _collect(opened.connection, plans, merged, record.ahead)
            trusted = {r.plan_id for r in merged} <= {
                plan_of_reusable_parts(workspace, sink, state.destination)
            }
            if not _store(workspace, sink, state.destination, opened, files, trusted=trusted):
                bring_up_to_date(workspace, sink, state)
                return
    reached = max((r.done_number or 0 for r in done), default=record.through)
    parts = frozenset(workspace.lake.names(asset))
    _write(path, replace(record, through=reached, parts=parts))
    cut_short = SinkRequests(workspace.ledger).cut_short(sink, but="")
    needed = {request.plan_id for request in cut_short} | {state.plan_id or ""}
    drop_old(workspace, sink, needed=needed)


def _collect(
    connection: duckdb.DuckDBPyConnection,
    plans: Mapping[str, Plan],
    requests: Sequence[SinkRequest],
    ahead: int,
) -> list[Path]:
    """Make the table `arrived`: every written row, with the number of its write.

    Returns the files of the plans; `plan_row` counts through their rows.
    """
    run(connection, _ARRIVED)
    files: list[Path] = []
    before = 0
    for plan_id in dict.fromkeys(request.plan_id for request in requests):
        mine = [request for request in requests if request.plan_id == plan_id]
        parts = _parts_of(plans[plan_id], mine)
        names = list(dict.fromkeys(part.file for _, part in parts))
        sizes = (pq.read_metadata(name).num_rows for name in names)
        befores = list(accumulate(sizes, initial=before))
        tables: Mapping[str, Mapping[str, Sequence[int | None]]] = {
            "ranges": {
                "first": [r.first_row for r in mine],
                "after_last": [r.first_row + r.rows for r in mine],
                "done_number": [r.done_number for r in mine],
            },
            "failed": {"row": [number for r in mine for number in r.failed]},
            "lying": _lying(parts, names, befores),
        }
        for name, columns in tables.items():
            arrays = {column: pa.array(found, pa.int64()) for column, found in columns.items()}
            connection.register(name, pa.table(arrays))
        run(connection, _ARRIVE.format(rows=stored_rows(names)), {"ahead": ahead})
        for name in tables:
            connection.unregister(name)
        files += names
        before = befores[-1]
    run(connection, _LATEST)
    return files


def _parts_of(plan: Plan, requests: Iterable[SinkRequest]) -> list[tuple[int, PlanPart]]:
    """Return the parts with rows of the requests, each with the number of its first row."""
    placed = list(plan.placed())
    starts = [first for first, _ in placed]
    met: set[int] = set()
    for one in requests:
        after_last = bisect_left(starts, one.first_row + one.rows)
        met.update(range(bisect_right(starts, one.first_row) - 1, after_last))
    return [placed[number] for number in sorted(met)]


def _lying(
    parts: Sequence[tuple[int, PlanPart]], files: Sequence[Path], befores: Sequence[int]
) -> Mapping[str, Sequence[int]]:
    """Return the positions of the parts' rows; `befores` rows precede each of the `files`.

    `ahead`: the offset of the part's rows in the plan relative to their file.
    """
    numbers = {file: number for number, file in enumerate(files)}
    return {
        "file_index": [numbers[part.file] for _, part in parts],
        "before_file": [befores[numbers[part.file]] for _, part in parts],
        "first_there": [part.offset for _, part in parts],
        "after_last_there": [part.offset + part.rows for _, part in parts],
        "ahead": [first - part.offset for first, part in parts],
    }


def _store(
    workspace: Workspace,
    sink: str,
    destination: str,
    opened: Database,
    plans: Sequence[Path],
    *,
    trusted: bool,
) -> bool:
    """Store the arrived rows in their partitions; return whether all tables read were intact.

    Rows of the agreed plan (`trusted`) are in the partition that they name, in `RETIRED`, or new;
    rows of another plan may have moved since, and are searched in all partitions.
    """
    lake, asset, connection = workspace.lake, written_asset(sink, destination), opened.connection
    named = [name for (name,) in run(connection, f"SELECT DISTINCT {PART_OF} FROM latest")]  # noqa: S608
    parts = Parts.of(lake, asset, [*named, RETIRED] if trusted else lake.names(asset))
    if any_damaged(parts.files):
        return False
    view_parts(connection, "stored", WRITTEN, parts)
    for query in (_FOUND, _HOMES, f"CREATE TABLE touched AS {_TOUCHED}"):
        run(connection, query)
    run(connection, _REWRITTEN, {"retired": RETIRED, "no_month": NO_MONTH})
    touched = [name for (name,) in run(connection, "SELECT home FROM touched")]
    texts = (
        TextsOf("plan_row", {"after": "said"}, plans),
        TextsOf("stored_row", {"content": "kept"}, parts.files),
    )
    rewrite_parts(opened, lake, asset, "rewritten", texts, touched)
    return True


def any_damaged(files: Collection[Path]) -> bool:
    """Set damaged tables aside; return whether there was one."""
    found = [set_aside_if_damaged(path) for path in files]
    return any(aside is not None for aside in found)


@contextlib.contextmanager
def alone(workspace: Workspace, sink: str) -> Iterator[None]:
    """Prevent other processes from changing or reading these tables during the block."""
    folder = plans_folder(workspace, sink)
    require_directory(folder)
    with file_lock(folder / ".lock"):
        yield


def _record_path(workspace: Workspace, sink: str, destination: str) -> Path:
    return plans_folder(workspace, sink) / f"written-{destination_name(destination)}.json"


def _read(path: Path) -> _Record | None:
    try:
        found = json.loads(path.read_bytes())
        return _Record(int(found["through"]), int(found["ahead"]), frozenset(found["parts"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        return _Record(0)  # damaged: all kept plans are merged again


def _write(path: Path, record: _Record) -> None:
    found = {"through": record.through, "ahead": record.ahead, "parts": sorted(record.parts)}
    write_bytes(path, json.dumps(found).encode())
