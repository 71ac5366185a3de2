"""Which partitions a plan has to compare, and which are agreed after it is made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from photo_assets.lake import Snapshot
from photo_assets.ledger import SinkPages, SinkState
from photo_assets.sinks.engine.database import run
from photo_assets.sinks.engine.desired_rows import store_desired_rows
from photo_assets.sinks.engine.drift import drifted_parts
from photo_assets.sinks.engine.manifest import PlanPart
from photo_assets.sinks.engine.parts import RETIRED
from photo_assets.sinks.engine.plan_store import kept_plan
from photo_assets.sinks.engine.reusable_parts import (
    ReusablePart,
    ReusableParts,
    read_reusable_parts,
    store_reusable_parts,
    uncertain_requests,
)
from photo_assets.sinks.engine.sink_tables import desired_asset, written_asset
from photo_assets.sinks.engine.uncertain_rows import uncertain_parts
from photo_assets.sinks.engine.written import any_damaged, bring_up_to_date
from photo_assets.sinks.protocol import Sink
from photo_assets.workspace import Workspace

# Gone rows depend on how many there are; drifted and doubtful rows depend on other tables.
_OPEN = """
SELECT part FROM gone UNION SELECT part FROM known WHERE drift IS NOT NULL
UNION SELECT part FROM desired SEMI JOIN doubtful USING (target, key)
"""
_COUNTS = """
SELECT d.part, d.target, count(*), sum(d.shown)::BIGINT,
       count(*) FILTER (WHERE NOT k.retired)
FROM desired d LEFT JOIN known k ON d.target = k.target AND d.key = k.key GROUP BY ALL
"""
_ELSEWHERE = """
SELECT k.target, k.key FROM known k ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
WHERE k.part IS NULL ORDER BY ALL
"""
_APART = """
SELECT DISTINCT d.part FROM desired d JOIN known k ON k.target = d.target AND k.key = d.key
WHERE k.part IS NULL
"""


@dataclass(frozen=True, slots=True)
class Due:
    """The partitions to compare, and the agreed partitions, which are skipped.

    `waiting` are the plan parts of the skipped partitions. `elsewhere` are the pages that belong to
    no partition and are not wanted, or None if all pages have to be compared; `apart` are the
    skipped partitions that want pages of no partition.
    """

    parts: frozenset[str]
    agreed: Mapping[str, ReusablePart]
    wanted: Mapping[str, str]
    waiting: tuple[PlanPart, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] | None = None
    apart: frozenset[str] = frozenset()

    @property
    def compared(self) -> int:
        """How many partitions are compared, without `RETIRED`."""
        return len(self.parts - {RETIRED})

    @property
    def repeated(self) -> int:
        """How many rows of the skipped partitions are wanted twice under one key."""
        return sum(part.repeated for part in self.agreed.values())

    @property
    def shown(self) -> int:
        """How many rows of the skipped partitions are wanted, disclosed and up to date."""
        waiting = sum(part.rows for part in self.waiting if not part.withheld)
        return sum(shown for _, _, shown, _ in self._counts()) - waiting

    def totals(self) -> pa.Table:
        """Return the counts of the skipped partitions: (target, wanted, shown, there)."""
        names = ("target", "wanted", "shown", "there")
        columns = list(zip(*self._counts(), strict=True)) or [()] * len(names)
        types = (pa.string(), pa.int64(), pa.int64(), pa.int64())
        arrays = [pa.array(one, kind) for one, kind in zip(columns, types, strict=True)]
        return pa.Table.from_arrays(arrays, names=list(names))

    def _counts(self) -> Iterator[tuple[str, int, int, int]]:
        for part in self.agreed.values():
            for target, (wanted, shown, there) in part.counts.items():
                yield target, wanted, shown, there


def find_due(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, sink: Sink, state: SinkState
) -> Due:
    """Bring both tables up to date and return the readable partitions that are due.

    A damaged table is set aside and rebuilt. Raises `StorageError`.
    """
    bring_up_to_date(workspace, sink.name, state)
    wanted, made = store_desired_rows(workspace, sink)
    lake, asset = workspace.lake, written_asset(sink.name, state.destination)
    tables = Snapshot.of(lake)
    written = {name: tables.digest(asset, name) or "" for name in tables.names(asset)}
    due = _left_alone(connection, workspace, sink.name, state, wanted, written)
    due = due or Due(frozenset({*wanted, *written, RETIRED}), {}, wanted)
    # Tables just made are intact. The others are checked: DuckDB does not verify checksums.
    old = [lake.path(desired_asset(sink.name), name) for name in due.parts & wanted.keys() - made]
    if any_damaged([*old, *(lake.path(asset, name) for name in due.parts & written.keys())]):
        return find_due(connection, workspace, sink, state)
    return due


def _left_alone(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    sink: str,
    state: SinkState,
    wanted: Mapping[str, str],
    written: Mapping[str, str],
) -> Due | None:
    """Return what is due under a valid agreement; None if everything is due."""
    agreement = read_reusable_parts(workspace, sink, state)
    plan = kept_plan(workspace, sink, agreement.plan_id) if agreement else None
    if agreement is None or plan is None:
        return None
    names = {*wanted, *written}
    unsure = drifted_parts(connection, workspace, sink, state.destination)
    unsure |= uncertain_parts(workspace, sink, state.destination)
    agreed = {
        name: part
        for name, part in agreement.parts.items()
        if name in names - unsure
        and (part.wanted, part.written) == (wanted.get(name, ""), written.get(name, ""))
    }
    due = frozenset({*names, RETIRED} - agreed.keys())
    of_no_part = None in unsure  # the agreement does not record which pages these are
    if due.intersection(agreement.apart) or (of_no_part and agreement.apart):
        return None
    return Due(
        due,
        agreed,
        wanted,
        waiting=tuple(part for part in plan.parts if part.part in agreed),
        elsewhere=agreement.elsewhere,
        apart=frozenset(agreement.apart),
    )


def agree(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    sink: str,
    state: SinkState,
    plan_id: str,
    due: Due,
    repeated: Mapping[str, int],
) -> None:
    """Store which partitions are agreed: the skipped ones and those found to agree.

    Reads the tables of `comparing`.
    """
    lake, asset = workspace.lake, written_asset(sink, state.destination)
    still_open = {part for (part,) in run(connection, _OPEN)}
    counts: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, target, *numbers in run(connection, _COUNTS):
        counts.setdefault(name, {})[target] = tuple(numbers)
    found = {
        name: ReusablePart(
            wanted=due.wanted.get(name, ""),
            written=lake.digest(asset, name) or "",
            counts=counts.get(name, {}),
            repeated=repeated.get(name, 0),
        )
        for name in due.parts - still_open - {RETIRED}
    }
    agreement = ReusableParts(
        plan_id=plan_id,
        base=state.base,
        pages=SinkPages(workspace.ledger).revision(sink),
        parts={**due.agreed, **found},
        elsewhere=tuple((target, key) for target, key in run(connection, _ELSEWHERE)),
        apart=tuple(sorted(due.apart.union(part for (part,) in run(connection, _APART)))),
        doubts=uncertain_requests(workspace, sink),
    )
    store_reusable_parts(workspace, sink, state.destination, agreement)
