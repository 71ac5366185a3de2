"""What one scan of an online catalog leaves to the next: a position, tables, entries without rows.

Stored as the memory of discovery, bound to the manifest that accepted the scan.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from photo_assets.catalogs.online.records import decode, encode
from photo_assets.catalogs.online.service import Record, Tables
from photo_assets.model.canonical import canonical, canonical_digest
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind

FEED = TableKind(
    "scan_feed",
    1,
    build_schema(
        (
            Column("kind", pa.string(), "position, other, or table: and its name", nullable=False),
            Column("key", pa.string(), "key of the record", nullable=False),
            Column("record", pa.string(), "the record, JSON", nullable=False),
        )
    ),
)

_POSITION, _OTHER, _TABLE = "position", "other", "table:"
_LIST_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class State:
    """The result of a scan, for the next one.

    `listed`: when the last listing began, an ISO text in UTC. `fault`: why that listing was not
    complete, None if it was. `others`: the records that became no row, by key.
    """

    cursor: str
    listed: str
    fault: str | None = None
    tables: Tables = field(default_factory=dict)
    others: dict[str, Record] = field(default_factory=dict)

    def token(self, *changed: str) -> str:
        """Return the probe's token: of this state, or of what changed since."""
        return canonical_digest([self.cursor, self.listed, self.fault, *changed])

    def is_due(self, now: datetime, days: float) -> bool:
        """Return whether everything should be listed again."""
        age = now - datetime.fromisoformat(self.listed)
        return age >= (timedelta(days=days) if self.fault is None else _LIST_AGAIN)

    def table(self) -> pa.Table:
        """Return the state as a table of `FEED`."""
        rows = [(_POSITION, "", canonical([self.cursor, self.listed, self.fault]))]
        rows += [(_OTHER, key, encode(record)) for key, record in sorted(self.others.items())]
        rows += [
            (_TABLE + kind, key, encode(record))
            for kind, records in sorted(self.tables.items())
            for key, record in sorted(records.items())
        ]
        columns = zip(FEED.schema.names, zip(*rows, strict=True), strict=True)
        return pa.Table.from_pydict(dict(columns), schema=FEED.schema)


def read_state(table: pa.Table) -> State:
    """Return the state that `State.table` wrote."""
    position: list[str | None] = []
    tables: Tables = {}
    others: dict[str, Record] = {}
    for kind, key, record in _rows(table):
        if kind == _POSITION:
            position = record
        elif kind == _OTHER:
            others[key] = record
        else:
            tables.setdefault(kind.removeprefix(_TABLE), {})[key] = record
    cursor, listed, fault = position
    assert cursor is not None and listed is not None
    return State(cursor, listed, fault, tables, others)


def _rows(table: pa.Table) -> Iterator[tuple[str, str, Any]]:
    for batch in table.to_batches():
        columns = (batch[name].to_pylist() for name in FEED.schema.names)
        for kind, key, record in zip(*columns, strict=True):
            yield kind, key, decode(record)
