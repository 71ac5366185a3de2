"""Which partitions a plan has to look at, and which agree once it was made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from photo_assets.sinks.engine.agreeing import (
    AgreedPart,
    Agreement,
    read_agreement,
    store_agreement,
)
from photo_assets.sinks.engine.database import run
from photo_assets.sinks.engine.known import drifted_parts
from photo_assets.sinks.engine.parts import RETIRED
from photo_assets.sinks.engine.places import desired_asset, written_asset
from photo_assets.sinks.engine.wanted import store_wanted
from photo_assets.sinks.engine.written import any_damaged, bring_up_to_date
from photo_assets.sinks.protocol import Sink
from photo_assets.store.ledger import SinkPages, SinkState
from photo_assets.store.workspace import Workspace

# What is to be written, or is held back, is no agreement; nor what was found otherwise.
_OPEN = """
SELECT DISTINCT part FROM different UNION SELECT DISTINCT part FROM gone
UNION SELECT part FROM known WHERE drift IS NOT NULL
"""
_COUNTS = """
SELECT d.part, d.target, count(*), sum(d.shown)::BIGINT,
       count(*) FILTER (WHERE NOT k.retired AND k.part IS NOT NULL)
FROM desired d LEFT JOIN known k ON d.target = k.target AND d.key = k.key GROUP BY ALL
"""
_ELSEWHERE = """
SELECT k.target, k.key FROM known k ANTI JOIN desired d ON k.target = d.target AND k.key = d.key
WHERE k.part IS NULL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Due:
    """The partitions to look at, and those that agree and are left alone.

    `elsewhere` are the pages that are of no partition, None when all pages have to be looked at.
    """

    parts: frozenset[str]
    agreed: Mapping[str, AgreedPart]
    wanted: Mapping[str, str]
    elsewhere: tuple[tuple[str, str], ...] | None

    @property
    def compared(self) -> int:
        """How many partitions are looked at, `RETIRED` aside."""
        return len(self.parts - {RETIRED})

    @property
    def repeated(self) -> int:
        """How many rows of those left alone are wanted twice under one key."""
        return sum(part.repeated for part in self.agreed.values())

    @property
    def shown(self) -> int:
        """How many rows of those left alone are wanted and may be there."""
        return sum(shown for _, _, shown, _ in self._counts())

    def totals(self) -> pa.Table:
        """Return what those left alone add to the totals: (target, wanted, there)."""
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
    """Bring both tables up to date and return what is due of them, which can be read.

    A table that is damaged is put aside and made anew. Raises `StorageError`.
    """
    bring_up_to_date(workspace, sink.name, state)
    wanted, made = store_wanted(workspace, sink)
    lake, agreement = workspace.lake, read_agreement(workspace, sink.name, state)
    asset = written_asset(sink.name, state.place)
    written = {name: lake.digest(asset, name) or "" for name in lake.names(asset)}
    drifted = drifted_parts(connection, workspace, sink.name, state) if agreement else set()
    names = {*wanted, *written}
    agreed = {
        name: part
        for name, part in (agreement.parts if agreement else {}).items()
        if name in names
        and name not in drifted
        and (part.wanted, part.written) == (wanted.get(name, ""), written.get(name, ""))
    }
    due = frozenset({*names, RETIRED} - agreed.keys())
    # What was made just now is sound. The others are looked at: DuckDB compares no checksums.
    old = [lake.path(desired_asset(sink.name), name) for name in due & wanted.keys() - made]
    if any_damaged([*old, *(lake.path(asset, name) for name in due & written.keys())]):
        return find_due(connection, workspace, sink, state)
    return Due(due, agreed, wanted, agreement.elsewhere if agreement else None)


def agree(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    sink: str,
    state: SinkState,
    plan_id: str,
    due: Due,
    repeated: Mapping[str, int],
) -> None:
    """Note which partitions agree, those that were left alone and those that were found so.

    From the tables of `comparing`.
    """
    lake, asset = workspace.lake, written_asset(sink, state.place)
    still_open = {part for (part,) in run(connection, _OPEN)}
    counts: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, target, *numbers in run(connection, _COUNTS):
        counts.setdefault(name, {})[target] = tuple(numbers)
    found = {
        name: AgreedPart(
            wanted=due.wanted.get(name, ""),
            written=lake.digest(asset, name) or "",
            counts=counts.get(name, {}),
            repeated=repeated.get(name, 0),
        )
        for name in due.parts - still_open - {RETIRED}
    }
    agreement = Agreement(
        plan_id=plan_id,
        base=state.base,
        pages=SinkPages(workspace.ledger).revision(sink),
        parts={**due.agreed, **found},
        elsewhere=tuple((target, key) for target, key in run(connection, _ELSEWHERE)),
    )
    store_agreement(workspace, sink, state.place, agreement)
